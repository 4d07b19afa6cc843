import type { UnixMs } from "@loa/kernel/clock";
import { seconds } from "@loa/kernel/units";
import type { BroadcastCounts, BroadcastState, Playout } from "@loa/protocol/http/broadcasts";

/** After its end a station has this long to tell how it went, before no word counts as failed. */
export const WORD_GRACE_MS = seconds(30);

/** A broadcast's times and what people did to it. */
export interface BroadcastFacts {
  readonly startAt: UnixMs;
  readonly endAt: UnixMs;
  readonly cancelled: boolean;
}

/** One station of a broadcast: what it last said, and its receipts for this broadcast. */
export interface StationFacts {
  readonly confirmed: boolean;
  readonly onAir: boolean;
  readonly stopped: boolean;
  readonly playouts: readonly Playout[];
}

/** `silenced`: it was stopped at every station, and none of them sounds any more. */
export function broadcastState(
  { startAt, endAt, cancelled }: BroadcastFacts,
  now: UnixMs,
  silenced = false,
): BroadcastState {
  if (cancelled) return "cancelled";
  if (now < startAt) return "planned";
  return now < endAt && !silenced ? "onAir" : "done";
}

type Column = Exclude<keyof BroadcastCounts, "stations">;

/** Where one station counts. Receipts say most; then what sounds; then the plan; then, when it is over, silence is a failure. */
export function columnOf(station: StationFacts, broadcast: BroadcastFacts, now: UnixMs): Column {
  const { playouts, onAir, stopped, confirmed } = station;
  if (onAir) return "onAir";
  if (playouts.length > 0) return worst(playouts);
  if (stopped) return "stopped";
  if (!broadcast.cancelled && now >= broadcast.endAt + WORD_GRACE_MS) return "failed";
  return confirmed ? "confirmed" : "unconfirmed";
}

/** Adds up stations by how far the broadcast is with them. */
export function countsOf(
  stations: Iterable<StationFacts>,
  broadcast: BroadcastFacts,
  now: UnixMs,
): BroadcastCounts {
  const counts: BroadcastCounts = {
    stations: 0,
    confirmed: 0,
    unconfirmed: 0,
    onAir: 0,
    played: 0,
    partial: 0,
    failed: 0,
    stopped: 0,
  };
  for (const station of stations) {
    counts.stations++;
    counts[columnOf(station, broadcast, now)]++;
  }
  return counts;
}

function worst(playouts: readonly Playout[]): Column {
  const outcomes = new Set(playouts.map((playout) => playout.outcome));
  if (outcomes.has("stopped") || outcomes.has("preempted")) return "stopped";
  if (outcomes.has("failed") || outcomes.has("refused") || outcomes.has("missed"))
    return outcomes.has("played") || outcomes.has("partial") ? "partial" : "failed";
  return outcomes.has("partial") ? "partial" : "played";
}
