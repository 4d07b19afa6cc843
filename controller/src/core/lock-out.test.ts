import { expect, test } from "vitest";
import { isLockedOut, leftAfterRestart } from "./lock-out.ts";

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

test.each([
  ["counts the time that it was off", true, true, 30, 10, 10],
  ["is over when its time passed meanwhile", true, true, 30, -5, 0],
  ["trusts no clock that is not believed now", true, false, 30, -5, 30],
  ["trusts no clock that was not believed then", false, true, 30, -5_000, 30],
  ["never lasts longer than was left", true, true, 30, 90, 30],
  ["never lasts longer than two hours", false, false, 300, 300, 120],
])("after a restart a lock-out %s", (_, synchronised, now, left, untilIn, expected) => {
  const kept = { until: NOW + untilIn * MINUTE, leftMs: left * MINUTE, synchronised };
  expect(leftAfterRestart(kept, NOW, now) / MINUTE).toBe(expected);
});

test.each([
  [false, "none", false],
  [true, "none", true],
  [false, "off", false],
  [true, "off", true],
  [false, "on", true],
  [false, "unknown", true],
] as const)(
  "with a command that stands (%s) and a switch that is %s, locked out: %s",
  (command, position, is) => {
    expect(isLockedOut(command, position)).toBe(is);
  },
);
