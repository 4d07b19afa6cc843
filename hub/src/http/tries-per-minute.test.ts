import { ManualClock } from "@loa/kernel/manual-clock";
import { expect, test } from "vitest";
import { TriesPerMinute } from "./tries-per-minute.ts";

test("each key has its tries, and has them again a minute after its first", async () => {
  const clock = new ManualClock();
  const tries = new TriesPerMinute(2, clock);
  expect([tries.count("a"), tries.isUsedUp("a"), tries.count("a"), tries.isUsedUp("a")]).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect(tries.count("a")).toBe(true);
  expect(tries.count("b")).toBe(false);
  await clock.advance(60_000);
  expect(tries.isUsedUp("a")).toBe(false);
  expect(tries.count("a")).toBe(false);
});
