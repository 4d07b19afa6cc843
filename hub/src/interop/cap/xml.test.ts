import { describe, expect, test } from "vitest";
import { capDocument, withArea, withInfo } from "./cap-document.fixture.ts";
import { readCap } from "./read-cap.ts";
import { MAX_XML_BYTES, readXml } from "./xml.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const coded = (code: string) => expect.objectContaining({ code });
const lol = ["a", ..."bcdefghi"].map((name, i, all) =>
  i === 0 ? '<!ENTITY a "lol">' : `<!ENTITY ${name} "${`&${all[i - 1]};`.repeat(10)}">`,
);

describe("a document is refused", () => {
  const doctype = "CAP_FORBIDDEN_XML";
  test.each([
    [
      "an external entity",
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${withInfo({ headline: "&x;" })}`,
      doctype,
    ],
    ["an external DTD", `<!DOCTYPE alert SYSTEM "http://example.vn/a.dtd">${capDocument()}`, doctype],
    [
      "a parameter entity",
      `<!DOCTYPE a [<!ENTITY % p SYSTEM "http://10.0.0.1/"> %p;]>${capDocument()}`,
      doctype,
    ],
    ["an entity bomb", `<!DOCTYPE a [${lol.join("")}]>${withInfo({ headline: "&i;" })}`, doctype],
    ["a DTD in lower case", `<!doctype alert>${capDocument()}`, doctype],
    ["a DTD behind a comment", `<!-- a --><!DOCTYPE a>${capDocument()}`, doctype],
    ["a DTD inside", withInfo({ headline: "<!DOCTYPE a>" }), doctype],
    ["an entity that is nowhere declared", withInfo({ headline: "&x;" }), "CAP_MALFORMED"],
    ["a processing instruction before it", `<?php echo 1 ?>${capDocument()}`, doctype],
    ["a processing instruction inside", withInfo({ headline: "<?run me?>" }), doctype],
    ["a style sheet inside", withInfo({ headline: '<?xml-stylesheet href="a"?>' }), doctype],
    ["33 levels", `${"<a>".repeat(33)}${"</a>".repeat(33)}`, doctype],
    ["300,000 levels that never close", "<a>".repeat(300_000), doctype],
    ["33 levels behind a bracket in a value", `<a b="/>">${"<a>".repeat(32)}${"</a>".repeat(33)}`, doctype],
    ["more than a megabyte", withInfo({ description: "a".repeat(MAX_XML_BYTES) }), "CAP_TOO_LARGE"],
    [
      "a megabyte of signs of several bytes",
      withInfo({ description: "ộ".repeat(MAX_XML_BYTES / 3) }),
      "CAP_TOO_LARGE",
    ],
    [
      "another encoding in its declaration",
      `<?xml version="1.0" encoding="windows-1258"?>${capDocument()}`,
      "CAP_ENCODING",
    ],
    ["UTF-7 in its declaration", `<?xml version='1.0' encoding='UTF-7'?>${capDocument()}`, "CAP_ENCODING"],
    ["a tag that does not close", capDocument().replace("</alert>", ""), "CAP_MALFORMED"],
    ["tags that cross", "<a><b></a></b>", "CAP_MALFORMED"],
    ["two roots", `${capDocument()}${capDocument()}`, "CAP_MALFORMED"],
    ["an attribute twice", '<a b="1" b="2"/>', "CAP_MALFORMED"],
    ["a prefix without a namespace", "<c:alert/>", "CAP_MALFORMED"],
    ["a sign that XML cannot hold", withInfo({ headline: "&#0;" }), "CAP_MALFORMED"],
    ["a bare ampersand", withInfo({ headline: "a & b" }), "CAP_MALFORMED"],
    ["nothing", "", "CAP_MALFORMED"],
    ["JSON", '{"identifier": "a"}', "CAP_MALFORMED"],
    ["CAP 1.1", capDocument().replace("cap:1.2", "cap:1.1"), "CAP_VERSION"],
    [
      "CAP 1.0",
      capDocument().replace("urn:oasis:names:tc:emergency:cap:1.2", "http://www.incident.com/cap/1.0"),
      "CAP_VERSION",
    ],
  ])("with %s", (_, xml, code) => {
    expect(() => readCap(xml)).toThrow(coded(code));
    expect(() => readCap(utf8(xml))).toThrow(coded(code));
  });

  test.each([
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x3c, 0x00, 0x61, 0x00, 0x2f, 0x00, 0x3e, 0x00])],
    [
      "Latin 1",
      Uint8Array.from(withInfo({ headline: "Gió" }).replace("Bão", ""), (sign) => sign.charCodeAt(0)),
    ],
    ["bytes that end in the middle of a sign", utf8("<a>ộ").subarray(0, 5)],
  ])("as %s", (_, bytes) => {
    expect(() => readCap(bytes)).toThrow(coded("CAP_ENCODING"));
  });
});

describe("hostile markup is looked through once, however it is made", () => {
  const fill = (piece: string) => piece.repeat(Math.floor((MAX_XML_BYTES - 100) / piece.length));
  test.each([
    ["comments that never end", fill("<!--")],
    ["CDATA that never ends", `<a>${fill("<![CDATA[")}`],
    ["tags with quotes that never end", fill('<a b="')],
    ["one long tag", `<a ${fill("b ")}`],
    ["many attributes", `<a ${Array.from({ length: 60_000 }, (_, i) => `b${i}=""`).join(" ")}/>`],
    [
      "many namespaces",
      `<a ${Array.from({ length: 20_000 }, (_, i) => `xmlns:b${i}="u"`).join(" ")}>${'<c xmlns:d="u"/>'.repeat(20_000)}</a>`,
    ],
    ["many unknown elements", capDocument().replace("<info>", `${"<x/>".repeat(200_000)}<info>`)],
  ])("%s", (_, xml) => {
    const start = performance.now();
    expect(() => readCap(xml)).toThrow(expect.objectContaining({ name: "LoaError" }));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

test("polygons with more points than stations can be compared with are refused", () => {
  const polygon = (points: number) => withArea({ polygon: `1,1 ${"1,2 ".repeat(points - 2)}1,1` });
  expect(readCap(polygon(20_000)).alert.infos[0]?.areas[0]?.polygons[0]).toHaveLength(20_000);
  expect(() => readCap(polygon(20_001))).toThrow(coded("CAP_INVALID"));
});

test("32 levels are read", () => {
  expect(readXml(`${"<a>".repeat(32)}${"</a>".repeat(32)}`).name).toBe("a");
});

test("text keeps its signs, whichever way they are written", () => {
  const xml = withInfo({ headline: "<![CDATA[<b>&amp;]]>&lt;&#227;<!-- x -->&#x1EDF;" });
  expect(readCap(utf8(`\uFEFF${xml}`)).alert.infos[0]?.headline).toBe("<b>&amp;<ãở");
});

test("what is odd but allowed is noted with its path", () => {
  const xml = capDocument({ sent: "2026-09-18T07:00:00+00:00" }).replace(
    "</alert>",
    '<s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"/></alert>',
  );
  expect(readCap(xml).notes.map(({ path }) => path)).toEqual(["/alert/sent", "/alert"]);
});

test("a refused document tells where XML goes wrong", () => {
  expect(() => readCap("<a>\n<b></a>")).toThrow(
    expect.objectContaining({ context: expect.objectContaining({ line: 2 }) }),
  );
});
