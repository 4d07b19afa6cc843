import type { Broadcast } from "@loa/protocol/http/broadcasts";
import { expect, test } from "vitest";
import { dayOf, toneOf } from "./timeline.ts";

const HOUR = 3_600_000;
const none = {
  stations: 4,
  confirmed: 0,
  unconfirmed: 0,
  onAir: 0,
  played: 0,
  partial: 0,
  failed: 0,
  stopped: 0,
};
const broadcast = (id: string, hour: number, state: Broadcast["state"], counts = {}): Broadcast => ({
  id,
  scheduleId: "s",
  title: id,
  startAt: hour * HOUR,
  endAt: (hour + 0.5) * HOUR,
  state,
  priority: "scheduled",
  counts: { ...none, ...counts },
});
const dateOf = (at: number) => String(Math.floor(at / (24 * HOUR)));
const ids = (moments: readonly { broadcast: Broadcast }[]) => moments.map(({ broadcast: { id } }) => id);

test("what sounds is the last of the past; the first planned one ahead is next", () => {
  const day = dayOf(
    [
      broadcast("evening", 17, "planned"),
      broadcast("noon", 12, "onAir"),
      broadcast("dropped", 14, "cancelled"),
      broadcast("morning", 5, "done"),
      broadcast("tomorrow", 29, "planned"),
    ],
    12.2 * HOUR,
    dateOf,
  );
  expect(ids(day.past)).toEqual(["morning", "noon"]);
  expect(ids(day.ahead)).toEqual(["dropped", "evening"]);
  expect(day.ahead.map(({ next }) => next)).toEqual([false, true]);
});

test("what began yesterday and ended today belongs to today", () => {
  const day = dayOf([broadcast("midnight", 23.8, "done")], 30 * HOUR, dateOf);
  expect(ids(day.past)).toEqual(["midnight"]);
});

test.each([
  ["planned", {}, "plain"],
  ["onAir", { failed: 1 }, "air"],
  ["done", { played: 4 }, "ok"],
  ["done", { played: 3, partial: 1 }, "warn"],
  ["done", { played: 3, stopped: 1 }, "warn"],
  ["done", { played: 3, failed: 1 }, "bad"],
  ["cancelled", {}, "plain"],
] as const)("%s with %o is %s", (state, counts, tone) => {
  expect(toneOf(broadcast("b", 1, state, counts))).toBe(tone);
});
