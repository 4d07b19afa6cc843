import type { UnixMs } from "@loa/kernel/clock";
import { days } from "@loa/kernel/units";
import { newerPlan } from "@loa/protocol/plan";
import type { PlanPosition } from "@loa/protocol/presence";

/** How far above the wall clock's seconds a claimed epoch is still believed: nobody can push the hub to the number's end. */
const BELIEVED_AHEAD_S = days(366) / 1_000;

/**
 * What the store remembers of the run before. The mark changes at every start and now and then; it is written to the store
 * first and then to a file beside it, so that after a power cut the file holds the store's mark or the one before.
 */
export interface EpochState {
  readonly epoch: number;
  readonly mark: string;
  readonly markBefore: string;
}

/** The epoch to start with, and whether the store is not the one that ran here last (new, or an older copy put back). */
export function epochAtStart(
  stored: EpochState | null,
  fileMark: string | null,
  now: UnixMs,
): { epoch: number; restored: boolean } {
  if (!stored) return { epoch: Math.floor(now / 1_000), restored: false };
  if (fileMark !== null && (fileMark === stored.mark || fileMark === stored.markBefore))
    return { epoch: stored.epoch, restored: false };
  return { epoch: raisedEpoch(stored.epoch, 0, now), restored: true };
}

/** An epoch above the one in force, above one that was seen, and above the wall clock's seconds. */
export function raisedEpoch(current: number, seen: number, now: UnixMs): number {
  return Math.max(current, seen, Math.floor(now / 1_000)) + 1;
}

/**
 * Whether a station holds a plan that would make it refuse the one we would send: of a later position, or of the same
 * position but another validity. Only a store that went back in time sees that. Claims that no honest clock explains are
 * not believed. `ours`: newest position of the epoch in force; revision 0 where there is none.
 */
export function showsLostHistory(held: PlanPosition | null, ours: PlanPosition, now: UnixMs): boolean {
  if (!held || held.hubEpoch > now / 1_000 + BELIEVED_AHEAD_S) return false;
  const same = held.hubEpoch === ours.hubEpoch && held.revision === ours.revision;
  return same ? held.validUntil !== ours.validUntil : newerPlan(held, ours);
}
