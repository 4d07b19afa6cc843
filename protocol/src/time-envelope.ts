import { type Static, Type } from "typebox";

/** Hours within a day, local time of the plan's zone: `["05:00", "22:00"]`; `24:00` is the day's end. */
export const Window = Type.Tuple([
  Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", description: "from, HH:MM" }),
  Type.String({
    pattern: "^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$",
    description: "until, HH:MM, later than from",
  }),
]);
export type Window = Static<typeof Window>;

/** Windows of each weekday; a day that is absent is silent. */
export const Windows = Type.Object({
  mon: Type.Optional(Type.Array(Window)),
  tue: Type.Optional(Type.Array(Window)),
  wed: Type.Optional(Type.Array(Window)),
  thu: Type.Optional(Type.Array(Window)),
  fri: Type.Optional(Type.Array(Window)),
  sat: Type.Optional(Type.Array(Window)),
  sun: Type.Optional(Type.Array(Window)),
});
export type Windows = Static<typeof Windows>;

/** Order of the days as JavaScript's and Temporal's Monday-first weeks have them. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** Windows that end before they begin, as `mon 22:00–05:00`: they would never open. A night is two windows. */
export function reversedWindows(windows: Windows): string[] {
  return WEEKDAYS.flatMap((day) =>
    (windows[day] ?? [])
      .filter(([from, until]) => until <= from)
      .map(([from, until]) => `${day} ${from}–${until}`),
  );
}

/**
 * When, how long and how loud non-emergency content may sound. The station's commissioned `hardEnvelope` has this shape
 * too; a plan's envelope may only narrow it. Source: docs/protocol-rules.md
 */
export const TimeEnvelope = Type.Object({
  windows: Windows,
  maxMinutesPerDay: Type.Number({
    minimum: 0,
    maximum: 1_440,
    description: "airtime in a local day, minutes",
  }),
  maxGainDb: Type.Number({ minimum: -60, maximum: 12, description: "highest gain, dB" }),
});
export type TimeEnvelope = Static<typeof TimeEnvelope>;

/** Whether one window holds the whole of [startMs, endMs], walking over midnight and touching windows. Times in Unix ms. */
export function insideWindows(windows: Windows, startMs: number, endMs: number, timeZone: string): boolean {
  let reached = startMs;
  while (reached < endMs) {
    const until = windowEnd(windows, reached, timeZone);
    if (until === null || until <= reached) return false;
    reached = until;
  }
  return true;
}

/** Unix ms at which the open window around `at` ends; null when `at` lies in none. */
function windowEnd(windows: Windows, at: number, timeZone: string): number | null {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone);
  const day = WEEKDAYS[local.dayOfWeek - 1] ?? "mon";
  const ends = (windows[day] ?? [])
    .map(([from, until]) => [onDay(local, from, "later"), onDay(local, until, "earlier")] as const)
    .filter(([from, until]) => from <= at && at < until)
    .map(([, until]) => until);
  return ends.length > 0 ? Math.max(...ends) : null;
}

/** Where summer time makes a wall-clock time happen twice or not at all, the reading that keeps the window shorter. */
function onDay(local: Temporal.ZonedDateTime, time: string, disambiguation: "earlier" | "later"): number {
  const day = local.toPlainDate();
  if (time === "24:00") return day.add({ days: 1 }).toZonedDateTime(local.timeZoneId).epochMilliseconds;
  const wallClock = day.toPlainDateTime(Temporal.PlainTime.from(time));
  return wallClock.toZonedDateTime(local.timeZoneId, { disambiguation }).epochMilliseconds;
}

/** The local calendar day an instant falls on, `YYYY-MM-DD`. */
export function localDay(at: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at))
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}
