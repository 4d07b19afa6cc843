import fc from "fast-check";
import { expect, test } from "vitest";
import { newId } from "./ids.ts";

test("ids of one prefix sort by the time they were made", () => {
  const time = fc.integer({ min: 0, max: 2 ** 49 });
  fc.assert(
    fc.property(time, time, (a, b) => {
      fc.pre(a !== b);
      expect(newId("r", a) < newId("r", b)).toBe(a < b);
    }),
  );
});

test("ids of the same moment differ", () => {
  const ids = Array.from({ length: 2_000 }, () => newId("r", 1_760_000_000_000));
  expect(new Set(ids).size).toBe(ids.length);
});

test("an id is its prefix and 26 characters of Crockford's base 32, fractions of a millisecond or not", () => {
  expect(newId("cmd", 1_760_000_000_000.75)).toMatch(/^cmd-[0-9a-hjkmnp-tv-z]{26}$/);
});
