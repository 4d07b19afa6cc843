import type { UnixMs } from "@loa/kernel/clock";
import { seconds } from "@loa/kernel/units";
import type { ZoneId } from "@loa/protocol/identity";
import { CHIME_MS, type PlanItem, type Segment } from "@loa/protocol/plan";
import { PRIORITIES, type Priority } from "@loa/protocol/priority";
import { Airtime, type Hours, isOpen } from "./envelope.ts";
import { type Interval, minus } from "./interval.ts";

/** Silence between two broadcasts at one station, for relays and reverberation. */
export const GUARD_MS = seconds(1);
/** A cut item shorter than this is left out. */
const SHORTEST_MS = seconds(1);

/** One broadcast as a station is asked to sound it. `durationMs` covers chime and items. */
export interface Wanted {
  readonly broadcastId: string;
  readonly startAt: UnixMs;
  readonly durationMs: number;
  readonly priority: Priority;
  readonly zones: readonly ZoneId[];
  readonly items: readonly PlanItem[];
  readonly chime: boolean;
  /** Grace for a station that comes late; null: as long as it lasts. */
  readonly lateWithinMs: number | null;
  /** What a station does with it after an alert or live speech; null: it goes on where it would be. */
  readonly onPreempt: Segment["onPreempt"] | null;
  readonly approvedBy: string;
  readonly title: string;
}

/** A broadcast, or the rest of it, that does not sound, and why. */
export interface Refused {
  readonly broadcastId: string;
  readonly code: "OUTSIDE_ENVELOPE" | "AIRTIME_EXCEEDED" | "SCHEDULE_CONFLICT" | "PREEMPTED";
}

/** What one station will sound, and what of the wishes it will not. */
export interface StationPlan {
  readonly segments: Segment[];
  readonly refused: Refused[];
}

/**
 * Resolves the wishes of one station into segments that never overlap: a higher priority takes its time, of equals the one
 * that starts first. What is interrupted ends early and goes on with the next item that begins after the interruption, at
 * that item's own time; an item that was cut is not taken up in its middle. A broadcast that does not fit the hours or the
 * day's airtime as a whole does not sound at all.
 */
export function planStation(wishes: readonly Wanted[], hours: Hours): StationPlan {
  const airtime = new Airtime(hours);
  const taken: (Interval & { priority: Priority })[] = [];
  const segments: Segment[] = [];
  const refused: Refused[] = [];
  for (const wish of [...wishes].sort(byRank)) {
    const whole = { start: wish.startAt, end: wish.startAt + wish.durationMs };
    const closed = isOpen(hours, whole) ? null : "OUTSIDE_ENVELOPE";
    const code = closed ?? (airtime.take(whole) ? null : "AIRTIME_EXCEEDED");
    if (code) {
      refused.push({ broadcastId: wish.broadcastId, code });
      continue;
    }
    const busy = taken
      .map(({ start, end }) => ({ start: start - GUARD_MS, end: end + GUARD_MS }))
      .filter((one) => one.start < whole.end && whole.start < one.end);
    const free = minus(whole, busy);
    const pieces = free.flatMap((stretch) => pieceOf(wish, stretch) ?? []);
    if (pieces.length !== 1 || pieces[0]!.durationMs < wish.durationMs)
      refused.push({ broadcastId: wish.broadcastId, code: whyCut(wish, taken, whole) });
    for (const [index, piece] of pieces.entries()) {
      segments.push(segmentOf(wish, piece, index));
      taken.push({ start: piece.startAt, end: piece.startAt + piece.durationMs, priority: wish.priority });
    }
  }
  return { segments: segments.sort((a, b) => a.startAt - b.startAt), refused };
}

interface Piece {
  readonly startAt: UnixMs;
  readonly durationMs: number;
  readonly chime: boolean;
  readonly items: PlanItem[];
}

function pieceOf(wish: Wanted, stretch: Interval): Piece | null {
  const first = stretch.start === wish.startAt;
  if (first && stretch.end >= wish.startAt + wish.durationMs)
    return { ...wish, items: [...wish.items], chime: wish.chime };
  const items: PlanItem[] = [];
  let begins: UnixMs | null = first ? wish.startAt : null;
  let at = wish.startAt + (wish.chime ? CHIME_MS : 0);
  for (const item of wish.items) {
    const until = Math.min(at + item.durationMs, stretch.end);
    const fits = at >= stretch.start && (until === at + item.durationMs || until - at >= SHORTEST_MS);
    if (fits && (item.kind === "announcement" || items.length > 0)) {
      begins ??= at;
      items.push({ ...item, durationMs: until - at });
    }
    at += item.durationMs;
  }
  while (items.at(-1)?.kind === "silence") items.pop();
  if (items.length === 0 || begins === null) return null;
  const sounds = items.reduce((sum, item) => sum + item.durationMs, 0);
  const chime = first && wish.chime;
  return { startAt: begins, durationMs: sounds + (chime ? CHIME_MS : 0), chime, items };
}

function segmentOf(wish: Wanted, piece: Piece, index: number): Segment {
  return {
    broadcastId: wish.broadcastId,
    segment: index,
    startAt: piece.startAt,
    durationMs: piece.durationMs,
    priority: wish.priority,
    zones: [...wish.zones],
    items: piece.items,
    chime: piece.chime,
    // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
    lateStart: { withinMs: wish.lateWithinMs ?? piece.durationMs, then: "join" },
    ...(wish.onPreempt && { onPreempt: wish.onPreempt }),
    staggerMs: 0,
    approvedBy: wish.approvedBy,
    title: wish.title.slice(0, 200),
  };
}

function whyCut(
  wish: Wanted,
  taken: readonly (Interval & { priority: Priority })[],
  whole: Interval,
): Refused["code"] {
  const hit = taken.find((one) => one.start - GUARD_MS < whole.end && whole.start < one.end + GUARD_MS);
  return hit?.priority === wish.priority ? "SCHEDULE_CONFLICT" : "PREEMPTED";
}

function byRank(a: Wanted, b: Wanted): number {
  return (
    PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
    a.startAt - b.startAt ||
    (a.broadcastId < b.broadcastId ? -1 : 1)
  );
}
