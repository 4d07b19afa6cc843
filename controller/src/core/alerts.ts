import type { UnixMs } from "@loa/kernel/clock";
import { type Alert, type AlertSound, roundMs, SIRENS } from "@loa/protocol/alert";
import type { Segment } from "@loa/protocol/plan";

/** An alert as the station keeps it until it expires; a recall is kept as well, as the tombstone of its alert. */
export interface HeldAlert {
  readonly alert: Alert;
  /** When its first round begins: `startAt`, or when the station could sound, where words would be lost otherwise. */
  readonly soundFrom: UnixMs;
  /** When its own audio was complete; null: the attention tone sounds instead. */
  readonly messageFrom: UnixMs | null;
}

/** Alerts by id. */
export type AlertMemory = ReadonlyMap<string, HeldAlert>;

/** What became of an alert that arrived. `taken` alone changes anything. */
export type AlertVerdict =
  | { readonly is: "taken"; readonly memory: AlertMemory }
  | { readonly is: "known" | "recalled" }
  | { readonly is: "refused"; readonly code: "SIREN_NOT_ALLOWED" | "KEY_USE_WRONG" };

/** From the order to play until the first sample can sound; what is to be heard from its first word begins this much later. */
export const JOIN_MS = 300;
/** Of tones alone so much may be missing at the beginning. */
const TONES_SPARE_MS = 5_000;

/**
 * Takes in an alert, update or recall. Pure. Order does not matter: a recall that comes first silences its alert for good, and an older
 * revision changes nothing. An exercise can neither carry the siren nor touch an actual alert. `soundableAt`: when the amplifier is warm.
 */
export function takeAlert(
  memory: AlertMemory,
  alert: Alert,
  has: (sound: AlertSound) => boolean,
  now: UnixMs,
  soundableAt: UnixMs = now,
): AlertVerdict {
  const held = memory.get(alert.alertId)?.alert;
  if (alert.kind !== "actual" && [...alert.sound, ...(alert.correction ?? [])].some(isSiren))
    return { is: "refused", code: "SIREN_NOT_ALLOWED" };
  if (held && isActual(held) !== isActual(alert)) return { is: "refused", code: "KEY_USE_WRONG" };
  if (held && held.revision >= alert.revision) return { is: "known" };
  if (held?.action === "recall") return { is: "recalled" };
  const next = new Map(memory);
  const from = soundFrom(alert, soundableAt);
  const here = soundsOf(alert).every(has);
  next.set(alert.alertId, { alert, soundFrom: from, messageFrom: here ? from : null });
  for (const id of alert.supersedes) {
    const ended = memory.get(id)?.alert;
    if (id !== alert.alertId && (!ended || isActual(ended) === isActual(alert)))
      next.set(id, { alert: tombstone(id, ended, alert), soundFrom: now, messageFrom: now });
  }
  return { is: "taken", memory: next };
}

/** Notes which alerts have all their audio now. Returns the same memory when nothing changed. */
export function noteAudio(
  memory: AlertMemory,
  has: (sound: AlertSound) => boolean,
  now: UnixMs,
): AlertMemory {
  const complete = [...memory].filter(
    ([, held]) => held.messageFrom === null && soundsOf(held.alert).every(has),
  );
  if (complete.length === 0) return memory;
  const next = new Map(memory);
  for (const [id, held] of complete) next.set(id, { ...held, messageFrom: Math.max(now, held.soundFrom) });
  return next;
}

/** Forgets what has expired. Returns the same memory when nothing has. */
export function forgetExpired(memory: AlertMemory, now: UnixMs): AlertMemory {
  const kept = [...memory].filter(([, { alert }]) => alert.expires > now);
  return kept.length === memory.size ? memory : new Map(kept);
}

/** Ends what an alert sounds at `now`; it is remembered on. Returns the same memory when there is no such alert. */
export function endedNow(memory: AlertMemory, alertId: string, now: UnixMs): AlertMemory {
  const held = memory.get(alertId);
  if (!held) return memory;
  const maxSoundMinutes = Math.max(0, now - held.soundFrom) / 60_000;
  return new Map(memory).set(alertId, { ...held, alert: { ...held.alert, maxSoundMinutes } });
}

/** What an alert plays: its message, or in a recall the correction. */
export const soundsOf = (alert: Alert): readonly AlertSound[] =>
  alert.action === "recall" ? (alert.correction ?? []) : alert.sound;

/** A stretch of an alert as the arbiter sees it: one round of sounds, over and over until its time is filled. */
export interface AlertStretch extends Omit<Segment, "items" | "segment" | "broadcastId"> {
  readonly alert: Pick<Alert, "alertId" | "revision" | "kind" | "action">;
  /** Of this alert: 2 × revision while the attention tone stands in, one more for the message itself. */
  readonly segment: number;
  readonly round: readonly AlertSound[];
}

/** Whether the attention tone stands in for a message that is still on its way. */
export const isStandIn = ({ segment }: Pick<AlertStretch, "segment">): boolean => segment % 2 === 0;

const MOST_SOUNDS = 4_000;
const ATTENTION: readonly AlertSound[] = [
  { kind: "tone", tone: "attention", durationMs: 6_000 },
  { kind: "silence", durationMs: 2_000 },
];

