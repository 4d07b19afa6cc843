import { type Static, Type } from "typebox";
import { AreaId, Id, Instant, Sha256, ZoneId } from "./identity.ts";
import { Priority } from "./priority.ts";
import { TimeEnvelope } from "./time-envelope.ts";

/** Stored audio, fetched by its hash. */
export const AnnouncementItem = Type.Object({
  kind: Type.Literal("announcement"),
  sha256: Sha256,
  bytes: Type.Integer({ minimum: 1 }),
  durationMs: Type.Number({ minimum: 1 }),
  gainDb: Type.Number({ minimum: -60, maximum: 12 }),
});
export type AnnouncementItem = Static<typeof AnnouncementItem>;

/** A pause. */
export const SilenceItem = Type.Object({
  kind: Type.Literal("silence"),
  durationMs: Type.Number({ minimum: 1 }),
});

/** One sound of a segment; items follow each other without a gap. */
export const PlanItem = Type.Union([AnnouncementItem, SilenceItem]);
export type PlanItem = Static<typeof PlanItem>;

/** What a station does with a segment whose start it missed. */
export const LateStart = Type.Object({
  withinMs: Type.Number({ minimum: 0, description: "grace after startAt" }),
  // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
  then: Type.Enum(["join", "skip"], { description: "join where it would be now, or stay silent" }),
});
export type LateStart = Static<typeof LateStart>;

/**
 * One uninterrupted stretch of a broadcast at one station. `durationMs` covers chime and items. A station has one
 * amplifier: segments of one station never overlap, whatever their zones.
 */
export const Segment = Type.Object({
  broadcastId: Id,
  segment: Type.Integer({ minimum: 0, description: "0 for the first stretch of the broadcast" }),
  startAt: Instant,
  durationMs: Type.Number({ minimum: 1 }),
  priority: Priority,
  zones: Type.Array(ZoneId, { minItems: 1 }),
  items: Type.Array(PlanItem, { minItems: 1 }),
  chime: Type.Boolean({ description: "a gong before the first item" }),
  lateStart: LateStart,
  onPreempt: Type.Optional(
    Type.Enum(["resume", "restart", "drop"], {
      description: "after an alert or live speech: go on where it would be now (default), begin anew, or end",
    }),
  ),
  staggerMs: Type.Number({ minimum: 0, maximum: 60_000, description: "deliberate delay after startAt" }),
  approvedBy: Id,
  title: Type.Optional(Type.String({ maxLength: 200, description: "for people at the pole" })),
});
export type Segment = Static<typeof Segment>;

/** Desired state of one station for the next days. Ordered by `(hubEpoch, revision)`. Topic `…/plan`, signed by use `plan`. */
export const Plan = Type.Object({
  hubEpoch: Type.Integer({ minimum: 1 }),
  revision: Type.Integer({ minimum: 1 }),
  generatedAt: Instant,
  validUntil: Instant,
  areaPath: Type.Array(AreaId, { minItems: 1, description: "root first, the station's own area last" }),
  areaRevision: Type.Integer({ minimum: 1 }),
  timeZone: Type.String({ description: "IANA zone of the envelope's windows" }),
  envelope: TimeEnvelope,
  segments: Type.Array(Segment, { description: "by startAt" }),
});
export type Plan = Static<typeof Plan>;

/** Length of the gong that `chime: true` puts before the items. */
export const CHIME_MS = 2_400;

/** Whether plan position `a` is newer than `b`. */
export function newerPlan(
  a: Pick<Plan, "hubEpoch" | "revision">,
  b: Pick<Plan, "hubEpoch" | "revision"> | null,
): boolean {
  return b === null || a.hubEpoch > b.hubEpoch || (a.hubEpoch === b.hubEpoch && a.revision > b.revision);
}
