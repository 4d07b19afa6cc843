import { createHash } from "node:crypto";
import type { AnnouncementItem, Plan, Segment } from "@loa/protocol/plan";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { WEEKDAYS, type Window } from "@loa/protocol/time-envelope";

/** Monday, 4 May 2026, noon in Hà Nội. */
export const NOON = Date.UTC(2026, 4, 4, 5);

/** Hash of an asset that exists only by name. */
export const hashOf = (name: string): string => createHash("sha256").update(name).digest("hex");

/** The same windows every day. */
export const envelopeOf = (
  windows: readonly Window[] = [["00:00", "24:00"]],
  limits: Partial<TimeEnvelope> = {},
): TimeEnvelope => ({
  windows: Object.fromEntries(WEEKDAYS.map((day) => [day, [...windows]])),
  maxMinutesPerDay: 1_440,
  maxGainDb: 0,
  ...limits,
});

/** An announcement by its name. */
export const announcement = (name: string, durationMs = 10_000): AnnouncementItem => ({
  kind: "announcement",
  sha256: hashOf(name),
  bytes: 1_000,
  durationMs,
  gainDb: 0,
});

/** A segment of 10 s at noon in zone z1; what a test is about is given. */
export const segmentOf = (given: Partial<Segment> = {}): Segment => ({
  broadcastId: "b1",
  segment: 0,
  startAt: NOON,
  durationMs: 10_000,
  priority: "scheduled",
  zones: ["z1"],
  items: [announcement("news", given.durationMs ?? 10_000)],
  chime: false,
  // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
  lateStart: { withinMs: 0, then: "skip" },
  staggerMs: 0,
  approvedBy: "u-1",
  ...given,
});

/** What a late station does. */
export const late = (withinMs: number, choice: "join" | "skip"): Segment["lateStart"] => ({
  withinMs,
  // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
  then: choice,
});

/** A plan of these segments for 8 days around noon. */
export const planOf = (segments: readonly Segment[], given: Partial<Plan> = {}): Plan => ({
  hubEpoch: 1,
  revision: 1,
  generatedAt: NOON - 3_600_000,
  validUntil: NOON + 8 * 86_400_000,
  areaPath: ["province", "commune"],
  areaRevision: 1,
  timeZone: "Asia/Ho_Chi_Minh",
  envelope: envelopeOf(),
  segments: [...segments],
  ...given,
});
