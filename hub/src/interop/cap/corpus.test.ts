import { describe, expect, test } from "vitest";
import {
  capDocument,
  capInfo,
  inCap,
  named,
  withArea,
  withInfo,
  withResource,
} from "./cap-document.fixture.ts";
import { readCap } from "./read-cap.ts";
import { writeCap } from "./write-cap.ts";

const REFERENCE = "bao@example.vn,VN-1,2026-09-18T13:00:00+07:00";
const SQUARE = "21,107 21,108 22,108 22,107 21,107";
const SIGNATURE = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>';
const AT_HOUR = (hour: number) => capInfo({ effective: `2026-09-18T${hour}:00:00+07:00` });
const AT_ELEVEN_TIMES = capDocument({}, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20].map(AT_HOUR));
const without = (name: string) => capDocument({ [name]: null });

/** Documents that are CAP 1.2, by the section of the OASIS standard that allows them. */
const VALID: readonly [section: string, what: string, xml: string][] = [
  ["3.2.1 alert", "a message without info", capDocument({}, [])],
  ["3.2.1 alert", "a message with two languages", capDocument({}, [capInfo(), capInfo({ language: "en" })])],
  [
    "3.2.1 alert",
    "every element of the head",
    capDocument({
      ...{ source: "Đài khí tượng", restriction: "nội bộ", addresses: "a@b.vn", code: ["v1", "v2"] },
      ...{ note: "diễn tập", references: REFERENCE, incidents: "bao-3" },
    }),
  ],
  ...["Actual", "Exercise", "System", "Test", "Draft"].map(
    (status) => ["3.2.1 status", status, capDocument({ status })] as [string, string, string],
  ),
  ...["Update", "Cancel", "Ack", "Error"].map(
    (msgType) =>
      ["3.2.1 msgType", msgType, capDocument({ msgType, references: REFERENCE })] as [string, string, string],
  ),
  ["3.2.1 sent", "an offset east", capDocument({ sent: "2026-09-18T14:00:00+14:00" })],
  ["3.3.2 dateTime", "UTC as -00:00", capDocument({ sent: "2026-09-18T07:00:00-00:00" })],
  ["3.3.2 dateTime", "the leap day", capDocument({ sent: "2028-02-29T07:00:00+07:00" })],
  ["3.3.2 dateTime", "white space around it", capDocument({ sent: "\n 2026-09-18T07:00:00+07:00 " })],
  ["3.2.1 scope", "Restricted with its rule", capDocument({ scope: "Restricted", restriction: "cán bộ" })],
  ["3.2.1 scope", "Private with addresses", capDocument({ scope: "Private", addresses: "a@b.vn c@d.vn" })],
  ["3.2.1 addresses", "names with spaces in quotes", capDocument({ addresses: '"Xã Hạ Long" b@c.vn' })],
  ["3.2.1 incidents", "names with spaces in quotes", capDocument({ incidents: '"Bão số 3" lũ' })],
  [
    "3.2.1 references",
    "several",
    capDocument({ msgType: "Update", references: `${REFERENCE}\n${REFERENCE}` }),
  ],
  ["3.2.2 info", "no language", withInfo({ language: null })],
  ["3.2.2 language", "a tag with several parts", withInfo({ language: "zh-Hant-TW" })],
  ["3.2.2 category", "several", withInfo({ category: ["Met", "Safety", "CBRNE"] })],
  ["3.2.2 responseType", "several", withInfo({ responseType: ["Shelter", "Avoid", "AllClear", "None"] })],
  ["3.2.2 certainty", "CAP 1.0's Very Likely", withInfo({ certainty: "Very Likely" })],
  ["3.2.2 eventCode", "a code", withInfo({ eventCode: named("SAME", "TOR") })],
  ["3.2.2 parameter", "an empty value", withInfo({ parameter: named("gust", "") })],
  [
    "3.2.2 info",
    "times",
    withInfo({
      effective: "2026-09-18T14:00:00+07:00",
      onset: "2026-09-18T18:00:00+07:00",
      expires: "2026-09-19T00:00:00+07:00",
    }),
  ],
  [
    "3.2.2 info",
    "all texts",
    withInfo({
      ...{ audience: "ngư dân", senderName: "Đài", headline: "Bão", description: "Gió cấp 10" },
      ...{ instruction: "Vào bờ", web: "https://example.vn/1", contact: "113" },
    }),
  ],
  ["3.2.2 instruction", "an empty optional element", withInfo({ instruction: "" })],
  ["3.2.3 resource", "a link", withResource({ uri: "https://example.vn/a.mp3", size: "12000" })],
  ["3.2.3 resource", "the file itself under a name", withResource({ uri: "a.mp3", derefUri: "aGVs\nbG8=" })],
  ["3.2.3 resource", "a description alone", withResource({})],
  [
    "3.2.3 digest",
    "the right one",
    withResource({
      derefUri: "aGVsbG8=",
      digest: "AAF4C61DDCC5E8A2DABEDE0F3B482CD9AEA9434D",
    }),
  ],
  ["3.2.4 area", "a description alone", withArea({})],
  ["3.2.4 polygon", "several", withArea({ polygon: [SQUARE, SQUARE] })],
  ["3.2.4 polygon", "the outermost corners", withArea({ polygon: "-90,-180 -90,180 90,180 -90,-180" })],
  ["3.2.4 polygon", "numbers with sign and fraction", withArea({ polygon: "+21.5,.5 21,1 22,1. +21.5,.5" })],
  ["3.2.4 circle", "a point", withArea({ circle: "21.0,107.0 0" })],
  ["3.2.4 geocode", "several", withArea({ geocode: [named("GSO", "06769"), named("GSO", "06772")] })],
  ["3.2.4 ceiling", "above its altitude", withArea({ altitude: "-10.5", ceiling: "3000" })],
  [
    "3.4 schema",
    "elements in another order",
    capDocument().replace(/(<identifier>.*?<\/identifier>)(.*)(<info>)/, "$2$1$3"),
  ],
  [
    "3.4 schema",
    "a prefix for the namespace",
    capDocument()
      .replace(/<(\/?)(\w)/g, "<$1c:$2")
      .replace("xmlns=", "xmlns:c="),
  ],
  ["3.3.1 signature", "an enveloped signature", capDocument().replace("</alert>", `${SIGNATURE}</alert>`)],
  ["3.3.3 characters", "CDATA", withInfo({ headline: "<![CDATA[Gió > 100 km/h & mưa]]>" })],
  ["3.3.3 characters", "numbers for signs", withInfo({ headline: "B&#227;o &#x1F300; &amp; l&#xFA;t" })],
  [
    "XML 1.0",
    "a byte order mark and a declaration",
    `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n${capDocument()}`,
  ],
  [
    "XML 1.0",
    "a style sheet for browsers",
    `<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?>${capDocument()}`,
  ],
  ["XML 1.0", "comments that look like markup", `<!-- <!DOCTYPE a> <b> -->${capDocument()}<!-- -->`],
];

