import { expect, test } from "vitest";
import {
  isOpen,
  openedHours,
  painted,
  type Span,
  spansOf,
  weekMinutes,
  widens,
  withDay,
} from "./open-hours.ts";

const MORNING: Span = [300, 420];
const DAY = {
  windows: { mon: [["05:00", "07:00"] as [string, string]] },
  maxMinutesPerDay: 60,
  maxGainDb: 0,
};

test.each<[string, Span[], number, number, boolean, Span[]]>([
  ["a stroke beside joins", [MORNING], 420, 480, true, [[300, 480]]],
  ["a stroke apart adds", [MORNING], 1_020, 1_080, true, [MORNING, [1_020, 1_080]]],
  [
    "closing the middle splits",
    [MORNING],
    330,
    360,
    false,
    [
      [300, 330],
      [360, 420],
    ],
  ],
  ["closing all leaves nothing", [MORNING], 0, 1_440, false, []],
  ["a stroke past midnight ends there", [], 1_410, 1_500, true, [[1_410, 1_440]]],
])("%s", (_, spans, from, until, open, after) => {
  expect(painted(spans, from, until, open)).toEqual(after);
});

test("a day written back is the day that was read", () => {
  const windows = withDay({}, "sun", [
    [300, 420],
    [1_020, 1_440],
  ]);
  expect(windows).toEqual({
    sun: [
      ["05:00", "07:00"],
      ["17:00", "24:00"],
    ],
  });
  expect(spansOf(windows, "sun")).toEqual([
    [300, 420],
    [1_020, 1_440],
  ]);
  expect(withDay(windows, "sun", [])).toEqual({});
  expect(weekMinutes(windows)).toBe(540);
  expect(isOpen(spansOf(windows, "sun"), 419)).toBe(true);
  expect(isOpen(spansOf(windows, "sun"), 420)).toBe(false);
});

test.each([
  ["the same", DAY, false],
  ["fewer hours", { ...DAY, windows: { mon: [["05:30", "06:30"] as [string, string]] } }, false],
  [
    "the same hours in two touching windows",
    {
      ...DAY,
      windows: {
        mon: [
          ["05:00", "06:00"],
          ["06:00", "07:00"],
        ] as [string, string][],
      },
    },
    false,
  ],
  ["another day", { ...DAY, windows: { tue: [["05:00", "06:00"] as [string, string]] } }, true],
  ["a later end", { ...DAY, windows: { mon: [["05:00", "07:30"] as [string, string]] } }, true],
  ["more airtime", { ...DAY, maxMinutesPerDay: 61 }, true],
  ["more gain", { ...DAY, maxGainDb: 1 }, true],
  ["no limit at all", null, true],
])("%s widens: %j → %s", (_, after, wider) => {
  expect(widens(DAY, after)).toBe(wider);
});

test("what a change opens is told by day, without what was open before", () => {
  const before = {
    mon: [["05:00", "07:00"] as [string, string]],
    tue: [["05:00", "07:00"] as [string, string]],
  };
  const after = {
    ...before,
    mon: [["04:30", "08:00"] as [string, string]],
    sun: [["06:00", "07:00"] as [string, string]],
  };
  expect(openedHours(before, after)).toEqual([
    [
      "mon",
      [
        [270, 300],
        [420, 480],
      ],
    ],
    ["sun", [[360, 420]]],
  ]);
  expect(openedHours(after, before)).toEqual([]);
});
