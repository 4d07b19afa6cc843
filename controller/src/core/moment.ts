import type { UnixMs } from "@loa/kernel/clock";

/** A moment of the machine, whatever anybody knows of the time: which start of it this is, and for how long it has been up. */
export interface Moment {
  readonly boot: string;
  /** Goes on while the machine sleeps. */
  readonly upMs: number;
}

/** A moment, and what station time was then. */
export interface NotedMoment extends Moment {
  readonly at: UnixMs;
}

/**
 * How much later station time is than it would be by its scale at `noted`, ms; null: the machine was started anew since, and nobody knows how
 * long it was off.
 */
export function movedSince(noted: NotedMoment | null, moment: Moment | null, now: UnixMs): number | null {
  if (noted === null || moment === null || noted.boot !== moment.boot) return null;
  return now - (noted.at + moment.upMs - noted.upMs);
}
