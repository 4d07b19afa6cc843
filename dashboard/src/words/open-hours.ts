import type { TimeEnvelope, Window, Windows } from "@loa/protocol/time-envelope";
import { WEEKDAY_KEYS } from "./weekday-keys.ts";

const DAY_MIN = 1_440;

/** Open minutes of one day: [from, until) since midnight, sorted, apart from each other. */
export type Span = readonly [from: number, until: number];
export type Day = (typeof WEEKDAY_KEYS)[number];

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** 05:30; a day's end is 24:00. */
export const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** Joins what overlaps or touches; drops what is empty. */
export function joined(spans: readonly Span[]): Span[] {
  const sorted = spans.filter(([from, until]) => until > from).sort((a, b) => a[0] - b[0]);
  const result: Span[] = [];
  for (const [from, until] of sorted) {
    const last = result.at(-1);
    if (last && from <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], until)];
    else result.push([from, until]);
  }
  return result;
}

/** Spans after a stroke of the brush over [from, until): opened, or closed. */
export function painted(spans: readonly Span[], from: number, until: number, open: boolean): Span[] {
  const [begin, end] = [Math.max(0, from), Math.min(DAY_MIN, until)];
  if (open) return joined([...spans, [begin, end]]);
  return joined(
    spans.flatMap(([a, b]): Span[] => [
      [a, Math.min(b, begin)],
      [Math.max(a, end), b],
    ]),
  );
}

/** Whether the minute is open. */
export const isOpen = (spans: readonly Span[], minute: number): boolean =>
  spans.some(([from, until]) => from <= minute && minute < until);

/** One day of an envelope as spans. */
export const spansOf = (windows: Windows, day: Day): Span[] =>
  joined((windows[day] ?? []).map(([from, until]): Span => [minuteOf(from), minuteOf(until)]));

/** An envelope's windows with one day put in place of the old one. */
export function withDay(windows: Windows, day: Day, spans: readonly Span[]): Windows {
  const { [day]: _, ...rest } = windows;
  const list = joined(spans).map(([from, until]): Window => [timeOf(from), timeOf(until)]);
  return list.length === 0 ? rest : { ...rest, [day]: list };
}

const covers = (outer: readonly Span[], inner: readonly Span[]): boolean =>
  inner.every(([from, until]) => outer.some(([a, b]) => a <= from && until <= b));

/** What is open in `after` and was not in `before`, by day. */
export function openedHours(before: Windows, after: Windows): [Day, Span[]][] {
  return WEEKDAY_KEYS.flatMap((day): [Day, Span[]][] => {
    const opened = spansOf(before, day).reduce(
      (left, [from, until]) => painted(left, from, until, false),
      spansOf(after, day),
    );
    return opened.length === 0 ? [] : [[day, opened]];
  });
}

/** Whether `after` lets something sound that `before` does not. */
export function widens(before: TimeEnvelope | null, after: TimeEnvelope | null): boolean {
  if (before === null) return false;
  if (after === null) return true;
  if (after.maxMinutesPerDay > before.maxMinutesPerDay || after.maxGainDb > before.maxGainDb) return true;
  return WEEKDAY_KEYS.some((day) => !covers(spansOf(before.windows, day), spansOf(after.windows, day)));
}

/** Open minutes of a week. */
export const weekMinutes = (windows: Windows): number =>
  WEEKDAY_KEYS.flatMap((day) => spansOf(windows, day)).reduce((sum, [from, until]) => sum + until - from, 0);
