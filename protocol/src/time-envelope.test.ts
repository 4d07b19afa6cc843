import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { insideWindows, localDay, WEEKDAYS, type Window, type Windows } from "./time-envelope.ts";

const STEP = 5;
const MINUTE = 60_000;
const ZONES = [
  "Asia/Ho_Chi_Minh",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Africa/Cairo",
];

/** Wall-clock weekday and minute of the day. */
function wallClock(at: number, timeZone: string) {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return { day: WEEKDAYS[local.dayOfWeek - 1]!, minute: local.hour * 60 + local.minute, local };
}

const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** What the wall clock says, looked at every five minutes: every window begins and ends at one of those. */
function oracle(windows: Windows, start: number, end: number, timeZone: string): boolean {
  for (let at = start; at < end; at += STEP * MINUTE) {
    const { day, minute } = wallClock(at, timeZone);
    if (!windows[day]?.some(([from, until]) => minuteOf(from) <= minute && minute < minuteOf(until)))
      return false;
  }
  return true;
}

function shiftsWithin(start: number, end: number, timeZone: string): boolean {
  const [from, until] = [wallClock(start, timeZone).local, wallClock(end, timeZone).local];
  const [dayStart, dayEnd] = [from.startOfDay(), until.startOfDay().add({ days: 1 })];
  return dayStart.offsetNanoseconds !== dayEnd.offsetNanoseconds;
}

const text = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const ANY_TIME = fc.nat(288);
/** The hours in which clocks are set. */
const NIGHT = fc.constantFrom(0, 60, 90, 120, 135, 150, 165, 180, 210, 1_380, 1_440).map((m) => m / STEP);
const window = fc
  .oneof(fc.tuple(ANY_TIME, ANY_TIME), fc.tuple(NIGHT, NIGHT))
  .filter(([from, until]) => from !== until)
  .map(([a, b]): Window => [text(Math.min(a, b) * STEP), text(Math.max(a, b) * STEP)]);
const wide = fc.constantFrom<Window[]>(
  [["00:00", "24:00"]],
  [
    ["00:00", "12:00"],
    ["12:00", "24:00"],
  ],
);
const day = fc.oneof(fc.array(window, { maxLength: 3 }), wide);
const week = fc.record(Object.fromEntries(WEEKDAYS.map((name) => [name, day])), { requiredKeys: [] });
const zone = fc.constantFrom(...ZONES);
/** Around the changes of 2026 in all these zones, and any time of the year. */
const around = fc.oneof(
  fc.constantFrom(
    "2026-03-08",
    "2026-03-29",
    "2026-04-05",
    "2026-04-24",
    "2026-10-04",
    "2026-10-25",
    "2026-10-30",
    "2026-11-01",
  ),
  fc.constantFrom("2026-01-31", "2026-06-14"),
);
const interval = fc
  .tuple(
    around,
    fc.integer({ min: -144, max: 432 }),
    fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 400 })),
  )
  .map(([date, offset, length]) => {
    const start = Date.parse(`${date}T00:00:00Z`) + offset * STEP * MINUTE;
    return [start, start + length * STEP * MINUTE] as const;
  });

describe("the windows of a week", () => {
  test("hold what the wall clock says, minute by minute; where it is set they never hold more", () => {
    const seen = { open: 0, closed: 0 };
    fc.assert(
      fc.property(week, zone, interval, (windows, timeZone, [start, end]) => {
        const inside = insideWindows(windows, start, end, timeZone);
        const expected = oracle(windows, start, end, timeZone);
        seen[expected ? "open" : "closed"]++;
        if (shiftsWithin(start, end, timeZone)) expect(inside && !expected).toBe(false);
        else expect(inside).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
    expect(Math.min(seen.open, seen.closed)).toBeGreaterThan(50);
  });

  const everyDay = (...windows: Window[]): Windows => Object.fromEntries(WEEKDAYS.map((d) => [d, windows]));
  const hanoi = (time: string) =>
    Temporal.PlainDateTime.from(time).toZonedDateTime("Asia/Ho_Chi_Minh").epochMilliseconds;

  test.each([
    ["within", [["05:00", "22:00"]], "2026-05-04T05:00", "2026-05-04T22:00", true],
    ["a millisecond too early", [["05:00", "22:00"]], "2026-05-04T04:59:59.999", "2026-05-04T05:10", false],
    ["a millisecond too long", [["05:00", "22:00"]], "2026-05-04T21:00", "2026-05-04T22:00:00.001", false],
    [
      "over midnight",
      [
        ["00:00", "06:00"],
        ["20:00", "24:00"],
      ],
      "2026-05-04T23:30",
      "2026-05-05T00:30",
      true,
    ],
    [
      "over midnight with a minute closed",
      [
        ["00:00", "06:00"],
        ["20:00", "23:59"],
      ],
      "2026-05-04T23:30",
      "2026-05-05T00:30",
      false,
    ],
    [
      "over touching windows",
      [
        ["05:00", "06:00"],
        ["06:00", "07:00"],
      ],
      "2026-05-04T05:30",
      "2026-05-04T06:30",
      true,
    ],
    [
      "over overlapping windows",
      [
        ["05:00", "06:10"],
        ["06:00", "07:00"],
      ],
      "2026-05-04T05:30",
      "2026-05-04T06:30",
      true,
    ],
    [
      "over a gap",
      [
        ["05:00", "06:00"],
        ["06:01", "07:00"],
      ],
      "2026-05-04T05:30",
      "2026-05-04T06:30",
      false,
    ],
    ["on a day without windows", [], "2026-05-04T05:30", "2026-05-04T06:30", false],
    [
      "in a window that ends before it begins",
      [["22:00", "05:00"]],
      "2026-05-04T23:00",
      "2026-05-04T23:10",
      false,
    ],
    ["three days on end", [["00:00", "24:00"]], "2026-05-04T05:30", "2026-05-07T06:30", true],
  ] as [string, Window[], string, string, boolean][])("%s", (_, windows, start, end, inside) => {
    expect(insideWindows(everyDay(...windows), hanoi(start), hanoi(end), "Asia/Ho_Chi_Minh")).toBe(inside);
  });

  test("are those of the local weekday", () => {
    const mondayOnly: Windows = { mon: [["00:00", "24:00"]] };
    const monday = hanoi("2026-05-04T00:00");
    expect(insideWindows(mondayOnly, monday, monday + 86_400_000, "Asia/Ho_Chi_Minh")).toBe(true);
    expect(insideWindows(mondayOnly, monday - 1, monday + 1, "Asia/Ho_Chi_Minh")).toBe(false);
    expect(insideWindows(mondayOnly, monday, monday + 1, "UTC")).toBe(false);
  });

  test("do not stretch into the hour that spring leaves out", () => {
    const berlin = (time: string) => Date.parse(`2026-03-29T${time}Z`);
    const night = everyDay(["01:00", "02:30"]);
    expect(insideWindows(night, berlin("00:00"), berlin("00:30"), "Europe/Berlin")).toBe(true);
    expect(insideWindows(night, berlin("01:00"), berlin("01:10"), "Europe/Berlin")).toBe(false);
  });
});

test("an instant falls on the local day", () => {
  const lateEvening = Date.UTC(2026, 0, 31, 17, 0);
  expect(localDay(lateEvening, "Asia/Ho_Chi_Minh")).toBe("2026-02-01");
  expect(localDay(lateEvening - 0.5, "Asia/Ho_Chi_Minh")).toBe("2026-01-31");
  expect(localDay(lateEvening, "UTC")).toBe("2026-01-31");
});
