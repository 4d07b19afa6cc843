import { days, hours, minutes } from "@loa/kernel/units";
import { describe, expect, test } from "vitest";
import { Airtime, DEFAULT_ENVELOPE, hoursOf, isOpen, localMidnight } from "./envelope.ts";

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
