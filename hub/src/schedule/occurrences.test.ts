import { days, hours } from "@loa/kernel/units";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Recurrence } from "../core/recurrence.ts";
import { checkRecurrence, occurrences } from "./occurrences.ts";

const ZONE = "Asia/Ho_Chi_Minh";
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const START = at("2026-06-01T05:00:00+07:00");
const rule = (rrule: string | null, more: Partial<Recurrence> = {}): Recurrence => ({
  start: START,
  rrule,
  exceptions: [],
  timeZone: ZONE,
  ...more,
});
const local = (times: readonly number[], zone = ZONE) =>
  times.map((time) =>
    Temporal.Instant.fromEpochMilliseconds(time)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString({ smallestUnit: "minute" }),
  );

describe("a recurrence", () => {
  test.each([
    ["once", null, ["2026-06-01T05:00"]],
    ["daily", "FREQ=DAILY;COUNT=3", ["2026-06-01T05:00", "2026-06-02T05:00", "2026-06-03T05:00"]],
    [
      "daily until a time",
      "FREQ=DAILY;UNTIL=20260602T220000Z",
      ["2026-06-01T05:00", "2026-06-02T05:00", "2026-06-03T05:00"],
    ],
    [
      "on weekdays",
      "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=4",
      ["2026-06-01T05:00", "2026-06-03T05:00", "2026-06-05T05:00", "2026-06-08T05:00"],
    ],
    ["every other week", "FREQ=WEEKLY;INTERVAL=2;COUNT=2", ["2026-06-01T05:00", "2026-06-15T05:00"]],
    [
      "twice a day",
      "FREQ=DAILY;BYHOUR=5,17;COUNT=3",
      ["2026-06-01T05:00", "2026-06-01T17:00", "2026-06-02T05:00"],
    ],
    [
      "on the last day of the month",
      "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2",
      ["2026-06-30T05:00", "2026-07-31T05:00"],
    ],
    ["with the prefix that calendars write", "RRULE:FREQ=DAILY;COUNT=1", ["2026-06-01T05:00"]],
  ])("%s", (_, rrule, expected) => {
    expect(local(occurrences(rule(rrule), START, START + days(90)))).toEqual(expected);
  });

  test("leaves its exceptions out", () => {
    const exceptions = [START + days(1)];
    expect(local(occurrences(rule("FREQ=DAILY;COUNT=3", { exceptions }), START, START + days(9)))).toEqual([
      "2026-06-01T05:00",
      "2026-06-03T05:00",
    ]);
  });

  test("does not sound at a start that its own rule does not match", () => {
    expect(local(occurrences(rule("FREQ=WEEKLY;BYDAY=TU;COUNT=1"), START, START + days(9)))).toEqual([
      "2026-06-02T05:00",
    ]);
  });

  test("keeps its wall time over both changes of the clock", () => {
    const paris = { start: at("2026-03-27T05:00:00+01:00"), timeZone: "Europe/Paris" };
    const spring = occurrences(rule("FREQ=DAILY;COUNT=4", paris), paris.start, paris.start + days(9));
    expect(new Set(local(spring, "Europe/Paris").map((text) => text.slice(11)))).toEqual(new Set(["05:00"]));
    expect(spring[2]! - spring[1]!).toBe(hours(23));
    const autumn = { start: at("2026-10-24T05:00:00+02:00"), timeZone: "Europe/Paris" };
    const [first, second] = occurrences(
      rule("FREQ=DAILY;COUNT=2", autumn),
      autumn.start,
      autumn.start + days(9),
    );
    expect(second! - first!).toBe(hours(25));
  });

  test("leaves out a wall time that does not exist on a day, and has a doubled one once", () => {
    const gap = { start: at("2026-03-28T02:30:00+01:00"), timeZone: "Europe/Paris" };
    const spring = occurrences(rule("FREQ=DAILY;COUNT=3", gap), gap.start, gap.start + days(9));
    expect(local(spring, "Europe/Paris").every((text) => text.endsWith("02:30"))).toBe(true);
    expect(local(spring, "Europe/Paris")).not.toContain("2026-03-29T02:30");
    const fold = { start: at("2026-10-24T02:30:00+02:00"), timeZone: "Europe/Paris" };
    const autumn = occurrences(rule("FREQ=DAILY", fold), fold.start, fold.start + days(3));
    expect(local(autumn, "Europe/Paris")).toEqual([
      "2026-10-24T02:30",
      "2026-10-25T02:30",
      "2026-10-26T02:30",
    ]);
  });

  test("asked in parts answers as asked in one", () => {
    const rules = fc.constantFrom(
      "FREQ=DAILY",
      "FREQ=WEEKLY;BYDAY=MO,TH",
      "FREQ=DAILY;COUNT=9",
      "FREQ=HOURLY;INTERVAL=5",
      "FREQ=MONTHLY",
    );
    const zones = fc.constantFrom(ZONE, "Europe/Paris", "UTC");
    const cuts = fc.array(fc.integer({ min: 0, max: days(60) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rules, zones, cuts, (rrule, timeZone, offsets) => {
        const recurrence = rule(rrule, { timeZone });
        const edges = [0, ...offsets.sort((a, b) => a - b), days(60)].map((offset) => START + offset);
        const parts = edges.slice(1).flatMap((to, i) => [...occurrences(recurrence, edges[i]!, to)]);
        expect(parts).toEqual(occurrences(recurrence, START, START + days(60)));
      }),
      { numRuns: 60 },
    );
  });
});

describe("is refused", () => {
  test.each([
    "",
    "DAILY",
    "FREQ=BOGUS",
    "FREQ=SECONDLY",
    "FREQ=MINUTELY",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=-1",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;FOO=1",
    "FREQ=DAILY;FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=ZZ",
    "FREQ=DAILY;COUNT=2;UNTIL=20270101",
    "FREQ=DAILY;UNTIL=tomorrow",
    "FREQ=DAILY\nEXDATE:20260101T000000Z",
    "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY",
    "FREQ=MONTHLY;BYMONTHDAY=99",
  ])("the rule %j", (rrule) => {
    expect(() => checkRecurrence(rule(rrule))).toThrow(expect.objectContaining({ code: "RRULE_INVALID" }));
  });

  test("a zone that does not exist", () => {
    expect(() => checkRecurrence(rule(null, { timeZone: "Asia/Atlantis" }))).toThrow(
      expect.objectContaining({ code: "TIME_ZONE_INVALID" }),
    );
  });
});
