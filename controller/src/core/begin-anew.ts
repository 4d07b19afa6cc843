import type { UnixMs } from "@loa/kernel/clock";
import type { Plan, Segment } from "@loa/protocol/plan";
import { keyOf, type SegmentKey } from "./candidate.ts";
import { type Airtime, endOf, type Limits, refusal, startOf } from "./time-guard.ts";

/** A breath between what interrupted and the segment that begins anew. */
export const BREATH_MS = 1_000;
/** Silence that is kept before the next segment, as the hub's planner keeps it. */
const GUARD_MS = 1_000;
/** Less than this is not worth a beginning. */
const SHORTEST_MS = 2_000;

/** What a segment that begins anew has to fit into. */
export interface Room {
  readonly plan: Plan;
  readonly limits: Limits;
  /** Airtime used, with everything that is open. */
  readonly used: Airtime;
  /** Segments that will not sound any more. */
  readonly closed: ReadonlySet<SegmentKey>;
  readonly now: UnixMs;
}

/**
 * A segment as it begins anew after an interruption: from its first item, a breath from now. It is cut where the next segment of the
 * plan, the hours or the day's airtime end it. Null when hardly anything would be left of it.
 */
export function begunAnew(segment: Segment, { plan, limits, used, closed, now }: Room): Segment | null {
  const startAt = now + BREATH_MS;
  const next = plan.segments.filter((one) => startOf(one) >= endOf(segment) && !closed.has(keyOf(one)));
  const untilNext = Math.min(...next.map(startOf)) - GUARD_MS - startAt;
  const anew = { ...segment, startAt, staggerMs: 0 };
  const allowed = (durationMs: number) => refusal({ ...anew, durationMs }, limits, used) === null;
  const durationMs = longest(Math.min(segment.durationMs, untilNext), allowed);
  return durationMs < Math.min(SHORTEST_MS, segment.durationMs) ? null : { ...anew, durationMs };
}

/** The longest whole ms up to `most` that is allowed; what is shorter than something allowed is allowed too. */
function longest(most: number, allowed: (ms: number) => boolean): number {
  if (most <= 0 || allowed(most)) return most;
  let [fits, over] = [0, Math.ceil(most)];
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (allowed(middle)) fits = middle;
    else over = middle;
  }
  return fits;
}
