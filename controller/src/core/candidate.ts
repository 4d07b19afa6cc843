import type { Segment } from "@loa/protocol/plan";
import type { AlertStretch } from "./alerts.ts";

/** What may sound: a segment of the plan, or a stretch of an alert. */
export type Candidate = Segment | AlertStretch;

/** Whether a candidate is a stretch of an alert. */
export const isAlert = (candidate: Candidate): candidate is AlertStretch => "alert" in candidate;

/** Names one segment or stretch for life: `<broadcastId>/<segment>`, or `alert/<alertId>/<segment>`. */
export type SegmentKey = string;

/** The key of a candidate. */
export const keyOf = (candidate: Candidate): SegmentKey =>
  isAlert(candidate)
    ? `alert/${candidate.alert.alertId}/${candidate.segment}`
    : `${candidate.broadcastId}/${candidate.segment}`;
