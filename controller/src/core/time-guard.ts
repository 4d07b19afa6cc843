import type { UnixMs } from "@loa/kernel/clock";
import type { Segment } from "@loa/protocol/plan";
import { insideWindows, localDay, type TimeEnvelope } from "@loa/protocol/time-envelope";

/** What limits a station's sound: the envelope commissioned at the pole and the plan's, which may only narrow it. */
export interface Limits {
  readonly hard: TimeEnvelope;
  readonly plan: TimeEnvelope;
  readonly timeZone: string;
}

/** What has a place in time. */
type Timed = Pick<Segment, "startAt" | "staggerMs" | "durationMs">;

/** Airtime already used, minutes by local day `YYYY-MM-DD`. */
export type Airtime = Readonly<Record<string, number>>;

/**
 * Whether a segment may sound here at all, whatever was signed. Null when it may.
 * `OUTSIDE_ENVELOPE`: some moment of it lies outside either envelope's windows. `AIRTIME_EXCEEDED`: the day's budget does not hold it.
 */
export function refusal(
  segment: Timed,
  limits: Limits,
  used: Airtime,
): "OUTSIDE_ENVELOPE" | "AIRTIME_EXCEEDED" | null {
  const startAt = startOf(segment);
  for (const { windows } of [limits.hard, limits.plan])
    if (!insideWindows(windows, startAt, startAt + segment.durationMs, limits.timeZone))
      return "OUTSIDE_ENVELOPE";
  const budget = Math.min(limits.hard.maxMinutesPerDay, limits.plan.maxMinutesPerDay);
  const today = used[localDay(startAt, limits.timeZone)] ?? 0;
  const wholeMs = Math.round(today * 60_000 + segment.durationMs);
  return wholeMs > Math.round(budget * 60_000) ? "AIRTIME_EXCEEDED" : null;
}

/** When a segment's first sample is due, with its deliberate stagger. */
export function startOf(segment: Timed): UnixMs {
  return segment.startAt + segment.staggerMs;
}

/** When a segment's last sample is over. */
export function endOf(segment: Timed): UnixMs {
  return startOf(segment) + segment.durationMs;
}
