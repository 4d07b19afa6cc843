import type { UnixMs } from "@loa/kernel/clock";
import type { Segment } from "@loa/protocol/plan";
import type { LineReading, Receipt } from "@loa/protocol/receipt";
import type {
  Behaviour,
  FleetEffect,
  FleetState,
  HeldPlan,
  SegmentKey,
  Sounding,
  Stepped,
  Surroundings,
} from "./station-state.ts";
import { ZONES } from "./territory.ts";

const RATE = 48_000;
/** A start later than this is late; the segment's grace decides. */
const PUNCTUAL_MS = 250;
/** Power of one horn on a 100 V line at the level of speech. */
const HORN_WATTS = 15;
const LINE_VOLTS = 70;

/** The key of a segment. */
export const keyOf = ({ broadcastId, segment }: Pick<Segment, "broadcastId" | "segment">): SegmentKey =>
  `${broadcastId}/${segment}`;
const startOf = ({ startAt, staggerMs }: Segment) => startAt + staggerMs;
const endOf = (segment: Segment) => startOf(segment) + segment.durationMs;

/** Starts, ends and misses what is due now, each with its one receipt, and wakes for the next. */
export function play(state: FleetState, around: Surroundings): Stepped {
  const before = state.onAir;
  let next = endWhatIsOver(state, around);
  let wakeAt = next.onAir ? endOf(next.onAir.segment) : Number.POSITIVE_INFINITY;
  for (const segment of next.plan?.segments ?? []) {
    if (next.settled.has(keyOf(segment))) continue;
    if (startOf(segment) > around.now) {
      wakeAt = Math.min(wakeAt, startOf(segment));
      break;
    }
    if (next.onAir) continue;
    if (next.alertOnAir !== null && around.now <= graceEnd(segment)) {
      wakeAt = Math.min(wakeAt, graceEnd(segment) + 1);
      continue;
    }
    if (next.fetching && around.now <= graceEnd(segment)) {
      wakeAt = Math.min(wakeAt, graceEnd(segment) + 1);
      continue;
    }
    next = begin(next, segment, around);
    if (next.onAir) wakeAt = Math.min(wakeAt, endOf(segment));
  }
  return [next, effectsOf(state, next, before, wakeAt)];
}

/** Silences what sounds (unless it is an emergency) or one broadcast for good. */
export function stop(state: FleetState, broadcastId: string | undefined, around: Surroundings): Stepped {
  const { onAir } = state;
  const hit = onAir && (broadcastId ?? onAir.segment.broadcastId) === onAir.segment.broadcastId;
  const silenced = hit && onAir.segment.priority !== "emergency";
  const id = broadcastId ?? (silenced ? onAir.segment.broadcastId : undefined);
  const stopped = id === undefined ? state.stopped : new Set([...state.stopped, id]);
  return play({ ...state, stopped }, around);
}

/** An alert takes over from what the plan sounds. */
export function interrupt(state: FleetState, around: Surroundings): FleetState {
  return state.onAir ? settle(state, state.onAir.segment, "partial", "PREEMPTED", around) : state;
}

/** Why nothing may sound, for how the station was told to behave; null: it may. An alert needs no clock that is set. */
export function troubleOf(
  behaviour: Behaviour,
  what: "alert" | "segment",
): { readonly outcome: Receipt["outcome"]; readonly code: string } | null {
  if (behaviour.kind === "lockout") return { outcome: "refused", code: "LOCKED_OUT" };
  if (behaviour.kind === "fail") return { outcome: "failed", code: behaviour.code };
  const unset = behaviour.kind === "unsynced" && what === "segment";
  return unset ? { outcome: "refused", code: "CLOCK_UNSYNCED" } : null;
}

/** Until something sounds, ms; 0 while it does, Infinity when nothing is planned. */
export function soundInMs({ onAir, alertOnAir, plan, settled }: FleetState, now: UnixMs): number {
  if (onAir || alertOnAir !== null) return 0;
  const next = plan?.segments.find((segment) => !settled.has(keyOf(segment)));
  return next ? Math.max(0, startOf(next) - now) : Number.POSITIVE_INFINITY;
}

/** Takes a plan up. What sounds and is planned no longer is ended; receipts of what the plan still names are remembered. */
export function adopt(state: FleetState, plan: HeldPlan, around: Surroundings): FleetState {
  const planned = new Set(plan.segments.map(keyOf));
  const settled = new Map([...state.settled].filter(([key, end]) => planned.has(key) || end > around.now));
  const broadcasts = new Set(plan.segments.map(({ broadcastId }) => broadcastId));
  const stopped = new Set([...state.stopped].filter((id) => broadcasts.has(id)));
  return { ...state, plan, settled, stopped, confirmed: false };
}

