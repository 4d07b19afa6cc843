import { describe, expect, test } from "vitest";
import { epochAtStart, raisedEpoch, showsLostHistory } from "./epoch.ts";

const NOW = Date.UTC(2026, 5, 1);
const S = NOW / 1_000;
const stored = { epoch: S - 5_000, mark: "b", markBefore: "a" };

describe("the epoch at start", () => {
  test.each([
    ["a first start begins at the wall clock", null, null, S, false],
    ["a plain restart keeps it", stored, "b", S - 5_000, false],
    ["a cut between store and file keeps it", stored, "a", S - 5_000, false],
    ["an older copy of the store raises it", stored, "c", S + 1, true],
    ["a store without its file raises it", stored, null, S + 1, true],
    ["it never falls when the wall clock did", { ...stored, epoch: S + 900 }, "c", S + 901, true],
  ])("%s", (_, state, file, epoch, restored) => {
    expect(epochAtStart(state, file, NOW)).toEqual({ epoch, restored });
  });
});

describe("lost history shows", () => {
  const at = (hubEpoch: number, revision: number, validUntil = NOW) => ({ hubEpoch, revision, validUntil });
  test.each([
    ["in a higher revision", at(S, 6), at(S, 5), true],
    ["in a higher epoch", at(S + 1, 1), at(S, 5), true],
    ["in the same position of another validity", at(S, 5, NOW + 1), at(S, 5), true],
    ["in any plan of the epoch where we made none", at(S, 5), at(S, 0), true],
    ["not in an older epoch where we made none", at(S - 1, 5), at(S, 0), false],
    ["not in the same plan", at(S, 5), at(S, 5), false],
    ["not in an older one", at(S, 4), at(S, 5), false],
    ["not in none", null, at(S, 5), false],
    ["not in a claim from the far future", at(Number.MAX_SAFE_INTEGER, 1), at(S, 5), false],
  ])("%s", (_, held, ours, expected) => expect(showsLostHistory(held, ours, NOW)).toBe(expected));

  test("and the epoch then is above all that was seen", () => {
    expect(raisedEpoch(S, S + 77, NOW)).toBe(S + 78);
    expect(raisedEpoch(S - 9, 0, NOW)).toBe(S + 1);
  });
});
