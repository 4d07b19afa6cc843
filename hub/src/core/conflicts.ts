import type { UnixMs } from "@loa/kernel/clock";
import type { StationId } from "@loa/protocol/identity";
import type { Priority } from "@loa/protocol/priority";
import type { Interval } from "./interval.ts";
import { GUARD_MS } from "./planner.ts";

/** A broadcast with whom it reaches. */
export interface Claim {
  readonly broadcastId: string;
  readonly scheduleId: string | null;
  readonly title: string;
  readonly startAt: UnixMs;
  readonly endAt: UnixMs;
  readonly priority: Priority;
  readonly stations: ReadonlySet<StationId>;
}

/** Two broadcasts of equal priority that want one station at one time. */
export interface Clash {
  readonly station: StationId;
  readonly draft: Claim;
  readonly other: Claim;
}

/**
 * Where claims of a draft meet others of the same priority: a station has one amplifier, so zones do not matter. At most
 * `most` are listed. Claims less than the guard apart meet as well.
 */
export function clashes(draft: readonly Claim[], others: readonly Claim[], most = 100): Clash[] {
  const found: Clash[] = [];
  const sorted = [...others].sort((a, b) => a.startAt - b.startAt);
  const longest = sorted.reduce((most, { startAt, endAt }) => Math.max(most, endAt - startAt), 0);
  for (const claim of draft) {
    const from = lowerBound(sorted, claim.startAt - longest - GUARD_MS);
    for (let i = from; i < sorted.length && sorted[i]!.startAt < claim.endAt + GUARD_MS; i++) {
      const other = sorted[i]!;
      if (other.priority !== claim.priority || !meet(claim, other)) continue;
      for (const station of claim.stations) {
        if (!other.stations.has(station)) continue;
        found.push({ station, draft: claim, other });
        if (found.length === most) return found;
      }
    }
  }
  return found;
}

/** Whether a draft's own occurrences run into each other, e.g. an hourly rule with a programme of 70 minutes. */
export function overlapsItself(starts: readonly UnixMs[], durationMs: number): Interval | null {
  for (let i = 1; i < starts.length; i++)
    if (starts[i]! - starts[i - 1]! < durationMs + GUARD_MS)
      return { start: starts[i]!, end: starts[i - 1]! + durationMs };
  return null;
}

function meet(a: Claim, b: Claim): boolean {
  return a.startAt < b.endAt + GUARD_MS && b.startAt < a.endAt + GUARD_MS;
}

function lowerBound(sorted: readonly Claim[], at: UnixMs): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]!.startAt < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