function endWhatIsOver(state: FleetState, around: Surroundings): FleetState {
  const { onAir, plan, stopped } = state;
  if (!onAir) return state;
  const { segment } = onAir;
  if (stopped.has(segment.broadcastId)) return settle(state, segment, "stopped", "STOPPED", around);
  if (around.now >= endOf(segment))
    return onAir.late
      ? settle(state, segment, "partial", "JOINED_LATE", around)
      : settle(state, segment, "played", undefined, around);
  const planned = plan?.segments.some((one) => keyOf(one) === keyOf(segment));
  return planned ? state : settle(state, segment, "stopped", "CANCELLED", around);
}

function begin(state: FleetState, segment: Segment, around: Surroundings): FleetState {
  if (state.stopped.has(segment.broadcastId)) return settle(state, segment, "stopped", "STOPPED", around);
  if (state.alertOnAir !== null) return settle(state, segment, "preempted", "PREEMPTED", around);
  if (around.now > graceEnd(segment) || around.now >= endOf(segment))
    return settle(state, segment, "missed", state.fetching ? "ASSET_MISSING" : "PLAYOUT_MISSED", around);
  const trouble = troubleOf(state.behaviour, "segment");
  if (trouble) return settle(state, segment, trouble.outcome, trouble.code, around);
  const late = around.now - startOf(segment) > PUNCTUAL_MS;
  return { ...state, onAir: { segment, startedAt: around.now, late } };
}

/** Until when a segment may still begin. */
function graceEnd(segment: Segment): UnixMs {
  const { withinMs, then } = segment.lateStart;
  const graceMs = then === "join" ? Math.max(withinMs, PUNCTUAL_MS) : PUNCTUAL_MS;
  return Math.min(startOf(segment) + graceMs, endOf(segment) - 1);
}

function settle(
  state: FleetState,
  segment: Segment,
  outcome: Receipt["outcome"],
  code: string | undefined,
  around: Surroundings,
): FleetState {
  const key = keyOf(segment);
  const sounding = state.onAir && keyOf(state.onAir.segment) === key ? state.onAir : null;
  const sequence = state.sequence + 1;
  const receipt: Receipt = {
    receiptId: around.receiptId(key),
    broadcastId: segment.broadcastId,
    segment: segment.segment,
    zones: [...segment.zones],
    scheduledAt: startOf(segment),
    outcome,
    ...(code !== undefined && { code }),
    ...soundOf({ ...segment, from: startOf(segment) }, sounding, around.now),
    clockErrorMs: around.clockErrorMs,
    gainDb: 0,
    sequence,
  };
  return {
    ...state,
    sequence,
    onAir: sounding ? null : state.onAir,
    settled: new Map(state.settled).set(key, endOf(segment)),
    unsent: [...state.unsent, receipt],
  };
}

/** What was heard of a stretch: nothing is rendered here, so the figures are those of a faultless card and line. */
export function soundOf(
  span: { readonly from: UnixMs; readonly durationMs: number; readonly zones: readonly string[] },
  sounding: Pick<Sounding, "startedAt" | "late"> | null,
  now: UnixMs,
): Pick<Receipt, "startedAt" | "endedAt" | "samplesRendered" | "samplesPlanned" | "startErrorMs" | "line"> {
  const samplesPlanned = Math.round((span.durationMs * RATE) / 1_000);
  const until = span.from + span.durationMs;
  const endedAt = Math.min(now, until);
  if (!sounding)
    return { startedAt: null, endedAt, samplesRendered: 0, samplesPlanned, startErrorMs: null, line: [] };
  const heardMs = Math.max(0, endedAt - sounding.startedAt);
  const whole = endedAt >= until && !sounding.late;
  return {
    startedAt: sounding.startedAt,
    endedAt,
    samplesRendered: whole ? samplesPlanned : Math.min(samplesPlanned, Math.round((heardMs * RATE) / 1_000)),
    samplesPlanned,
    startErrorMs: sounding.late ? null : sounding.startedAt - span.from,
    line: span.zones.map(reading),
  };
}

function reading(zone: string): LineReading {
  const horns = ZONES.find(({ id }) => id === zone)?.horns ?? 1;
  const amps = (horns * HORN_WATTS) / LINE_VOLTS;
  return { zone, volts: LINE_VOLTS, amps, ohms: LINE_VOLTS / amps, hornsEstimated: horns };
}

function effectsOf(
  state: FleetState,
  next: FleetState,
  before: Sounding | null,
  wakeAt: number,
): FleetEffect[] {
  const effects: FleetEffect[] = [];
  if (next.onAir !== before) effects.push({ do: "wake", timer: "health", at: 0 });
  if (next.unsent.length > state.unsent.length) effects.push({ do: "wake", timer: "receipts", at: 0 });
  effects.push(
    Number.isFinite(wakeAt)
      ? { do: "wake", timer: "playout", at: wakeAt }
      : { do: "forget", timers: ["playout"] },
  );
  return effects;
}
