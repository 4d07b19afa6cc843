import type { UnixMs } from "@loa/kernel/clock";
import { hours, minutes } from "@loa/kernel/units";

/** Nobody is locked out for longer without a new decision at the pole. */
export const LONGEST_LOCK_OUT_MS = hours(2);
/** Where no time is said. */
export const USUAL_LOCK_OUT_MS = minutes(30);

/** What is kept of a lock-out by command, so that it outlives a restart. */
export interface KeptLockOut {
  /** Station time at which it ends. */
  readonly until: UnixMs;
  /** How much was left when this was written. */
  readonly leftMs: number;
  /** Whether the clock was believed then. */
  readonly synchronised: boolean;
}

/**
 * What is left of a lock-out after a restart, ms; 0: it is over. A clock that was not believed then, or is not now, proves no time to have
 * passed: whoever works at the pole must not be surprised by a clock that was set.
 */
export function leftAfterRestart(
  { until, leftMs, synchronised }: KeptLockOut,
  now: UnixMs,
  synchronisedNow: boolean,
): number {
  const counted = synchronised && synchronisedNow ? until - now : leftMs;
  return Math.max(0, Math.min(counted, leftMs, LONGEST_LOCK_OUT_MS));
}

/** What the lock-out switch says: `none` where there is none, `unknown` while a board that is there has not told. */
export type SwitchState = "on" | "off" | "unknown" | "none";

/** Whether nothing may be energised. A switch that cannot be read counts as on. */
export const isLockedOut = (commandStands: boolean, position: SwitchState): boolean =>
  commandStands || position === "on" || position === "unknown";
