import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFeed } from "./read-feed.ts";
import { type AtomEntry, writeAtom } from "./write-atom.ts";

const FEED = {
  ...{ id: "urn:loa:alerts", title: "Cảnh báo", author: "Xã Hạ Long" },
  self: "https://loa.example.vn/api/v1/alerts/feed.atom",
};
const NOW = Date.parse("2026-09-18T07:00:00Z");
const atom = (entries: string) => `<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id>${entries}</feed>`;
const rss = (items: string) => `<rss version="2.0"><channel><title>t</title>${items}</channel></rss>`;
const CAP = 'type="application/cap+xml"';

describe("an Atom feed", () => {
  test("that is written reads back the same, the newest first", () => {
    const entry: fc.Arbitrary<AtomEntry> = fc.record({
      id: fc.uuid().map((id) => `urn:uuid:${id}`),
      title: fc.stringMatching(/^[\p{L}&<>"' ]{0,20}$/u).map((text) => text.trim()),
      updated: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      cap: fc.webUrl({ withQueryParameters: true }).map((url) => new URL(url).href),
      summary: fc.option(fc.string(), { nil: null }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ id }) => id, maxLength: 8 }), (entries) => {
        const read = readFeed(writeAtom(FEED, entries, NOW));
        const times = read.map(({ updated }) => updated ?? 0);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
        expect(new Set(read)).toEqual(
          new Set(entries.map(({ id, title, updated, cap }) => ({ id, title, updated, cap: [cap] }))),
        );
      }),
    );
  });

  test("without entries has the time at which it is asked for", () => {
    const xml = writeAtom(FEED, [], NOW);
    expect(xml).toContain("<updated>2026-09-18T07:00:00.000Z</updated>");
    expect(readFeed(xml)).toEqual([]);
  });

  test.each([
    [
      "the link that says so",
      `<link href="https://a.vn/page"/><link ${CAP} href="https://a.vn/1.xml"/>`,
      ["https://a.vn/1.xml"],
    ],
    [
      "a type with parameters",
      '<link type="application/cap+xml; charset=utf-8" href="https://a.vn/1"/>',
      ["https://a.vn/1"],
    ],
    ["any link where none says so", '<link rel="alternate" href="https://a.vn/1"/>', ["https://a.vn/1"]],
    ["no page for people", '<link type="text/html" href="https://a.vn/1"/>', []],
    ["no link to the feed itself", '<link rel="self" href="https://a.vn/1"/>', []],
    ["content elsewhere", `<content ${CAP} src="https://a.vn/1"/>`, ["https://a.vn/1"]],
    [
      "each address once",
      `<link ${CAP} href="https://a.vn/1"/><link ${CAP} href="https://a.vn/1"/>`,
      ["https://a.vn/1"],
    ],
    ["an address below the feed's own", `<link ${CAP} href="1.xml"/>`, ["https://feeds.vn/x/1.xml"]],
    ["no file", `<link ${CAP} href="file:///etc/passwd"/>`, []],
    ["no script", `<link ${CAP} href="javascript:alert(1)"/>`, []],
  ])("gives %s", (_, links, expected) => {
    const entry = `<entry><id>e</id><updated>2026-09-18T14:00:00+07:00</updated><title>Bão</title>${links}</entry>`;
    expect(readFeed(atom(entry), "https://feeds.vn/x/feed.atom")).toEqual([
      { id: "e", updated: NOW, title: "Bão", cap: expected },
    ]);
  });

  test("has relative links below xml:base, of the feed, the entry and the link", () => {
    const entry = `<entry xml:base="b/"><id>e</id><link ${CAP} href="1.xml"/><link ${CAP} xml:base="/c/" href="2.xml"/></entry>`;
    const xml = `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.vn/a/">${entry}</feed>`;
    expect(readFeed(xml, "https://feeds.vn/feed.atom")[0]?.cap).toEqual([
      "https://b.vn/a/b/1.xml",
      "https://b.vn/c/2.xml",
    ]);
  });

  test("is read with ten thousand entries", () => {
    const entries = Array.from(
      { length: 10_000 },
      (_, i) => `<entry><id>${i}</id><link href="${i}"/></entry>`,
    );
    const read = readFeed(atom(entries.join("")), "https://a.vn/");
    expect([read.length, read.at(-1)?.cap]).toEqual([10_000, ["https://a.vn/9999"]]);
  });

  test("keeps entries with a time that nobody can read, and leaves out those without any name", () => {
    const xml = atom(`<entry><id>e</id><updated>hôm qua</updated></entry><entry><title>x</title></entry>`);
    expect(readFeed(xml)).toEqual([{ id: "e", updated: null, title: "", cap: [] }]);
  });
});

describe("an RSS feed", () => {
  test("gives items with their guid, date and link", () => {
    const item = `<item><guid>g1</guid><pubDate>Fri, 18 Sep 2026 14:00:00 +0700</pubDate><title>Bão</title>
      <link>https://a.vn/1.xml</link></item>`;
    expect(readFeed(rss(item))).toEqual([
      { id: "g1", updated: NOW, title: "Bão", cap: ["https://a.vn/1.xml"] },
    ]);
  });
  test.each([
    ["where that is an address", "<guid>https://a.vn/1.xml</guid>", ["https://a.vn/1.xml"]],
    ["but not where it says that it is none", '<guid isPermaLink="false">https://a.vn/1.xml</guid>', []],
    ["but not where it is a mere name", "<guid>1.xml</guid>", []],
    [
      "but rather by its link",
      "<guid>https://a.vn/1.xml</guid><link>https://a.vn/2.xml</link>",
      ["https://a.vn/2.xml"],
    ],
  ])("finds an item by its guid, %s", (_, item, cap) => {
    expect(readFeed(rss(`<item>${item}</item>`), "https://a.vn/feed")[0]?.cap).toEqual(cap);
  });

  test("has relative links below its own address", () => {
    const item = `<item><guid>g</guid><link>../1.xml</link></item>`;
    expect(readFeed(rss(item), "https://a.vn/x/feed")[0]?.cap).toEqual(["https://a.vn/1.xml"]);
  });

  test("prefers an enclosure of CAP, and names an item without guid by it", () => {
    const item = `<item><link>https://a.vn/page</link><enclosure url="https://a.vn/1.cap" ${CAP}/></item>`;
    expect(readFeed(rss(item))).toEqual([
      { id: "https://a.vn/1.cap", updated: null, title: "", cap: ["https://a.vn/1.cap"] },
    ]);
  });
});

test.each([
  ["a page", "<html><body/></html>", "FEED_INVALID"],
  ["a feed of no known namespace", "<feed><entry/></feed>", "FEED_INVALID"],
  ["RSS without a channel", "<rss/>", "FEED_INVALID"],
  ["a DTD", `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>${rss("")}`, "CAP_FORBIDDEN_XML"],
  ["more than a megabyte", atom(" ".repeat(1_000_000)), "CAP_TOO_LARGE"],
  ["half a feed", "<feed", "CAP_MALFORMED"],
])("%s is refused as a feed", (_, xml, code) => {
  expect(() => readFeed(xml)).toThrow(expect.objectContaining({ code }));
});
