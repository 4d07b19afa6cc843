import { setImmediate as looked } from "node:timers/promises";
import { expect, test } from "vitest";
import { StallGuard } from "./stall-guard.ts";

test("time runs on while ticks come", () => {
  let clock = 1_000;
  const guard = new StallGuard(() => clock);
  clock += 12;
  expect(guard.now()).toBe(1_012);
});

test("after a stall, input counts as of the last tick; then time moves on", async () => {
  let clock = 1_000;
  const ticks: number[] = [];
  const guard = new StallGuard(() => clock);
  clock += 400;
  expect(guard.now()).toBe(1_000);
  guard.tick(() => ticks.push(guard.now()));
  expect(ticks).toEqual([]);
  await looked();
  expect(ticks).toEqual([1_400]);
  expect(guard.now()).toBe(1_400);
});
