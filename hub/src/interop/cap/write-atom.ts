import type { UnixMs } from "@loa/kernel/clock";
import { block, DECLARATION, escaped, leaf } from "./markup.ts";

/** Media type of a CAP message. Source: OASIS CAP 1.2, 4.1. */
export const CAP_MEDIA_TYPE = "application/cap+xml";

/** What a feed says of itself. `id` is a permanent URI; `self` where it is read. */
export interface AtomFeed {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly self: string;
}

/** An alert in a feed. `cap` is the address of its CAP document. */
export interface AtomEntry {
  readonly id: string;
  readonly title: string;
  readonly updated: UnixMs;
  readonly cap: string;
  readonly summary: string | null;
}

/** An Atom feed of alerts, the newest first; `now` is its date as long as it is empty. Source: RFC 4287. */
export function writeAtom(feed: AtomFeed, entries: readonly AtomEntry[], now: UnixMs): string {
  const sorted = entries.toSorted((a, b) => b.updated - a.updated || (a.id < b.id ? -1 : 1));
  return [
    DECLARATION,
    '<feed xmlns="http://www.w3.org/2005/Atom">\n',
    leaf("id", feed.id),
    leaf("title", feed.title),
    leaf("updated", instant(sorted[0]?.updated ?? now)),
    block("author", leaf("name", feed.author)),
    link("self", "application/atom+xml", feed.self),
    ...sorted.map(entry),
    "</feed>\n",
  ].join("");
}

const entry = (one: AtomEntry) =>
  block(
    "entry",
    leaf("id", one.id),
    leaf("title", one.title),
    leaf("updated", instant(one.updated)),
    link("alternate", CAP_MEDIA_TYPE, one.cap),
    leaf("summary", one.summary),
  );

const link = (rel: string, type: string, href: string) =>
  `<link rel="${rel}" type="${type}" href="${escaped(href)}"/>\n`;

const instant = (at: UnixMs) => new Date(at).toISOString();
