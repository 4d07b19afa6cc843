import { expect, test } from "vitest";
import { addLatency, latencyFigures, mergeLatencies, noLatency } from "./latency.ts";

test("percentiles of thousands are right to 5 %, also when they were counted in several processes", () => {
  const parts = [noLatency(), noLatency(), noLatency()];
  for (let ms = 1; ms <= 3_000; ms++) addLatency(parts[ms % 3]!, ms);
  const { count, p50Ms, p99Ms, maxMs } = latencyFigures(mergeLatencies(parts));
  expect([count, maxMs]).toEqual([3_000, 3_000]);
  expect(p50Ms / 1_500).toBeCloseTo(1, 1);
  expect(Math.abs(p50Ms - 1_500)).toBeLessThanOrEqual(75);
  expect(Math.abs(p99Ms - 2_970)).toBeLessThanOrEqual(149);
});

test("nothing measured is nothing, and a clock that was ahead is no negative time", () => {
  expect(latencyFigures(noLatency())).toEqual({ count: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
  const one = noLatency();
  addLatency(one, -3);
  expect(latencyFigures(one)).toMatchObject({ count: 1, maxMs: 0, p99Ms: 0 });
});
