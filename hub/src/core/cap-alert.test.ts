import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { capTime, instantOf, isCapTime, keyOf } from "./cap-alert.ts";

describe("a CAP time", () => {
  test.each([
    ["2026-09-18T14:00:00+07:00", true],
    ["2026-09-18T07:00:00-00:00", true],
    ["2028-02-29T00:00:00-03:30", true],
    ["2100-02-29T00:00:00+07:00", false],
    ["2026-04-31T00:00:00+07:00", false],
    ["2026-13-01T00:00:00+07:00", false],
    ["2026-00-01T00:00:00+07:00", false],
    ["2026-09-18T23:60:00+07:00", false],
    ["2026-09-18T23:59:60+07:00", false],
    ["2026-09-18T14:00:00+14:01", false],
    ["2026-09-18T14:00:00,07:00", false],
    ["2026-09-18 14:00:00+07:00", false],
    ["26-09-18T14:00:00+07:00", false],
    ["0000-01-01T00:00:00+07:00", false],
    ["", false],
  ])("%s is one: %s", (text, valid) => {
    expect(isCapTime(text)).toBe(valid);
  });

  test("is written for any instant and zone so that it reads back, UTC as -00:00", () => {
    const zone = fc.integer({ min: -840, max: 840 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200_000_000_000 }), zone, (second, offset) => {
        const text = capTime(second * 1_000, offset);
        expect(isCapTime(text)).toBe(true);
        expect(instantOf(text)).toBe(second * 1_000);
      }),
    );
    expect(capTime(Date.parse("2026-09-18T07:00:00.9Z"))).toBe("2026-09-18T07:00:00-00:00");
    expect(capTime(Date.parse("2026-09-18T07:00:00Z"), 420)).toBe("2026-09-18T14:00:00+07:00");
  });
});

test("two references to the same instant are the same message, whatever their zones", () => {
  const at = (sent: string) => keyOf({ sender: "a", identifier: "b", sent });
  expect(at("2026-09-18T14:00:00+07:00")).toBe(at("2026-09-18T07:00:00-00:00"));
  expect(at("2026-09-18T14:00:00+07:00")).not.toBe(at("2026-09-18T14:00:01+07:00"));
});
