import type { Receipt } from "@loa/protocol/receipt";
import {
  type AlertFacts,
  CORRECTED_WITHIN_MS,
  type HeldAlert,
  PUNCTUAL_MS,
  soundFrom,
  soundsUntil,
  stretchOf,
  tombstoneOf,
} from "./held-alert.ts";
import { interrupt, play, soundOf, troubleOf } from "./playouts.ts";
import { say } from "./saying.ts";
import type { FleetEffect, FleetState, SaidAck, Stepped, Surroundings } from "./station-state.ts";
import { ZONES } from "./territory.ts";

/**
 * Takes in an alert, update or recall that holds. A known one, and one that was called back, is only acknowledged again; order does not
 * matter. `own`: this station's id, which the alert may except.
 */
export function takeAlert(state: FleetState, alert: AlertFacts, own: string, around: Surroundings): Stepped {
  if (alert.except.has(own)) return [state, []];
  const held = state.alerts.get(alert.alertId);
  const code = refusalOf(state, alert, held);
  if (code !== null) return [state, say(state, ackOf(alert, "rejected", code))];
  const received = say(state, ackOf(alert, "received"));
  const silences = alert.action === "recall" && held?.alert.action !== "recall";
  if (held && held.alert.revision >= alert.revision && !silences)
    return [
      state,
      held.alert.revision === alert.revision ? [...received, ...ready(state, held.alert)] : received,
    ];
  if (held?.alert.action === "recall" && !corrects(held.alert, alert)) return [state, received];
  const said = asSaidHere(state, alert, held, around);
  const [next, effects] = sound(adopt(state, said, around), around);
  return [next, [...received, ...ready(state, said), ...effects]];
}

/** What says nothing is finished with that. */
const ready = (state: FleetState, alert: AlertFacts): FleetEffect[] =>
  say(state, ackOf(alert, alert.roundMs > 0 ? "ready" : "finished"));

/** Silence travels ahead of the words that explain it; nothing else changes a recall. */
const corrects = (held: AlertFacts, alert: AlertFacts): boolean =>
  alert.action === "recall" && !held.corrected && alert.corrected;

/** Begins and ends what is due of alerts and, below them, of the plan, and wakes for what comes next. */
export function sound(state: FleetState, around: Surroundings): Stepped {
  if (state.alerts.size === 0) return play(state, around);
  const said: FleetEffect[] = [];
  let next = forgetExpired(state, around);
  for (const held of sounding(next))
    if (around.now >= soundsUntil(held)) next = end(next, held, wholeOutcome(held), around, said);
  for (const held of due(next, around)) next = begin(next, held, around, said);
  const changed = next.alertOnAir !== state.alertOnAir;
  const [played, playing] = play(next, around);
  const wakeAt = Math.min(...[...played.alerts.values()].map((held) => nextTime(held, around.now)));
  return [
    played,
    [
      ...said,
      ...playing,
      ...(changed ? [{ do: "wake", timer: "health", at: 0 } as const] : []),
      ...(played.unsent.length > state.unsent.length
        ? [{ do: "wake", timer: "receipts", at: 0 } as const]
        : []),
      ...(Number.isFinite(wakeAt) ? [{ do: "wake", timer: "alert", at: wakeAt } as const] : []),
    ],
  ];
}

const says = ({ action, roundMs }: AlertFacts) => action !== "recall" && roundMs > 0;

/** The alert that sounds. */
export function alertOnAir({ alerts, alertOnAir }: FleetState): HeldAlert | null {
  return alertOnAir === null ? null : (alerts.get(alertOnAir) ?? null);
}

function refusalOf(
  { behaviour, nonce }: FleetState,
  alert: AlertFacts,
  held: HeldAlert | undefined,
): string | null {
  if (!alert.actual && alert.siren) return "SIREN_NOT_ALLOWED";
  if (held && held.alert.actual !== alert.actual) return "KEY_USE_WRONG";
  return behaviour.kind === "unsynced" && alert.nonce !== nonce ? "CLOCK_UNSYNCED" : null;
}

/** What was not heard of here before its recall, and the recall only long after it was sent, is not corrected. */
function asSaidHere(
  state: FleetState,
  alert: AlertFacts,
  held: HeldAlert | undefined,
  around: Surroundings,
): AlertFacts {
  const own = onOwnTime(state, alert, around);
  const stale = own !== alert || around.now - alert.startAt > CORRECTED_WITHIN_MS;
  return alert.action === "recall" && !held?.told && stale ? { ...own, roundMs: 0 } : own;
}

/** A station that does not know the time counts from the arrival. */
function onOwnTime({ behaviour }: FleetState, alert: AlertFacts, { now }: Surroundings): AlertFacts {
  if (behaviour.kind !== "unsynced") return alert;
  return { ...alert, startAt: now, expires: now + Math.max(0, alert.expires - alert.startAt) };
}

