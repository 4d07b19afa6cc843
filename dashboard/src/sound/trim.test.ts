import { expect, test } from "vitest";
import { moveEdge, peaksOf, voicePart } from "./trim.ts";

const RATE = 1_000;
const take = (...parts: [ms: number, amplitude: number][]) =>
  Float32Array.from(parts.flatMap(([ms, amplitude]) => Array.from({ length: ms }, () => amplitude)));

test.each([
  ["startMs", 2_000, { startMs: 2_000, endMs: 5_000 }],
  ["startMs", -50, { startMs: 0, endMs: 5_000 }],
  ["startMs", 4_900, { startMs: 4_500, endMs: 5_000 }],
  ["endMs", 99_999, { startMs: 1_000, endMs: 6_000 }],
  ["endMs", 0, { startMs: 1_000, endMs: 1_500 }],
] as const)("%s moved to %i stays within the take and leaves sound between", (edge, to, expected) => {
  expect(moveEdge({ startMs: 1_000, endMs: 5_000 }, edge, to, 6_000)).toEqual(expected);
});

test("silence before and after a voice is cut, with a margin", () => {
  const samples = take([1_000, 0.001], [2_000, 0.3], [400, 0], [1_000, 0.2], [3_000, 0.002]);
  expect(voicePart(samples, RATE)).toEqual({ startMs: 800, endMs: 4_600 });
});

test("a take without a voice is kept whole", () => {
  expect(voicePart(take([3_000, 0.001]), RATE)).toEqual({ startMs: 0, endMs: 3_000 });
});

test("peaks are the loudest sample of each stretch", () => {
  expect(peaksOf(Float32Array.of(0, -0.5, 0.25, 0.125), 2)).toEqual([0.5, 0.25]);
});