/** The stretches that may sound, each ending by itself: with its rounds, at `expires` or after `maxSoundMinutes`. */
export function stretchesOf(memory: AlertMemory, liveEnds: LiveEnds = new Map()): AlertStretch[] {
  return [...memory.values()].flatMap((held) => [...attention(held), ...message(held, liveEnds)]);
}

/** When live sessions ended, by id; what is still open is not in it. */
export type LiveEnds = ReadonlyMap<string, UnixMs>;

/** Stands in from the start until the message is here. A recall needs none: silence is what it is for. */
function attention(held: HeldAlert): AlertStretch[] {
  const { alert, soundFrom, messageFrom } = held;
  if (alert.action === "recall") return [];
  const endAt = Math.min(endOf(held), messageFrom ?? Number.POSITIVE_INFINITY);
  const sounds = standIn(alert);
  return endAt - soundFrom < 1 ? [] : [stretch(alert, 2 * alert.revision, sounds, soundFrom, endAt)];
}

function message(held: HeldAlert, liveEnds: LiveEnds): AlertStretch[] {
  const { alert, messageFrom } = held;
  const sounds = soundsOf(alert);
  if (messageFrom === null || sounds.length === 0) return [];
  const live = sounds.find((sound) => sound.kind === "live");
  // Speech is not said twice.
  const rounds = alert.action === "recall" || live ? 1 : alert.repeat || Number.POSITIVE_INFINITY;
  const spokenTo = liveEnds.get(live?.session.sessionId ?? "") ?? Number.POSITIVE_INFINITY;
  const endAt = Math.min(endOf(held), messageFrom + rounds * roundMs(sounds), spokenTo);
  return endAt - messageFrom < 1 ? [] : [stretch(alert, 2 * alert.revision + 1, sounds, messageFrom, endAt)];
}

function endOf({ alert, soundFrom }: HeldAlert): UnixMs {
  return Math.min(alert.expires, soundFrom + alert.maxSoundMinutes * 60_000);
}

function stretch(
  alert: Alert,
  segment: number,
  round: readonly AlertSound[],
  startAt: UnixMs,
  endAt: UnixMs,
): AlertStretch {
  const { alertId, revision, kind, action } = alert;
  const durationMs = endAt - startAt;
  return {
    alert: { alertId, revision, kind, action },
    segment,
    startAt,
    durationMs,
    priority: kind === "actual" ? "emergency" : "test",
    zones: alert.zones,
    round,
    chime: false,
    // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
    lateStart: { withinMs: durationMs, then: "join" },
    staggerMs: 0,
    approvedBy: alertId,
    title: alert.headline,
  };
}

/** Round after round until the time is filled; the last sound is cut off where it ends. */
export function soundsInTurn({
  round,
  durationMs,
}: Pick<AlertStretch, "round" | "durationMs">): AlertSound[] {
  const sounds: AlertSound[] = [];
  let leftMs = durationMs;
  while (leftMs > 0 && sounds.length < MOST_SOUNDS)
    for (const sound of round) {
      if (leftMs <= 0) break;
      sounds.push(sound.durationMs <= leftMs ? sound : { ...sound, durationMs: leftMs });
      leftMs -= sound.durationMs;
    }
  return sounds;
}

/** An alert's own tones serve until its speech is here; without any, the attention tone. */
function standIn({ sound }: Alert): readonly AlertSound[] {
  const tones = sound.filter(({ kind }) => kind === "tone");
  return tones.length > 0 ? [...tones, { kind: "silence", durationMs: 2_000 }] : ATTENTION;
}

/** How much of a round may be missing at its beginning so that no word is lost: what comes before the words. */
export function spareMs(round: readonly AlertSound[]): number {
  const words = round.findIndex(({ kind }) => kind !== "tone" && kind !== "silence");
  return words < 0 ? Math.min(roundMs(round), TONES_SPARE_MS) : roundMs(round.slice(0, words));
}

/**
 * In step with the others where all words of this round, or at least one whole round, are still to come; else from its beginning, as soon
 * as the station can sound. A cold amplifier thus costs some of the first tone, and never a word.
 */
function soundFrom(alert: Alert, soundableAt: UnixMs): UnixMs {
  const sounds = soundsOf(alert);
  const lateMs = soundableAt - alert.startAt;
  if (lateMs <= 0 || lateMs + JOIN_MS <= spareMs(sounds)) return alert.startAt;
  const round = roundMs(sounds);
  const wholeRoundLeft = alert.repeat === 0 || alert.repeat * round - lateMs >= round;
  return wholeRoundLeft && lateMs < alert.maxSoundMinutes * 60_000 ? alert.startAt : soundableAt + JOIN_MS;
}

function tombstone(alertId: string, ended: Alert | undefined, by: Alert): Alert {
  return {
    ...by,
    alertId,
    revision: (ended?.revision ?? 0) + 1_000_000,
    action: "recall",
    supersedes: [],
    sound: [],
    correction: [],
    expires: Math.max(by.expires, ended?.expires ?? 0),
  };
}

const isActual = ({ kind }: Alert) => kind === "actual";
const isSiren = (sound: AlertSound) => sound.kind === "tone" && SIRENS.has(sound.tone);
