import fc from "fast-check";
import { expect, test } from "vitest";
import { readClock } from "./clock-entry.ts";
import { type Repeat, repeatOf, rruleOf, ruleWords } from "./recurrence.ts";
import { addDays, instantOf, mondayOf, rfc3339, wallTime } from "./zoned.ts";

const ZONE = "Asia/Ho_Chi_Minh";
const UNTIL = "2026-12-31";

test.each<[Repeat, string | undefined]>([
  [{ kind: "once" }, undefined],
  [{ kind: "daily" }, "FREQ=DAILY"],
  [{ kind: "weekly", days: [4, 0] }, "FREQ=WEEKLY;BYDAY=MO,FR"],
  [{ kind: "daily", until: UNTIL }, "FREQ=DAILY;UNTIL=20261231T165900Z"],
  [{ kind: "other", rrule: "FREQ=MONTHLY;BYMONTHDAY=1" }, "FREQ=MONTHLY;BYMONTHDAY=1"],
])("%j is written as %s", (repeat, rrule) => {
  expect(rruleOf(repeat, ZONE)).toBe(rrule);
});

test("a rule that the form can show comes back from its own text", () => {
  const days = fc
    .uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 })
    .map((list) => list.sort((a, b) => a - b));
  const until = fc.option(fc.constant({ until: UNTIL }), { nil: {} });
  const repeat = fc.oneof(
    fc.constant<Repeat>({ kind: "once" }),
    until.map((end): Repeat => ({ kind: "daily", ...end })),
    fc.tuple(days, until).map(([list, end]): Repeat => ({ kind: "weekly", days: list, ...end })),
  );
  fc.assert(
    fc.property(repeat, (value) => {
      expect(repeatOf(rruleOf(value, ZONE))).toEqual(value);
    }),
  );
});

test.each(["FREQ=DAILY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=2MO", "FREQ=DAILY;COUNT=3"])(
  "%s is kept as it is, since the form has no fields for it",
  (rrule) => expect(repeatOf(rrule)).toEqual({ kind: "other", rrule }),
);

test.each([
  [[0, 1, 2, 3, 4], "repeat.weekdays"],
  [[6, 5], "repeat.weekend"],
  [[0, 1, 2, 3, 4, 5, 6], "repeat.daily"],
  [[], "repeat.never"],
  [[1, 3], "repeat.days"],
])("days %j are told as %s", (days, id) => expect(ruleWords({ kind: "weekly", days }).id).toBe(id));

test.each([
  ["17:05", "17:05"],
  ["17h05", "17:05"],
  ["17.05", "17:05"],
  ["1705", "17:05"],
  ["905", "09:05"],
  ["5h", "05:00"],
  ["5", "05:00"],
  ["0:00", "00:00"],
  ["24:00", null],
  ["17:60", null],
  ["chiều", null],
  ["", null],
])("%s is read as the time %s", (text, time) => expect(readClock(text)).toBe(time));

test("a wall-clock time and its instant are two writings of one thing", () => {
  const zone = fc.constantFrom("Asia/Ho_Chi_Minh", "Asia/Kathmandu", "UTC");
  const minute = fc.integer({ min: 27_000_000, max: 32_000_000 });
  fc.assert(
    fc.property(zone, minute, (name, at) => {
      const { date, time } = wallTime(at * 60_000, name);
      expect(instantOf(date, time, name)).toBe(at * 60_000);
      expect(Date.parse(rfc3339(at * 60_000, name))).toBe(at * 60_000);
    }),
  );
});

test("no rule is told as once", () => {
  expect(repeatOf(undefined)).toEqual({ kind: "once" });
});

test("times are sent with the offset of the area", () => {
  expect(rfc3339(instantOf("2026-11-24", "17:00", ZONE), ZONE)).toBe("2026-11-24T17:00:00+07:00");
});

test("a week begins on Monday", () => {
  expect(mondayOf("2026-11-29")).toBe("2026-11-23");
  expect(mondayOf("2026-11-23")).toBe("2026-11-23");
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
});
