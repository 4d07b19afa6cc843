import type { Segment } from "@loa/protocol/plan";
import type { AlertStretch } from "./alerts.ts";
import type { LiveStretch } from "./live.ts";

/** What may sound: a segment of the plan, a stretch of an alert, or live speech. */
export type Candidate = Segment | AlertStretch | LiveStretch;

/** Whether a candidate is a stretch of an alert. */
export const isAlert = (candidate: Candidate): candidate is AlertStretch => "alert" in candidate;

/** Whether a candidate is an exercise or a test. Begun in the middle it could be taken for the real thing. */
export const isDrill = (candidate: Candidate): boolean =>
  isAlert(candidate) && candidate.alert.kind !== "actual";

/** Whether a candidate is live speech that a command opened. */
export const isLive = (candidate: Candidate): candidate is LiveStretch => "live" in candidate;

/** Whether a candidate is a segment of the plan. */
export const isPlanned = (candidate: Candidate): candidate is Segment =>
  !isAlert(candidate) && !isLive(candidate);

/** What a candidate is of: a broadcast, an alert or a live session. Receipts and health name it so. */
export function nameOf(candidate: Candidate): {
  readonly broadcastId?: string;
  readonly alertId?: string;
  readonly sessionId?: string;
} {
  if (isAlert(candidate)) return { alertId: candidate.alert.alertId };
  if (isLive(candidate)) return { sessionId: candidate.live.sessionId };
  return { broadcastId: candidate.broadcastId };
}

/** The same name as one word. */
export const idOf = (candidate: Candidate): string => Object.values(nameOf(candidate))[0] ?? "";

/** Names one segment or stretch for life: `<broadcastId>/<segment>`, `alert/<alertId>/<segment>` or `live/<sessionId>/<segment>`. */
export type SegmentKey = string;

/** The key of a candidate. */
export function keyOf(candidate: Candidate): SegmentKey {
  const kind = isAlert(candidate) ? "alert/" : isLive(candidate) ? "live/" : "";
  return `${kind}${idOf(candidate)}/${candidate.segment}`;
}
