import { type Static, Type } from "typebox";
import { AreaId, Id, Instant, StationId, ZoneId } from "../identity.ts";
import { Priority } from "../priority.ts";
import { Next, PageQuery } from "./problem.ts";

/** Where something sounds: all stations of an area and below, or some zones of one station (absent: all its zones). */
export const Target = Type.Union([
  Type.Object({ areaId: AreaId }, { additionalProperties: false }),
  Type.Object(
    { stationId: StationId, zones: Type.Optional(Type.Array(ZoneId, { minItems: 1 })) },
    { additionalProperties: false },
  ),
]);
export type Target = Static<typeof Target>;

/** What a schedule plays, in order. */
export const Programme = Type.Object({
  items: Type.Array(Type.Object({ announcementId: Id }), { minItems: 1, maxItems: 50 }),
});
export type Programme = Static<typeof Programme>;

const fields = {
  title: Type.String({ minLength: 1, maxLength: 200 }),
  targets: Type.Array(Target, { minItems: 1, maxItems: 500 }),
  programme: Programme,
  start: Type.String({ maxLength: 40, description: "RFC 3339; the first occurrence" }),
  rrule: Type.Optional(
    Type.String({ maxLength: 500, description: "RFC 5545, e.g. FREQ=DAILY; absent: once" }),
  ),
  exceptions: Type.Optional(
    Type.Array(Type.String({ maxLength: 40 }), {
      maxItems: 1_000,
      description: "RFC 3339 starts that are left out",
    }),
  ),
  timeZone: Type.Optional(Type.String({ maxLength: 60, description: "IANA; default: the hub's" })),
  priority: Type.Optional(Type.Enum(["urgent", "scheduled"])),
  onPreempt: Type.Optional(Type.Enum(["resume", "restart", "drop"])),
  chime: Type.Optional(Type.Boolean()),
  lateWithinMs: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 3_600_000,
      description: "grace for a station that comes late; it joins",
    }),
  ),
};

/** `POST /schedules`. @throws SCHEDULE_CONFLICT · NOT_APPROVED · OUTSIDE_ENVELOPE · AIRTIME_EXCEEDED · NO_TARGETS · RRULE_INVALID · TIME_ZONE_INVALID · SCHEDULE_IN_PAST · SCHEDULE_EMPTY */
export const CreateSchedule = Type.Object(fields);
export type CreateSchedule = Static<typeof CreateSchedule>;

/** `POST /schedules/preview`. */
export const PreviewDraft = Type.Object({
  ...fields,
  scheduleId: Type.Optional(Type.String({ description: "the stored schedule that the draft would replace" })),
});
export type PreviewDraft = Static<typeof PreviewDraft>;

/** `PATCH /schedules/:id`: what is left out stays as it is. */
export const PatchSchedule = Type.Partial(
  Type.Object({
    ...fields,
    rrule: Type.Union([fields.rrule, Type.Null()], { description: "null: once" }),
  }),
);
export type PatchSchedule = Static<typeof PatchSchedule>;

/** A stored schedule. */
export const Schedule = Type.Object({
  id: Id,
  ...fields,
  timeZone: Type.String(),
  priority: Priority,
  chime: Type.Boolean(),
  durationMs: Type.Number({ description: "chime and all items" }),
  stations: Type.Integer({ description: "how many stations it reaches" }),
  createdBy: Type.Object({ id: Id, name: Type.String() }),
  nextOccurrences: Type.Array(Type.String({ description: "RFC 3339" })),
});
export type Schedule = Static<typeof Schedule>;

/** `GET /schedules`. */
export const ScheduleQuery = Type.Object({ ...PageQuery, area: Type.Optional(AreaId) });
export const ScheduleList = Type.Object({ items: Type.Array(Schedule), next: Next });

/** Two broadcasts that want one station at one time; member of `conflicts` in a 409. */
export const Conflict = Type.Object({
  stationId: StationId,
  stationName: Type.String(),
  startAt: Instant,
  endAt: Instant,
  with: Type.Object({
    broadcastId: Id,
    scheduleId: Id,
    title: Type.String(),
    startAt: Instant,
    endAt: Instant,
  }),
});
export type Conflict = Static<typeof Conflict>;

/** The read-back: what will sound where. */
export const PreviewItem = Type.Object({
  scheduleId: Type.Union([Id, Type.Null()], { description: "null: the draft" }),
  broadcastId: Type.Union([Id, Type.Null()]),
  title: Type.String(),
  startAt: Instant,
  endAt: Instant,
  priority: Priority,
  stations: Type.Integer(),
  areas: Type.Array(Type.String({ description: "names" })),
  draft: Type.Boolean(),
  problem: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
});
export type PreviewItem = Static<typeof PreviewItem>;

/** `GET /schedules/preview?area&from&to`, and `POST` with a draft (next 24 h and the draft's next occurrences). */
export const PreviewQuery = Type.Object({
  area: Type.Optional(AreaId),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
});
export const Preview = Type.Object({
  items: Type.Array(PreviewItem),
  conflicts: Type.Array(Conflict),
  nextOccurrences: Type.Array(Type.String()),
});
export type Preview = Static<typeof Preview>;
