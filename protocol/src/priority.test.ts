import { expect, test } from "vitest";
import { outranks, PRIORITIES } from "./priority.ts";

const pairs = PRIORITIES.flatMap((a) => PRIORITIES.map((b) => [a, b] as const));

test.each(pairs)("of %s and %s at most one takes over, and exactly one when they differ", (a, b) => {
  expect(Number(outranks(a, b)) + Number(outranks(b, a))).toBe(a === b ? 0 : 1);
});

test("taking over is transitive", () => {
  for (const [a, b] of pairs)
    for (const c of PRIORITIES) if (outranks(a, b) && outranks(b, c)) expect(outranks(a, c)).toBe(true);
});

test("an emergency takes over from everything, and a test from nothing", () => {
  expect(PRIORITIES.filter((one) => outranks("emergency", one))).toEqual(PRIORITIES.slice(1));
  expect(PRIORITIES.filter((one) => outranks("test", one))).toEqual([]);
});
