import type { UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { CAP_MEDIA_TYPE } from "./write-atom.ts";
import { type Element, readXml } from "./xml.ts";

const ATOM = "http://www.w3.org/2005/Atom";

/** An entry of a feed. `cap` holds the addresses at which its CAP document may be, the likeliest first. */
export interface FeedEntry {
  readonly id: string;
  /** Null when the feed gives no time that can be read. */
  readonly updated: UnixMs | null;
  readonly title: string;
  readonly cap: readonly string[];
}

interface Link {
  readonly href: string;
  readonly rel: string;
  readonly type: string;
  /** What a relative `href` is below. */
  readonly base: string | undefined;
}

/**
 * Entries of an Atom (RFC 4287) or RSS 2.0 feed in its order. Addresses are made full with `xml:base` or `base`, the feed's own; those that
 * are neither http nor https are left out. An RSS item without a link may have its address for its guid. Entries without an id take their first address for it, and are left out without one.
 * @throws FEED_INVALID neither Atom nor RSS · what `readXml` throws
 */
export function readFeed(xml: Uint8Array | string, base?: string): FeedEntry[] {
  const root = readXml(xml);
  const entries = entriesOf(root, base).map(toEntry);
  return entries.filter(({ id }) => id !== "");
}

interface RawEntry {
  readonly id: string;
  readonly updated: string;
  readonly title: string;
  readonly links: readonly Link[];
}

function entriesOf(root: Element, base?: string): RawEntry[] {
  const own = baseOf(root, base);
  if (root.space === ATOM && root.name === "feed")
    return all(root, "entry").map((entry) => atomEntry(entry, baseOf(entry, own)));
  const channel = root.space === "" && root.name === "rss" ? all(root, "channel")[0] : undefined;
  if (channel) return all(channel, "item").map((item) => rssItem(item, own));
  throw new LoaError("FEED_INVALID", `the document begins with ${root.name}`, { root: root.name });
}

const atomEntry = (entry: Element, base?: string): RawEntry => ({
  id: textOf(entry, "id"),
  updated: textOf(entry, "updated") || textOf(entry, "published"),
  title: textOf(entry, "title"),
  links: [
    ...all(entry, "link").map((link) => ({
      href: link.attributes.get("href") ?? "",
      rel: link.attributes.get("rel") ?? "alternate",
      type: link.attributes.get("type") ?? "",
      base: baseOf(link, base),
    })),
    ...all(entry, "content").map((content) => ({
      href: content.attributes.get("src") ?? "",
      rel: "alternate",
      type: content.attributes.get("type") ?? "",
      base: baseOf(content, base),
    })),
  ],
});

const rssItem = (item: Element, base?: string): RawEntry => ({
  id: textOf(item, "guid"),
  updated: textOf(item, "pubDate"),
  title: textOf(item, "title"),
  links: [
    ...all(item, "enclosure").map(({ attributes }) => ({
      href: attributes.get("url") ?? "",
      rel: "enclosure",
      type: attributes.get("type") ?? "",
      base,
    })),
    { href: textOf(item, "link") || permalinkOf(item), rel: "alternate", type: "", base },
  ],
});

/** Its guid, where that is an address. Source: RSS 2.0, guid, isPermaLink. */
function permalinkOf(item: Element): string {
  const [guid] = all(item, "guid");
  const address = guid?.text.trim() ?? "";
  return guid?.attributes.get("isPermaLink") !== "false" && /^https?:\/\//i.test(address) ? address : "";
}

/** What addresses in an element are below. Source: XML Base. */
function baseOf({ attributes }: Element, outer?: string): string | undefined {
  const own = attributes.get("xml:base");
  return own === undefined ? outer : (URL.parse(own, outer)?.href ?? outer);
}

function toEntry({ id, updated, title, links }: RawEntry): FeedEntry {
  const cap = [...new Set(capLinks(links).flatMap(({ href, base }) => full(href, base)))];
  const time = Date.parse(updated);
  return { id: id || (cap[0] ?? ""), updated: Number.isNaN(time) ? null : time, title, cap };
}

/** Links that say they are CAP; where none does, those that may be. */
function capLinks(links: readonly Link[]): readonly Link[] {
  const typeOf = ({ type }: Link) => type.split(";")[0]?.trim().toLowerCase() ?? "";
  const sure = links.filter((one) => typeOf(one) === CAP_MEDIA_TYPE);
  const perhaps = links.filter(
    (one) =>
      ["alternate", "enclosure", "related"].includes(one.rel) &&
      ["", "application/xml", "text/xml"].includes(typeOf(one)),
  );
  return sure.length > 0 ? sure : perhaps;
}

function full(href: string, base?: string): string[] {
  const url = href === "" ? null : URL.parse(href, base);
  return url && /^https?:$/.test(url.protocol) ? [url.href] : [];
}

const all = ({ children, space }: Element, name: string) =>
  children.filter((child) => child.name === name && child.space === space);

const textOf = (element: Element, name: string) => all(element, name)[0]?.text.trim() ?? "";
