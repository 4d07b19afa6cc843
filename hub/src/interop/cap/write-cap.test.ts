import fc from "fast-check";
import { expect, test } from "vitest";
import { CAP_WORDS, type CapAlert, type CapWord, capTime } from "../../core/cap-alert.ts";
import { readCap } from "./read-cap.ts";
import { writeCap } from "./write-cap.ts";

const wordOf = <K extends keyof typeof CAP_WORDS>(kind: K) =>
  fc.constantFrom(...(CAP_WORDS[kind] as readonly CapWord<K>[]));
const time = fc
  .tuple(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: -840, max: 840 }))
  .map(([second, offset]) => capTime(second * 1_000, offset));
const name = fc.stringMatching(/^[\p{L}\d@._:/-]{1,20}$/u);
const filled = fc
  .string({ unit: "binary", minLength: 1, maxLength: 60 })
  .map((text) => text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "<").trim())
  .filter((text) => text !== "");
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const few = <T>(value: fc.Arbitrary<T>, minLength = 0) => fc.array(value, { minLength, maxLength: 3 });
const degrees = (limit: number) =>
  fc.integer({ min: -limit * 10_000_000, max: limit * 10_000_000 }).map((n) => n / 10_000_000 + 0);
const point = fc.record({ lat: degrees(90), lon: degrees(180) });
const ring = fc.array(point, { minLength: 3, maxLength: 8 }).map((points) => [...points, points[0]!]);
const named = fc.record({ valueName: filled, value: filled });
const uri = fc.webUrl();
const quotable = fc.stringMatching(/^[a-z@.]{1,8}( [a-z]{1,8})?$/);

const area = fc.record({
  areaDesc: filled,
  polygons: few(ring),
  circles: few(fc.record({ lat: degrees(90), lon: degrees(180), radiusKm: degrees(90).map(Math.abs) })),
  geocodes: few(named),
  altitude: fc.constant(-120.5),
  ceiling: maybe(fc.integer({ min: 0, max: 90_000 })),
});
const resource = fc.record({
  resourceDesc: filled,
  mimeType: fc.constantFrom("audio/mpeg", "image/png", "application/pdf; a=b"),
  size: maybe(fc.nat()),
  uri,
  derefUri: maybe(fc.constant("aGVsbG8=")),
  digest: maybe(fc.constant("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d")),
});
const info = fc.record({
  ...{ language: fc.constantFrom("vi", "vi-VN", "en-US", "hmn"), category: few(wordOf("category"), 1) },
  ...{ event: filled, responseType: few(wordOf("responseType")), urgency: wordOf("urgency") },
  ...{ severity: wordOf("severity"), certainty: wordOf("certainty"), audience: maybe(filled) },
  ...{ eventCode: few(named), effective: maybe(time), onset: maybe(time), expires: maybe(time) },
  ...{ senderName: maybe(filled), headline: maybe(filled), description: maybe(filled) },
  ...{ instruction: maybe(filled), web: maybe(uri), contact: maybe(filled), parameter: few(named) },
  ...{ resources: few(resource), areas: few(area) },
});
const alert: fc.Arbitrary<CapAlert> = fc.record({
  ...{ identifier: name, sender: name, sent: time, status: wordOf("status"), msgType: wordOf("msgType") },
  ...{ source: maybe(filled), scope: wordOf("scope"), restriction: filled, addresses: few(quotable, 1) },
  ...{ code: few(filled), note: maybe(filled), incidents: few(quotable), infos: few(info) },
  references: few(fc.record({ sender: name, identifier: name, sent: time }), 1),
});

test("whatever is written is valid and reads back the same", () => {
  fc.assert(
    fc.property(alert, (written) => {
      expect(readCap(writeCap(written)).alert).toEqual(written);
    }),
    { numRuns: 300 },
  );
});

test("signs that XML cannot hold are replaced instead of breaking the document", () => {
  const [sample] = fc.sample(alert, { numRuns: 1, seed: 1 });
  const written = writeCap({ ...sample!, note: "a\u0000b\uD800c" });
  expect(readCap(written).alert.note).toBe("a\uFFFDb\uFFFDc");
});
