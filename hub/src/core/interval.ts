import type { UnixMs } from "@loa/kernel/clock";

/** A stretch of time, `end` excluded. */
export interface Interval {
  readonly start: UnixMs;
  readonly end: UnixMs;
}

/** Sorted intervals in which those that touch or overlap are joined. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const out: { start: UnixMs; end: UnixMs }[] = [];
  for (const { start, end } of [...intervals].sort((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else if (end > start) out.push({ start, end });
  }
  return out;
}

/** What of `whole` the `taken` ones leave. */
export function minus(whole: Interval, taken: readonly Interval[]): Interval[] {
  const free: Interval[] = [];
  let start = whole.start;
  for (const one of merged(taken)) {
    if (one.end <= start) continue;
    if (one.start >= whole.end) break;
    if (one.start > start) free.push({ start, end: one.start });
    start = Math.max(start, one.end);
  }
  if (start < whole.end) free.push({ start, end: whole.end });
  return free;
}

/** Whether one of the merged intervals covers all of `whole`. */
export function covers(intervals: readonly Interval[], whole: Interval): boolean {
  return intervals.some(({ start, end }) => start <= whole.start && whole.end <= end);
}

/** Milliseconds that both share. */
export function shared(a: Interval, b: Interval): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
}
