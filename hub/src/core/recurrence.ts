import type { UnixMs } from "@loa/kernel/clock";

/** When a schedule sounds: at `start` alone, or by an RFC 5545 rule from `start` on, in the wall time of a zone. */
export interface Recurrence {
  readonly start: UnixMs;
  readonly rrule: string | null;
  /** Starts that are left out. */
  readonly exceptions: readonly UnixMs[];
  readonly timeZone: string;
}

/** All starts of a recurrence in `[from, to)`, rising. The adapter of a library stands behind it. */
export type Occurrences = (recurrence: Recurrence, from: UnixMs, to: UnixMs) => readonly UnixMs[];

/** Name of one occurrence. It follows from schedule and start alone, so an edit renames no occurrence it leaves in place. */
export function broadcastIdOf(scheduleId: string, start: UnixMs): string {
  return `b-${scheduleId}-${Math.round(start).toString(36)}`;
}

/** Schedule and start that a broadcast id names; null when it is none. */
export function parseBroadcastId(id: string): { scheduleId: string; start: UnixMs } | null {
  const match = /^b-(.+)-([0-9a-z]{1,11})$/.exec(id);
  return match ? { scheduleId: match[1]!, start: Number.parseInt(match[2]!, 36) } : null;
}
