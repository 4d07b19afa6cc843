import { days, hours, minutes } from "@loa/kernel/units";
import { type TimeEnvelope, WEEKDAYS, type Window } from "@loa/protocol/time-envelope";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Airtime, DEFAULT_ENVELOPE, hoursOf, isOpen, localMidnight, widens } from "./envelope.ts";

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const stretch = (start: string, ms: number) => ({ start: at(start), end: at(start) + ms });

describe("hours in a zone", () => {
  const from = at("2026-03-28T00:00:00+01:00");
  const paris = hoursOf(DEFAULT_ENVELOPE, "Europe/Paris", from, from + days(2) + hours(23));

  test("follow the wall clock over a change of the clock", () => {
    expect(paris.days.map(({ start, end }) => (end - start) / hours(1))).toEqual([24, 23, 24]);
    expect(isOpen(paris, stretch("2026-03-29T05:00:00+02:00", minutes(1)))).toBe(true);
    expect(isOpen(paris, stretch("2026-03-29T04:59:59+02:00", minutes(1)))).toBe(false);
    expect(isOpen(paris, stretch("2026-03-29T21:59:00+02:00", minutes(1)))).toBe(true);
    expect(isOpen(paris, stretch("2026-03-29T21:59:01+02:00", minutes(1)))).toBe(false);
  });

  test("join windows that meet, and are shut on a day without any", () => {
    const envelope = {
      ...DEFAULT_ENVELOPE,
      windows: {
        sat: [
          ["06:00", "07:00"],
          ["07:00", "08:00"],
        ] as [string, string][],
      },
    };
    const { open } = hoursOf(
      envelope,
      "Asia/Ho_Chi_Minh",
      at("2026-06-05T00:00:00+07:00"),
      at("2026-06-08T00:00:00+07:00"),
    );
    expect(open).toEqual([{ start: at("2026-06-06T06:00:00+07:00"), end: at("2026-06-06T08:00:00+07:00") }]);
  });

  test("begin at the local midnight", () => {
    expect(localMidnight(at("2026-06-01T20:00:00Z"), "Asia/Ho_Chi_Minh")).toBe(
      at("2026-06-02T00:00:00+07:00"),
    );
  });
});

test("airtime that crosses midnight counts on both days", () => {
  const from = at("2026-06-01T00:00:00Z");
  const airtime = new Airtime(
    hoursOf({ ...DEFAULT_ENVELOPE, maxMinutesPerDay: 10 }, "UTC", from, from + days(2)),
  );
  expect(airtime.take(stretch("2026-06-01T23:52:00Z", minutes(16)))).toBe(true);
  expect(airtime.take(stretch("2026-06-02T06:00:00Z", minutes(3)))).toBe(false);
  expect(airtime.take(stretch("2026-06-02T06:00:00Z", minutes(2)))).toBe(true);
  expect(airtime.take(stretch("2026-06-01T06:00:00Z", minutes(2)))).toBe(true);
});

describe("an envelope is wider", () => {
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  /** Few distinct times, so that windows meet, overlap and end at midnight often. */
  const window = fc
    .tuple(fc.integer({ min: 0, max: 47 }), fc.integer({ min: 1, max: 24 }))
    .map(([from, length]): Window => [clock(from * 30), clock(Math.min(from + length, 48) * 30)]);
  const day = fc.option(fc.array(window, { maxLength: 3 }), { nil: undefined });
  const envelope: fc.Arbitrary<TimeEnvelope> = fc.record({
    windows: fc
      .array(day, { minLength: 7, maxLength: 7 })
      .map((list) =>
        Object.fromEntries(WEEKDAYS.flatMap((name, i) => (list[i] === undefined ? [] : [[name, list[i]]]))),
      ),
    maxMinutesPerDay: fc.integer({ min: 60, max: 63 }),
    maxGainDb: fc.integer({ min: -3, max: 0 }),
  });
  /** Every open minute of the week, one by one. */
  const minutesOf = ({ windows }: TimeEnvelope) =>
    new Set(
      WEEKDAYS.flatMap((name) =>
        Array.from({ length: 1_440 }, (_, minute) => [minute, clock(minute)] as const)
          .filter(([, time]) => (windows[name] ?? []).some(([from, until]) => from <= time && time < until))
          .map(([minute]) => `${name} ${minute}`),
      ),
    );

  test("exactly when a minute of the week, the minutes of a day or the gain are more", () => {
    fc.assert(
      fc.property(envelope, envelope, (before, after) => {
        const more =
          !minutesOf(after).isSubsetOf(minutesOf(before)) ||
          after.maxMinutesPerDay > before.maxMinutesPerDay ||
          after.maxGainDb > before.maxGainDb;
        expect(widens(before, after)).toBe(more);
      }),
      { numRuns: 60 },
    );
  });

  test("by a single half hour on one day, however much is closed elsewhere, and never than itself", () => {
    fc.assert(
      fc.property(
        envelope,
        fc.constantFrom(...WEEKDAYS),
        fc.integer({ min: 0, max: 47 }),
        (one, name, half) => {
          const opened: Window = [clock(half * 30), clock((half + 1) * 30)];
          const was = minutesOf(one).has(`${name} ${half * 30}`);
          expect(widens(one, { ...one, windows: { [name]: [opened] } })).toBe(!was);
          expect(widens(one, one)).toBe(false);
        },
      ),
    );
  });

  test("not where the same minutes are split into other windows", () => {
    const split = {
      mon: [
        ["05:00", "12:00"],
        ["12:00", "22:00"],
      ] as Window[],
    };
    const whole = { mon: [["05:00", "22:00"]] as Window[] };
    expect(widens({ ...DEFAULT_ENVELOPE, windows: split }, { ...DEFAULT_ENVELOPE, windows: whole })).toBe(
      false,
    );
  });
});