/** Whatever sounded of what it replaces or ends is cut off. */
function adopt(state: FleetState, alert: AlertFacts, around: Surroundings): FleetState {
  const ended = alert.supersedes.filter((id) => {
    const other = state.alerts.get(id);
    return id !== alert.alertId && (!other || other.alert.actual === alert.actual);
  });
  let next = state;
  for (const id of [...ended, alert.alertId]) {
    const held = next.alerts.get(id);
    const code = id !== alert.alertId || alert.action === "recall" ? "RECALLED" : "CANCELLED";
    if (held?.phase === "sounding") next = end(next, held, { outcome: "stopped", code }, around);
  }
  const alerts = new Map(next.alerts);
  for (const id of ended) {
    const tombstone = tombstoneOf(id, alerts.get(id)?.alert, alert);
    alerts.set(id, { alert: tombstone, from: around.now, phase: "over", startedAt: null, told: false });
  }
  const phase = alert.roundMs === 0 ? "over" : "due";
  const told = state.alerts.get(alert.alertId)?.told === true || says(alert);
  alerts.set(alert.alertId, { alert, from: soundFrom(alert, around.now), phase, startedAt: null, told });
  return { ...next, alerts };
}

/** What may begin now, what outranks the others first. What waits below another one that sounds is not among it. */
function due({ alerts }: FleetState, { now }: Surroundings): HeldAlert[] {
  return [...alerts.values()]
    .filter(({ phase, from }) => phase === "due" && from <= now)
    .sort((a, b) => rank(b) - rank(a));
}

function begin(state: FleetState, held: HeldAlert, around: Surroundings, said: FleetEffect[]): FleetState {
  const { alert } = held;
  const trouble = troubleOf(state.behaviour, "alert");
  if (trouble !== null) return end(state, held, trouble, around, said);
  const until = soundsUntil(held);
  const on = alertOnAir(state);
  if (around.now >= until) {
    const code = on && (on.startedAt ?? on.from) < until ? "PREEMPTED" : "PLAYOUT_MISSED";
    return end(state, held, { outcome: "missed", code }, around, said);
  }
  if (on && rank(on) >= rank(held)) return state;
  const free = on ? end(state, on, { outcome: "preempted", code: "PREEMPTED" }, around, said) : state;
  said.push(...say(state, ackOf(alert, "started")));
  const started: HeldAlert = { ...held, phase: "sounding", startedAt: around.now };
  const alerts = new Map(free.alerts).set(alert.alertId, started);
  return interrupt({ ...free, alerts, alertOnAir: alert.alertId }, around);
}

/** Writes the one receipt of a revision. Without `said` nobody is told: what comes after says it. */
function end(
  state: FleetState,
  held: HeldAlert,
  { outcome, code }: Pick<Receipt, "outcome" | "code">,
  around: Surroundings,
  said: FleetEffect[] = [],
): FleetState {
  const { alert, from, startedAt } = held;
  const zones = alert.zones.length > 0 ? alert.zones : ZONES.map(({ id }) => id);
  const span = { from, durationMs: soundsUntil(held) - from, zones };
  const segment = stretchOf(alert);
  const sequence = state.sequence + 1;
  const receipt: Receipt = {
    receiptId: around.receiptId(`alert/${alert.alertId}/${segment}`),
    ...{ alertId: alert.alertId, segment, zones: [...zones], scheduledAt: from, outcome },
    ...(code !== undefined && { code }),
    ...soundOf(span, startedAt === null ? null : { startedAt, late: isLate(held) }, around.now),
    ...{ clockErrorMs: around.clockErrorMs, gainDb: 0, sequence },
  };
  said.push(...say(state, outcome === "played" ? ackOf(alert, "finished") : ackOf(alert, "failed", code)));
  return {
    ...state,
    sequence,
    alerts: new Map(state.alerts).set(alert.alertId, { ...held, phase: "over" }),
    alertOnAir: state.alertOnAir === alert.alertId ? null : state.alertOnAir,
    unsent: [...state.unsent, receipt],
  };
}

const sounding = (state: FleetState): HeldAlert[] => {
  const held = alertOnAir(state);
  return held ? [held] : [];
};

const wholeOutcome = (held: HeldAlert): Pick<Receipt, "outcome" | "code"> =>
  isLate(held) ? { outcome: "partial", code: "JOINED_LATE" } : { outcome: "played" };

const isLate = ({ startedAt, from }: HeldAlert) => startedAt !== null && startedAt - from > PUNCTUAL_MS;

/** Actual ones outrank exercises, later ones those before. */
const rank = ({ alert }: HeldAlert) => (alert.actual ? 1e15 : 0) + alert.startAt;

/** When something is to be looked at again. One that waits below another is woken by its end. */
function nextTime(held: HeldAlert, now: number): number {
  if (held.phase === "over") return Number.POSITIVE_INFINITY;
  return held.phase === "due" && held.from > now ? held.from : soundsUntil(held);
}

function forgetExpired(state: FleetState, { now }: Surroundings): FleetState {
  const kept = [...state.alerts].filter(([, { alert, phase }]) => alert.expires > now || phase !== "over");
  return kept.length === state.alerts.size ? state : { ...state, alerts: new Map(kept) };
}

const ackOf = ({ alertId: id, revision }: AlertFacts, state: SaidAck["state"], code?: string): SaidAck => ({
  ...{ id, revision, state },
  ...(code !== undefined && { code }),
});
