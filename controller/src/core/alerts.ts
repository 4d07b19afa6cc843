import type { UnixMs } from "@loa/kernel/clock";
import { type Alert, type AlertSound, roundMs, SIRENS } from "@loa/protocol/alert";
import type { Segment } from "@loa/protocol/plan";
import { isButtonAlarm } from "./button.ts";

/** An alert as the station keeps it until it expires; a recall is kept as well, as the tombstone of its alert. */
export interface HeldAlert {
  readonly alert: Alert;
  /** When its first round begins: `startAt`, or when the station could sound, where words would be lost otherwise. */
  readonly soundFrom: UnixMs;
  /** When its own audio was complete; null: the attention tone sounds instead. */
  readonly messageFrom: UnixMs | null;
  /** Some revision of it said something here, so people may have heard it. Absent in alerts of before this was kept. */
  readonly told?: true;
  /** The last `expires` that any of its revisions named: until then one of them could be replayed. */
  readonly keptUntil: UnixMs;
  /** Its times count from its arrival, because nobody believed the clock then. */
  readonly ownTime?: true;
  /** It was held when the power went: as long as the clock is not believed, nobody knows how long ago that was. */
  readonly needsTime?: true;
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

/** A correction of what was never heard of here is said for so long after the recall: later it would wake people for nothing. */
const CORRECTED_WITHIN_MS = 600_000;

/** When an alert can sound, and by which clock. */
export interface Arrival {
  /** When the amplifier is warm; absent: now. */
  readonly soundableAt?: UnixMs;
  /** Its times count from now. */
  readonly ownTime?: boolean;
}

/**
 * Takes in an alert, update or recall. Pure. Order does not matter: a recall that comes first silences its alert for good, and an older
 * revision changes nothing, unless it is a recall: a hub whose store went back may count anew, and must still silence. Of a recall that
 * came without its correction a later revision may bring that; nothing else changes a recall. What is heard of long after its recall, and was
 * not heard of before, stays silent. An exercise can neither carry the siren nor touch an actual alert, nor keep one of its id away.
 */
export function takeAlert(
  memory: AlertMemory,
  received: Alert,
  has: (sound: AlertSound) => boolean,
  now: UnixMs,
  { soundableAt = now, ownTime = false }: Arrival = {},
): AlertVerdict {
  if (!isActual(received) && [...received.sound, ...(received.correction ?? [])].some(isSiren))
    return { is: "refused", code: "SIREN_NOT_ALLOWED" };
  const known = memory.get(received.alertId);
  if (known && isActual(known.alert) && !isActual(received)) return { is: "refused", code: "KEY_USE_WRONG" };
  const before = known && isActual(known.alert) === isActual(received) ? known : undefined;
  const held = before?.alert;
  const silences = received.action === "recall" && held?.action !== "recall";
  if (held && held.revision >= received.revision && !silences) return { is: "known" };
  if (held?.action === "recall" && !corrects(held, received)) return { is: "recalled" };
  const told = before !== undefined && wasTold(before);
  const stale = ownTime || now - received.startAt > CORRECTED_WITHIN_MS;
  const unheard = received.correction !== undefined && !told && stale;
  const alert = received.action === "recall" && unheard ? { ...received, correction: [] } : received;
  const next = new Map(memory);
  const from = soundFrom(alert, soundableAt);
  const here = soundsOf(alert).every(has);
  next.set(alert.alertId, {
    ...{ alert, soundFrom: from, messageFrom: here ? from : null },
    keptUntil: Math.max(alert.expires, known?.keptUntil ?? 0),
    ...((told || says(alert)) && { told: true as const }),
    ...(ownTime && { ownTime }),
  });
  for (const id of alert.supersedes) {
    const ended = memory.get(id);
    if (id !== alert.alertId && (!ended || isActual(ended.alert) === isActual(alert)))
      next.set(id, tombstone(id, ended, alert, now));
  }
  return { is: "taken", memory: next };
}

/** Silence travels ahead of the words that explain it. */
const corrects = (held: Alert, alert: Alert): boolean =>
  alert.action === "recall" && held.correction === undefined && alert.correction !== undefined;

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

/** Forgets what has expired in all its revisions. Returns the same memory when nothing has. */
export function forgetExpired(memory: AlertMemory, now: UnixMs): AlertMemory {
  const kept = [...memory].filter(([, { keptUntil }]) => keptUntil > now);
  return kept.length === memory.size ? memory : new Map(kept);
}

/** What is known of the time when a process starts. */
export interface Restart {
  /** The same machine still runs: how much later station time is than by the scale in which alerts were kept, ms. Null: nobody knows. */
  readonly movedMs: number | null;
  /** Whether the clock is believed. */
  readonly synchronised: boolean;
}

/**
 * What is taken up of what was held when the process ended. Where the machine was off meanwhile, times that nobody believed say nothing any
 * more, and the hub tells such alerts anew; the others are not aired before the time is known. Where it was not, what counted from its arrival
 * goes on, and so does an alarm of the button, which nobody would tell anew.
 */
export function afterRestart(
  kept: readonly HeldAlert[],
  { movedMs, synchronised }: Restart = { movedMs: null, synchronised: false },
): AlertMemory {
  const taken = kept.flatMap((held): HeldAlert[] => {
    const counted = held.ownTime || (!synchronised && isButtonAlarm(held.alert.alertId));
    if (!counted) return [{ ...held, needsTime: true }];
    if (movedMs !== null) return [moved({ ...held, ownTime: true }, movedMs)];
    return held.ownTime ? [] : [{ ...held, needsTime: true }];
  });
  return new Map(taken.map((held) => [held.alert.alertId, held]));
}

/** Lets go of what waits for the time, so that the hub's telling it again begins it; a tombstone stays. */
export function toldAgain(memory: AlertMemory, { alertId, revision }: Alert): AlertMemory {
  const held = memory.get(alertId);
  if (!held?.needsTime || held.alert.action === "recall" || held.alert.revision !== revision) return memory;
  return new Map([...memory].filter(([id]) => id !== alertId));
}

/** Station time was set, `byMs` later: what counts from an arrival here stays as far away as it was. Pure. */
export function timeMoved(memory: AlertMemory, byMs: number): AlertMemory {
  return new Map([...memory].map(([id, held]) => [id, moved(held, byMs)]));
}

function moved({ ownTime, ...held }: HeldAlert, byMs: number): HeldAlert {
  const { alert, soundFrom, messageFrom } = held;
  const from = ownTime || soundFrom !== alert.startAt ? soundFrom + byMs : soundFrom;
  const came = messageFrom === soundFrom ? from : messageFrom && Math.max(from, messageFrom + byMs);
  const next = { ...held, soundFrom: from, messageFrom: came };
  if (!ownTime) return next;
  const [startAt, expires] = [alert.startAt + byMs, alert.expires + byMs];
  return { ...next, alert: { ...alert, startAt, expires }, keptUntil: held.keptUntil + byMs };
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
  /** Waits until the clock is believed. */
  readonly needsTime?: true;
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
  return endAt - soundFrom < 1 ? [] : [stretch(held, 2 * alert.revision, sounds, soundFrom, endAt)];
}

function message(held: HeldAlert, liveEnds: LiveEnds): AlertStretch[] {
  const { alert, messageFrom } = held;
  const sounds = soundsOf(alert);
  if (messageFrom === null || sounds.length === 0) return [];
  const live = sounds.find((sound) => sound.kind === "live");
  const spokenTo = liveEnds.get(live?.session.sessionId ?? "") ?? Number.POSITIVE_INFINITY;
  const endAt = Math.min(endOf(held), messageFrom + roundsOf(alert) * roundMs(sounds), spokenTo);
  return endAt - messageFrom < 1 ? [] : [stretch(held, 2 * alert.revision + 1, sounds, messageFrom, endAt)];
}

/** A correction and live speech are not said twice. */
function roundsOf(alert: Alert): number {
  const once = alert.action === "recall" || alert.sound.some(({ kind }) => kind === "live");
  return once ? 1 : alert.repeat || Number.POSITIVE_INFINITY;
}

function endOf({ alert, soundFrom }: HeldAlert): UnixMs {
  return Math.min(alert.expires, soundFrom + alert.maxSoundMinutes * 60_000);
}

function stretch(
  { alert, needsTime }: HeldAlert,
  segment: number,
  round: readonly AlertSound[],
  startAt: UnixMs,
  endAt: UnixMs,
): AlertStretch {
  const { alertId, revision, kind, action } = alert;
  const durationMs = endAt - startAt;
  return {
    alert: { alertId, revision, kind, action },
    ...(needsTime && { needsTime }),
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
 * An exercise is never joined within its words: nobody may hear them without what marks them. An actual alert is
 * in step with the others where all words of this round, or at least one whole round, are still to come; else from its beginning, as soon
 * as the station can sound. A cold amplifier thus costs some of the first tone, and never a word.
 */
function soundFrom(alert: Alert, soundableAt: UnixMs): UnixMs {
  const sounds = soundsOf(alert);
  const lateMs = soundableAt - alert.startAt;
  if (lateMs <= 0 || lateMs + JOIN_MS <= spareMs(sounds)) return alert.startAt;
  if (!isActual(alert)) return soundableAt + JOIN_MS;
  const round = Math.max(1, roundMs(sounds));
  const wholeMs = Math.min(roundsOf(alert) * round, alert.maxSoundMinutes * 60_000);
  return wholeMs - lateMs >= round ? alert.startAt : soundableAt + JOIN_MS;
}

function tombstone(alertId: string, ended: HeldAlert | undefined, by: Alert, now: UnixMs): HeldAlert {
  const keptUntil = Math.max(by.expires, ended?.keptUntil ?? 0);
  const revision = (ended?.alert.revision ?? 0) + 1_000_000;
  const silence = { action: "recall" as const, supersedes: [], sound: [], correction: [] };
  return {
    alert: { ...by, ...silence, alertId, revision, expires: keptUntil },
    ...{ soundFrom: now, messageFrom: now, keptUntil },
  };
}

const says = ({ action, sound }: Alert) => action !== "recall" && sound.length > 0;
const wasTold = ({ told, alert }: HeldAlert) => told === true || says(alert);
const isActual = ({ kind }: Alert) => kind === "actual";
const isSiren = (sound: AlertSound) => sound.kind === "tone" && SIRENS.has(sound.tone);
