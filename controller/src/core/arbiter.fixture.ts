import type { Segment } from "@loa/protocol/plan";
import { envelopeOf, late, NOON, planOf, segmentOf } from "../plan.fixture.ts";
import type { AlertStretch } from "./alerts.ts";
import { arbitrate, type Situation } from "./arbiter.ts";
import { keyOf } from "./candidate.ts";

/** How long before its start a segment takes the amplifier. */
export const LEAD = 2_000;

/** A healthy station at noon; what a test is about is given. */
export const situationOf = (segments: readonly Segment[], given: Partial<Situation> = {}): Situation => ({
  plan: planOf(segments),
  alerts: [],
  live: [],
  interrupted: new Set(),
  anew: new Map(),
  lockedOut: false,
  hardEnvelope: envelopeOf(),
  airtime: {},
  synchronised: true,
  open: new Set(),
  closed: new Set(),
  stopped: new Set(),
  assets: { has: () => true },
  zones: new Set(["z1", "z2"]),
  now: NOON,
  leadMs: LEAD,
  ...given,
});

/** What sounds, and how every settled segment is settled: `["b1/0"]` or `["b1/0 missed PLAYOUT_MISSED"]`. */
export const decided = (situation: Situation) => {
  const { onAir, verdicts } = arbitrate(situation);
  return [
    ...(onAir ? [keyOf(onAir)] : []),
    ...verdicts.map(({ segment, outcome, code }) => `${keyOf(segment)} ${outcome} ${code ?? ""}`.trim()),
  ];
};

/** What sounds of a plan, where there are no alerts. */
export const planned = (situation: Situation) => arbitrate(situation).onAir as Segment | null;

/** A stretch of an actual alert from noon on. */
export const alertOf = (durationMs = 10_000): AlertStretch => ({
  ...segmentOf({ durationMs, priority: "emergency", lateStart: late(durationMs, "join") }),
  alert: { alertId: "storm", revision: 1, kind: "actual", action: "alert" },
  segment: 3,
  round: [{ kind: "tone", tone: "wail", durationMs }],
});
