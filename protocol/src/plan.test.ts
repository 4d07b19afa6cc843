import { expect, test } from "vitest";
import { newerPlan } from "./plan.ts";

test.each([
  [[1, 1], null, true],
  [[1, 2], [1, 1], true],
  [[1, 1], [1, 1], false],
  [[1, 1], [1, 2], false],
  [[2, 1], [1, 9], true],
  [[1, 9], [2, 1], false],
] as const)("plan %j after %j is newer: %s", ([hubEpoch, revision], held, newer) => {
  expect(newerPlan({ hubEpoch, revision }, held && { hubEpoch: held[0], revision: held[1] })).toBe(newer);
});
