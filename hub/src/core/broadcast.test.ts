import type { Playout } from "@loa/protocol/http/broadcasts";
import { describe, expect, test } from "vitest";
import { broadcastState, columnOf, countsOf } from "./broadcast.ts";

const FACTS = { startAt: 1_000_000, endAt: 1_060_000, cancelled: false };
const station = (outcomes: Playout["outcome"][], more: object = {}) => ({
  ...{ confirmed: true, onAir: false, stopped: false },
  playouts: outcomes.map((outcome) => ({ outcome }) as Playout),
  ...more,
});

test.each([
  [999_999, "planned"],
  [1_000_000, "onAir"],
  [1_059_999, "onAir"],
  [1_060_000, "done"],
])("at %d it is %s", (now, state) => {
  expect(broadcastState(FACTS, now)).toBe(state);
  expect(broadcastState({ ...FACTS, cancelled: true }, now)).toBe("cancelled");
});

test("stopped at every station and silent, it is over before its time", () => {
  expect(broadcastState(FACTS, 1_030_000, true)).toBe("done");
  expect(broadcastState(FACTS, 999_999, true)).toBe("planned");
});

describe("a station counts as", () => {
  const during = 1_030_000;
  const after = 1_090_000;
  test.each([
    ["confirmed", "before", station([]), 0],
    ["unconfirmed", "without its plan", station([], { confirmed: false }), 0],
    ["onAir", "while it says so", station([], { onAir: true }), during],
    ["confirmed", "within the grace after the end", station([]), after - 1],
    ["failed", "when no word came", station([]), after],
    ["stopped", "when it was stopped and said nothing", station([], { stopped: true }), after],
    ["played", "by its receipt", station(["played"]), after],
    ["played", "by all its receipts", station(["played", "played"]), after],
    ["partial", "when one part failed", station(["played", "missed"]), after],
    ["partial", "by its own word", station(["partial"]), after],
    ["failed", "when nothing sounded", station(["missed"]), after],
    ["stopped", "by its receipt", station(["stopped"]), during],
    ["stopped", "when something took over", station(["preempted"]), during],
  ])("%s %s", (column, _, facts, now) => expect(columnOf(facts, FACTS, now)).toBe(column));
});

test("counts add up to the stations", () => {
  const counts = countsOf([station(["played"]), station([]), station([], { onAir: true })], FACTS, 1_030_000);
  const { stations, ...columns } = counts;
  expect(stations).toBe(3);
  expect(Object.values(columns).reduce((sum, n) => sum + n, 0)).toBe(3);
});
