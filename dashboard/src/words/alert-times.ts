import type { AlertSummary } from "@loa/protocol/http/alerts";

/** Sounding ends after this by itself unless an update refreshes it. Source: docs/protocol-rules.md */
export const MAX_SOUND_MS = 600_000;
/** For so long after its end a recall still says something to those who heard it. */
const RECALLABLE_MS = 3_600_000;

type Timed = Pick<AlertSummary, "state" | "expiresAt" | "startAt" | "repeat" | "roundMs">;

/** Whether it may still sound somewhere, or waits for somebody. The hub tells of changes, not of time going by. */
export const stands = ({ state, expiresAt }: Timed, now: number): boolean =>
  (state === "sent" || state === "awaitingConfirmation") && now < expiresAt;

/** Whether a second person has to say yes. */
export const waits = (alert: Timed & Pick<AlertSummary, "updateWaits">, now: number): boolean =>
  now < alert.expiresAt &&
  (alert.state === "awaitingConfirmation" || (alert.updateWaits && alert.state !== "recalled"));

/** Its state, with time going by taken into account. */
export function stateNow(alert: Timed, now: number): AlertSummary["state"] {
  return alert.state === "awaitingConfirmation" && now >= alert.expiresAt ? "expired" : alert.state;
}

/** How long all rounds sound at most, ms. */
export function soundMs({ repeat, roundMs }: Pick<Timed, "repeat" | "roundMs">, lifeMs: number): number {
  const rounds = repeat === 0 ? Number.POSITIVE_INFINITY : repeat * roundMs;
  return Math.min(rounds, lifeMs, MAX_SOUND_MS);
}

/** When stations that began in time are silent again, Unix ms; null before it was sent. */
export function soundEnd(alert: Timed): number | null {
  const { startAt, expiresAt } = alert;
  return startAt === undefined ? null : startAt + soundMs(alert, expiresAt - startAt);
}

/** Whether a recall still makes sense: it stands, or was heard lately. */
export const recallable = (alert: Timed, now: number): boolean =>
  stands(alert, now) ||
  (alert.state === "done" && now < Math.max(alert.expiresAt, (soundEnd(alert) ?? 0) + RECALLABLE_MS));

/** Whether it can be said anew: it was sent, not recalled, and its time is not over. */
export const renewable = ({ state, expiresAt }: Timed, now: number): boolean =>
  (state === "sent" || state === "done") && now < expiresAt;
