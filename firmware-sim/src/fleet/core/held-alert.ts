import type { UnixMs } from "@loa/kernel/clock";
import { type Alert, type AlertSound, roundMs, SIRENS } from "@loa/protocol/alert";

/** What a light station keeps of an alert: all that decides when it sounds, and no sound. Shared by all stations that got the same. */
export interface AlertFacts
  extends Pick<
    Alert,
    "alertId" | "revision" | "action" | "supersedes" | "repeat" | "startAt" | "zones" | "expires"
  > {
  readonly actual: boolean;
  /** Some of its tones mean danger. */
  readonly siren: boolean;
  /** Length of one round of what it plays: its message, or in a recall the correction; 0: it is silent. */
  readonly roundMs: number;
  /** A recall's correction came with it, if only an empty one. */
  readonly corrected: boolean;
  readonly maxSoundMs: number;
  readonly except: ReadonlySet<string>;
  readonly nonce: string | null;
}

/** An alert at one station. `over`: it sounded, was refused or cannot sound any more; kept so that it is known until it expires. */
export interface HeldAlert {
  readonly alert: AlertFacts;
  /** When its first round begins: at `startAt`, or on arrival where most of it would be lost otherwise. */
  readonly from: UnixMs;
  readonly phase: "due" | "sounding" | "over";
  readonly startedAt: UnixMs | null;
  /** Some revision of it said something here. */
  readonly told: boolean;
}

/** A correction of what was never heard of here is said for so long after the recall. */
export const CORRECTED_WITHIN_MS = 600_000;

/** One who comes this late still counts as in time. */
export const PUNCTUAL_MS = 1_000;

/** Takes from an alert what a light station keeps. */
export function factsOf(alert: Alert): AlertFacts {
  const { alertId, revision, action, supersedes, repeat, startAt, zones, expires, nonce } = alert;
  const sounds = action === "recall" ? (alert.correction ?? []) : alert.sound;
  return {
    ...{ alertId, revision, action, supersedes, repeat, startAt, zones, expires },
    actual: alert.kind === "actual",
    siren: [...alert.sound, ...(alert.correction ?? [])].some(isSiren),
    roundMs: roundMs(sounds),
    corrected: alert.correction !== undefined,
    maxSoundMs: alert.maxSoundMinutes * 60_000,
    except: new Set(alert.except),
    nonce: nonce ?? null,
  };
}

/** In step with the others while a whole round is still to come, else from its beginning. */
export function soundFrom(alert: AlertFacts, now: UnixMs): UnixMs {
  const { startAt, roundMs, maxSoundMs } = alert;
  const lateMs = now - startAt;
  if (lateMs <= PUNCTUAL_MS) return startAt;
  const wholeMs = Math.min(roundsOf(alert) * roundMs, maxSoundMs);
  return wholeMs - lateMs >= roundMs ? startAt : now;
}

/** Its rounds, as long as they may sound. */
export function soundsUntil({ alert, from }: Pick<HeldAlert, "alert" | "from">): UnixMs {
  const { roundMs, maxSoundMs, expires } = alert;
  if (roundMs === 0) return from;
  return Math.min(expires, from + maxSoundMs, from + roundsOf(alert) * roundMs);
}

const roundsOf = ({ action, repeat }: AlertFacts) =>
  action === "recall" ? 1 : repeat || Number.POSITIVE_INFINITY;

/** The stretch of an alert that its message is; even numbers are the tone that stands in, which light stations never need. */
export const stretchOf = ({ revision }: Pick<AlertFacts, "revision">): number => 2 * revision + 1;

/** What stands for an alert that another one ended. */
export function tombstoneOf(alertId: string, ended: AlertFacts | undefined, by: AlertFacts): AlertFacts {
  return {
    ...by,
    alertId,
    revision: (ended?.revision ?? 0) + 1_000_000,
    action: "recall",
    supersedes: [],
    roundMs: 0,
    corrected: true,
    expires: Math.max(by.expires, ended?.expires ?? 0),
  };
}

const isSiren = (sound: AlertSound) => sound.kind === "tone" && SIRENS.has(sound.tone);
