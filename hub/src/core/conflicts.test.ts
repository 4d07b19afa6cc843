import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Claim, clashes, overlapsItself } from "./conflicts.ts";
import { GUARD_MS } from "./planner.ts";

const claim = (
  id: string,
  startAt: number,
  endAt: number,
  stations: string[],
  priority: Claim["priority"] = "scheduled",
): Claim => ({
  ...{ broadcastId: id, scheduleId: id, title: id, startAt, endAt, priority },
  stations: new Set(stations),
});

describe("two broadcasts clash", () => {
  test.each([
    ["when they overlap at one station", claim("b", 50_000, 90_000, ["s2", "s3"]), ["s2"]],
    ["at every station they share", claim("b", 50_000, 90_000, ["s1", "s2"]), ["s1", "s2"]],
    ["when less than the guard lies between", claim("b", 60_999, 90_000, ["s1"]), ["s1"]],
    ["not when the guard lies between", claim("b", 61_000, 90_000, ["s1"]), []],
    ["not at different stations", claim("b", 0, 60_000, ["s3"]), []],
    ["not when one outranks the other", claim("b", 0, 60_000, ["s1"], "urgent"), []],
  ])("%s", (_, other, expected) => {
    const found = clashes([claim("a", 0, 60_000, ["s1", "s2"])], [other]);
    expect(found.map(({ station }) => station)).toEqual(expected);
  });

  test("as a look at every pair says", () => {
    const claims = (prefix: string) =>
      fc
        .array(
          fc.tuple(
            fc.integer({ min: 0, max: 200 }),
            fc.integer({ min: 1, max: 40 }),
            fc.subarray(["s1", "s2", "s3"], { minLength: 1 }),
          ),
          { maxLength: 20 },
        )
        .map((list) =>
          list.map(([start, length, stations], i) =>
            claim(`${prefix}${i}`, start * 1_000, (start + length) * 1_000, stations),
          ),
        );
    fc.assert(
      fc.property(claims("a"), claims("b"), (draft, others) => {
        const pairs = draft.flatMap((a) =>
          others.flatMap((b) =>
            a.startAt < b.endAt + GUARD_MS && b.startAt < a.endAt + GUARD_MS
              ? [...a.stations]
                  .filter((id) => b.stations.has(id))
                  .map((id) => `${a.broadcastId} ${b.broadcastId} ${id}`)
              : [],
          ),
        );
        const found = clashes(draft, others, 10_000).map(
          ({ station, draft: a, other: b }) => `${a.broadcastId} ${b.broadcastId} ${station}`,
        );
        expect(found.sort()).toEqual(pairs.sort());
      }),
    );
  });
});

test("a rule whose programme is longer than its step runs into itself", () => {
  expect(overlapsItself([0, 3_600_000], 4_200_000)).toEqual({ start: 3_600_000, end: 4_200_000 });
  expect(overlapsItself([0, 3_600_000], 3_599_000)).toBeNull();
});