/** Documents that are not, and what is told of them: all paths that are wrong, in order. */
const INVALID: readonly [section: string, what: string, xml: string, paths: readonly string[]][] = [
  ...["identifier", "sender", "sent", "status", "msgType", "scope"].map(
    (name) =>
      ["3.2.1 alert", `no ${name}`, without(name), [`/alert/${name}`]] as [string, string, string, string[]],
  ),
  [
    "3.2.1 alert",
    "nothing at all",
    inCap(""),
    ["identifier", "sender", "sent", "status", "msgType", "scope"].map((name) => `/alert/${name}`),
  ],
  ["3.2.1 identifier", "a space", capDocument({ identifier: "VN 1" }), ["/alert/identifier"]],
  ["3.2.1 identifier", "a comma", capDocument({ identifier: "VN,1" }), ["/alert/identifier"]],
  ["3.2.1 identifier", "an ampersand", capDocument({ identifier: "VN&amp;1" }), ["/alert/identifier"]],
  ["3.2.1 identifier", "a sign of markup", capDocument({ identifier: "VN&lt;1" }), ["/alert/identifier"]],
  ["3.2.1 identifier", "empty", capDocument({ identifier: "" }), ["/alert/identifier"]],
  ["3.2.1 identifier", "two", capDocument({ identifier: ["a", "b"] }), ["/alert/identifier[2]"]],
  ["3.2.1 sender", "a comma", capDocument({ sender: "a,b" }), ["/alert/sender"]],
  ["3.3.2 dateTime", "the letter Z", capDocument({ sent: "2026-09-18T07:00:00Z" }), ["/alert/sent"]],
  ["3.3.2 dateTime", "no offset", capDocument({ sent: "2026-09-18T07:00:00" }), ["/alert/sent"]],
  [
    "3.3.2 dateTime",
    "a fraction of a second",
    capDocument({ sent: "2026-09-18T07:00:00.5+07:00" }),
    ["/alert/sent"],
  ],
  [
    "3.3.2 dateTime",
    "a day that does not exist",
    capDocument({ sent: "2026-02-30T07:00:00+07:00" }),
    ["/alert/sent"],
  ],
  ["3.3.2 dateTime", "the hour 24", capDocument({ sent: "2026-02-03T24:00:00+07:00" }), ["/alert/sent"]],
  [
    "3.3.2 dateTime",
    "an offset beyond 14 hours",
    capDocument({ sent: "2026-02-03T20:00:00+15:00" }),
    ["/alert/sent"],
  ],
  ["3.3.2 dateTime", "a date alone", capDocument({ sent: "2026-02-03" }), ["/alert/sent"]],
  ["3.2.1 status", "another word", capDocument({ status: "Real" }), ["/alert/status"]],
  ["3.2.1 status", "lower case", capDocument({ status: "actual" }), ["/alert/status"]],
  ["3.2.1 msgType", "another word", capDocument({ msgType: "Recall" }), ["/alert/msgType"]],
  ...["Update", "Cancel", "Ack", "Error"].map(
    (msgType) =>
      ["3.2.1 references", `${msgType} without any`, capDocument({ msgType }), ["/alert"]] as [
        string,
        string,
        string,
        string[],
      ],
  ),
  ["3.2.1 references", "an identifier alone", capDocument({ references: "VN-1" }), ["/alert/references"]],
  [
    "3.2.1 references",
    "a time with Z",
    capDocument({ references: "a,b,2026-09-18T07:00:00Z" }),
    ["/alert/references"],
  ],
  ["3.2.1 references", "empty", capDocument({ references: " " }), ["/alert/references"]],
  ["3.2.1 scope", "Restricted without its rule", capDocument({ scope: "Restricted" }), ["/alert"]],
  ["3.2.1 scope", "Private without addresses", capDocument({ scope: "Private" }), ["/alert"]],
  [
    "3.2.1 addresses",
    "a quote that does not end",
    capDocument({ addresses: '"Xã Hạ Long' }),
    ["/alert/addresses"],
  ],
  ["3.2.1 code", "empty", capDocument({ code: ["a", ""] }), ["/alert/code[2]"]],
  ...["category", "event", "urgency", "severity", "certainty"].map(
    (name) =>
      [
        "3.2.2 info",
        `no ${name}`,
        withInfo({ [name]: null }),
        [name === "category" ? "/alert/info[1]" : `/alert/info[1]/${name}`],
      ] as [string, string, string, string[]],
  ),
  ["3.2.2 language", "words", withInfo({ language: "tiếng Việt" }), ["/alert/info[1]/language"]],
  ["3.2.2 language", "two", withInfo({ language: ["vi", "en"] }), ["/alert/info[1]/language[2]"]],
  [
    "3.2.2 category",
    "one that is wrong among others",
    withInfo({ category: ["Met", "Storm"] }),
    ["/alert/info[1]/category[2]"],
  ],
  ["3.2.2 event", "white space", withInfo({ event: " \n" }), ["/alert/info[1]/event"]],
  [
    "3.2.2 responseType",
    "another word",
    withInfo({ responseType: "Run" }),
    ["/alert/info[1]/responseType[1]"],
  ],
  ["3.2.2 urgency", "empty", withInfo({ urgency: "" }), ["/alert/info[1]/urgency"]],
  ["3.2.2 severity", "a number", withInfo({ severity: "3" }), ["/alert/info[1]/severity"]],
  ["3.2.2 certainty", "another word", withInfo({ certainty: "Sure" }), ["/alert/info[1]/certainty"]],
  ["3.2.2 expires", "a day", withInfo({ expires: "2026-09-19" }), ["/alert/info[1]/expires"]],
  ["3.2.2 effective", "more times than are followed", AT_ELEVEN_TIMES, ["/alert"]],
  ["3.2.2 web", "a relative address", withInfo({ web: "tin/1.html" }), ["/alert/info[1]/web"]],
  ["3.2.2 headline", "elements in it", withInfo({ headline: "<b>Bão</b>" }), ["/alert/info[1]/headline"]],
  [
    "3.2.2 eventCode",
    "no value",
    withInfo({ eventCode: "<valueName>SAME</valueName>" }),
    ["/alert/info[1]/eventCode[1]/value"],
  ],
  [
    "3.2.2 parameter",
    "text alone",
    withInfo({ parameter: "gust" }),
    [
      "/alert/info[1]/parameter[1]/valueName",
      "/alert/info[1]/parameter[1]/value",
      "/alert/info[1]/parameter[1]",
    ],
  ],
  [
    "3.2.3 resource",
    "no media type",
    withResource({ mimeType: null }),
    ["/alert/info[1]/resource[1]/mimeType"],
  ],
  [
    "3.2.3 resource",
    "no description",
    withResource({ resourceDesc: null }),
    ["/alert/info[1]/resource[1]/resourceDesc"],
  ],
  [
    "3.2.3 mimeType",
    "a file's ending",
    withResource({ mimeType: "mp3" }),
    ["/alert/info[1]/resource[1]/mimeType"],
  ],
  ["3.2.3 size", "with a unit", withResource({ size: "12 kB" }), ["/alert/info[1]/resource[1]/size"]],
  [
    "3.2.3 uri",
    "a bare name without the file",
    withResource({ uri: "a.mp3" }),
    ["/alert/info[1]/resource[1]/uri"],
  ],
  ["3.2.3 derefUri", "no base64", withResource({ derefUri: "äöü" }), ["/alert/info[1]/resource[1]/derefUri"]],
  ["3.2.3 digest", "too short", withResource({ digest: "aaf4c61d" }), ["/alert/info[1]/resource[1]/digest"]],
  [
    "3.2.3 digest",
    "of another file",
    withResource({ derefUri: "aGVsbG8=", digest: "0".repeat(40) }),
    ["/alert/info[1]/resource[1]"],
  ],
  ["3.2.4 area", "no description", withArea({ areaDesc: null }), ["/alert/info[1]/area[1]/areaDesc"]],
  [
    "3.2.4 polygon",
    "three points",
    withArea({ polygon: "21,107 21,108 21,107" }),
    ["/alert/info[1]/area[1]/polygon[1]"],
  ],
  [
    "3.2.4 polygon",
    "open",
    withArea({ polygon: "21,107 21,108 22,108 22,107" }),
    ["/alert/info[1]/area[1]/polygon[1]"],
  ],
  [
    "3.2.4 polygon",
    "the second of two",
    withArea({ polygon: [SQUARE, ""] }),
    ["/alert/info[1]/area[1]/polygon[2]"],
  ],
  [
    "3.2.4 polygon",
    "a latitude beyond the pole",
    withArea({ polygon: SQUARE.replaceAll("22", "92") }),
    ["/alert/info[1]/area[1]/polygon[1]", "/alert/info[1]/area[1]/polygon[1]"],
  ],
  [
    "3.2.4 polygon",
    "a longitude beyond 180",
    withArea({ polygon: SQUARE.replace("21,108", "21,208") }),
    ["/alert/info[1]/area[1]/polygon[1]"],
  ],
  [
    "3.2.4 polygon",
    "a decimal comma",
    withArea({ polygon: SQUARE.replace("21,108", "21,5,108") }),
    ["/alert/info[1]/area[1]/polygon[1]"],
  ],
  ["3.2.4 circle", "no radius", withArea({ circle: "21,107" }), ["/alert/info[1]/area[1]/circle[1]"]],
  [
    "3.2.4 circle",
    "a radius below nothing",
    withArea({ circle: "21,107 -1" }),
    ["/alert/info[1]/area[1]/circle[1]"],
  ],
  ["3.2.4 circle", "letters", withArea({ circle: "21,x 1" }), ["/alert/info[1]/area[1]/circle[1]"]],
  [
    "3.2.4 geocode",
    "no name",
    withArea({ geocode: "<value>1</value>" }),
    ["/alert/info[1]/area[1]/geocode[1]/valueName"],
  ],
  ["3.2.4 altitude", "with a unit", withArea({ altitude: "10 ft" }), ["/alert/info[1]/area[1]/altitude"]],
  ["3.2.4 ceiling", "no altitude", withArea({ ceiling: "10" }), ["/alert/info[1]/area[1]"]],
  [
    "3.2.4 ceiling",
    "below the altitude",
    withArea({ altitude: "20", ceiling: "10" }),
    ["/alert/info[1]/area[1]"],
  ],
  ["3.4 schema", "an element of its own", capDocument({ siren: "on" }), ["/alert/siren"]],
  [
    "3.4 schema",
    "an element of the info block in the head",
    capDocument({ headline: "Bão" }),
    ["/alert/headline"],
  ],
  [
    "3.4 schema",
    "an element of another namespace",
    capDocument().replace("<event>", '<x:event xmlns:x="urn:x"/><event>'),
    ["/alert/info[1]/event"],
  ],
  [
    "3.4 schema",
    "an inclusion",
    capDocument().replace(
      "<info>",
      '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/><info>',
    ),
    ["/alert/include"],
  ],
  ["3.4 schema", "text between elements", capDocument().replace("<info>", "bão<info>"), ["/alert"]],
  ["3.4 schema", "another root", capDocument().replace(/alert/g, "warning"), ["/warning"]],
  ["3.4 schema", "no namespace", inCap("", ""), ["/alert"]],
  [
    "3.2 all",
    "mistakes all over",
    capDocument({ sent: "now", status: "Real" }, [
      capInfo(),
      capInfo({ urgency: "x", area: "<areaDesc>a</areaDesc><polygon>1,1</polygon>" }),
    ]),
    ["/alert/sent", "/alert/status", "/alert/info[2]/urgency", "/alert/info[2]/area[1]/polygon[1]"],
  ],
];

const problemsOf = (xml: string) => {
  try {
    readCap(xml);
    return [];
  } catch (error) {
    const { code, context } = error as {
      code: string;
      context: { problems: { path: string; message: string }[] };
    };
    expect(code).toBe("CAP_INVALID");
    return context.problems;
  }
};

describe("a valid document", () => {
  test.each(VALID)("of %s: %s, is read, and written it reads the same", (_section, _what, xml) => {
    const { alert } = readCap(xml);
    expect(readCap(writeCap(alert)).alert).toEqual(alert);
  });
});

describe("an invalid document", () => {
  test.each(INVALID)("of %s: %s, is refused with every place", (_section, _what, xml, paths) => {
    const problems = problemsOf(xml);
    expect(problems.map(({ path }) => path).sort()).toEqual([...paths].sort());
    for (const { message } of problems) expect(message).toMatch(/^(must|is|has|needs) /);
  });
});
