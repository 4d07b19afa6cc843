import type { Broadcast } from "@loa/protocol/http/broadcasts";
import type { Tone } from "./proof.ts";

/** One broadcast of the day. */
export interface Moment {
  readonly broadcast: Broadcast;
  readonly tone: Tone;
  /** The first that is to come. */
  readonly next: boolean;
}

/** The day before and after the present; what sounds now is the last of the past. */
export interface Day {
  readonly past: readonly Moment[];
  readonly ahead: readonly Moment[];
}

/** How a broadcast went, or stands: failures before everything else. */
export function toneOf({ state, counts }: Broadcast): Tone {
  if (state === "onAir") return "air";
  if (state !== "done") return "plain";
  if (counts.failed > 0) return "bad";
  return counts.stopped + counts.partial > 0 ? "warn" : "ok";
}

/** Broadcasts that touch the day of `now`, in the order of their start; `dateOf` tells the day of an instant. */
export function dayOf(broadcasts: readonly Broadcast[], now: number, dateOf: (at: number) => string): Day {
  const today = dateOf(now);
  const rows = broadcasts
    .filter(({ startAt, endAt }) => dateOf(startAt) === today || (startAt < now && dateOf(endAt) === today))
    .sort((a, b) => a.startAt - b.startAt);
  const next = rows.find(({ state, startAt }) => state === "planned" && startAt > now);
  const moments = rows.map((broadcast) => ({ broadcast, tone: toneOf(broadcast), next: broadcast === next }));
  const isAhead = ({ broadcast }: Moment) => broadcast.startAt > now;
  return { past: moments.filter((one) => !isAhead(one)), ahead: moments.filter(isAhead) };
}
