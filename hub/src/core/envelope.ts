import type { UnixMs } from "@loa/kernel/clock";
import { minutes } from "@loa/kernel/units";
import { type TimeEnvelope, WEEKDAYS, type Window } from "@loa/protocol/time-envelope";
import { covers, type Interval, merged, shared } from "./interval.ts";

const daily: Window[] = [["05:00", "22:00"]];

/** Where no area says otherwise: 05:00 to 22:00 on every day, three hours a day, no gain above nominal. */
export const DEFAULT_ENVELOPE: TimeEnvelope = {
  windows: Object.fromEntries(WEEKDAYS.map((day) => [day, daily])),
  maxMinutesPerDay: 180,
  maxGainDb: 0,
};

/** An envelope laid over the local days of a stretch of time. */
export interface Hours {
  /** When something may sound, merged: windows that meet at midnight are one. */
  readonly open: readonly Interval[];
  readonly days: readonly Interval[];
  readonly maxMsPerDay: number;
}

/** Lays an envelope over `[from, to)` in a zone. Wall times that the zone skips on a day move on, as Temporal's `compatible` has it. */
export function hoursOf(envelope: TimeEnvelope, timeZone: string, from: UnixMs, to: UnixMs): Hours {
  const days: Interval[] = [];
  const open: Interval[] = [];
  let date = dateOf(from, timeZone);
  for (let start = instant(date, timeZone, "00:00"); start < to; ) {
    const next = date.add({ days: 1 });
    const end = instant(next, timeZone, "00:00");
    days.push({ start, end });
    for (const [opens, closes] of envelope.windows[WEEKDAYS[date.dayOfWeek - 1]!] ?? [])
      open.push({
        start: instant(date, timeZone, opens),
        end: closes === "24:00" ? end : instant(date, timeZone, closes),
      });
    [date, start] = [next, end];
  }
  return { open: merged(open), days, maxMsPerDay: minutes(envelope.maxMinutesPerDay) };
}

/** Whether `after` lets something sound that `before` does not: a minute of the week, more minutes a day, or more gain. */
export function widens(before: TimeEnvelope, after: TimeEnvelope): boolean {
  if (after.maxMinutesPerDay > before.maxMinutesPerDay || after.maxGainDb > before.maxGainDb) return true;
  return WEEKDAYS.some((day) => {
    const open = merged((before.windows[day] ?? []).map(minutesOf));
    return !(after.windows[day] ?? []).map(minutesOf).every((window) => covers(open, window));
  });
}

/** Minutes since midnight. */
function minutesOf([from, until]: Window): Interval {
  return { start: minuteOf(from), end: minuteOf(until) };
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Start of the local day that holds `at`. */
export function localMidnight(at: UnixMs, timeZone: string): UnixMs {
  return instant(dateOf(at, timeZone), timeZone, "00:00");
}

/** Adds up what sounds on each day and says what no longer fits. */
export class Airtime {
  readonly #hours: Hours;
  readonly #used: number[];

  constructor(hours: Hours) {
    this.#hours = hours;
    this.#used = hours.days.map(() => 0);
  }

  /** Takes the time if every day it touches has room for it. */
  take(stretch: Interval): boolean {
    const { days, maxMsPerDay } = this.#hours;
    const needs = days.map((day) => shared(day, stretch));
    if (needs.some((ms, i) => ms > 0 && this.#used[i]! + ms > maxMsPerDay)) return false;
    for (const [i, ms] of needs.entries()) this.#used[i]! += ms;
    return true;
  }
}

/** Whether all of `stretch` lies in open hours. */
export function isOpen(hours: Hours, stretch: Interval): boolean {
  return covers(hours.open, stretch);
}

function dateOf(at: UnixMs, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone).toPlainDate();
}

function instant(date: Temporal.PlainDate, timeZone: string, plainTime: string): UnixMs {
  return date.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}
