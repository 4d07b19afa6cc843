import type { UnixMs } from "@loa/kernel/clock";
import type { Alert, Tone } from "@loa/protocol/alert";

/** Where a push button stands. `waiting`: it was not seen released yet, or its press has counted already. */
export type ButtonState =
  | { readonly is: "waiting" }
  | { readonly is: "released" }
  | { readonly is: "held"; readonly since: UnixMs };

/** Before anything was read: a button that is stuck, or whose wire is shorted, never counts. */
export const UNREAD: ButtonState = { is: "waiting" };

/**
 * Takes in a reading of the button; undefined: it cannot be read now. `pressed` once for each press that lasts `holdMs`, before it is let
 * go. Pure.
 */
export function readButton(
  state: ButtonState,
  down: boolean | undefined,
  now: UnixMs,
  holdMs: number,
): { readonly state: ButtonState; readonly pressed: boolean } {
  if (down === undefined) return { state: UNREAD, pressed: false };
  if (!down) return { state: { is: "released" }, pressed: false };
  if (state.is === "released") return { state: { is: "held", since: now }, pressed: holdMs <= 0 };
  if (state.is === "waiting" || now - state.since < holdMs) return { state, pressed: false };
  return { state: UNREAD, pressed: true };
}

const ALARM_PREFIX = "button-";
/** In the pauses people hear each other. */
const TONE_MS = 20_000;
const PAUSE_MS = 2_000;
/** Kept for so long after its end, until all of it is reported. */
const REMEMBERED_MS = 60_000;

/** Prefix of ids, for `newId`. */
export const ALARM_ID = ALARM_PREFIX.slice(0, -1);

/** Whether an alert was made by the alarm button of this station. */
export const isButtonAlarm = (alertId: string): boolean => alertId.startsWith(ALARM_PREFIX);

/** The alert that the button makes: a siren, for everybody who hears this station, until its time is over. */
export function buttonAlarm(
  alertId: string,
  startAt: UnixMs,
  { tone, soundMinutes }: { readonly tone: Tone; readonly soundMinutes: number },
): Alert {
  return {
    ...{ alertId, revision: 1, kind: "actual", action: "alert", supersedes: [], zones: [], except: [] },
    sound: [
      { kind: "tone", tone, durationMs: TONE_MS },
      { kind: "silence", durationMs: PAUSE_MS },
    ],
    ...{ repeat: 0, startAt, headline: "Báo động tại cột loa", language: "vi" },
    ...{ expires: startAt + soundMinutes * 60_000 + REMEMBERED_MS, maxSoundMinutes: soundMinutes },
  };
}
