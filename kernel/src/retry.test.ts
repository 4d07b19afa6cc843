import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs } from "./retry.ts";

test.each([
  [0, 500],
  [1, 1_000],
  [3, 4_000],
  [4, 8_000],
  [50, 8_000],
  [5_000, 8_000],
])("attempt %i waits at most %i ms", (attempt, ceiling) => {
  expect(backoffMs(attempt, 1 - 2 ** -53)).toBe(ceiling - 1);
  expect(backoffMs(attempt, 0)).toBe(0);
});

test("a wait is a whole number below both the cap and the exponential ceiling", () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 1, max: 60_000 }),
      (attempt, chance, baseMs, capMs) => {
        const wait = backoffMs(attempt, chance, { baseMs, capMs });
        expect(Number.isInteger(wait) && wait >= 0).toBe(true);
        expect(wait).toBeLessThan(Math.min(capMs, baseMs * 2 ** attempt));
      },
    ),
  );
});
