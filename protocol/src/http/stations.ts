import { type Static, Type } from "typebox";
import { EnrolmentLabel } from "../enrolment.ts";
import { Fault } from "../faults.ts";
import { Health, OnAir } from "../health.ts";
import { AreaId, Id, Instant, StationId, Zone } from "../identity.ts";
import { PlanPosition } from "../presence.ts";
import { Playout } from "./broadcasts.ts";
import { Next, PageQuery } from "./problem.ts";

/** What people see of a station at a glance. `registered`: never connected. */
export const STATION_STATUSES = ["online", "offline", "degraded", "maintenance", "registered"] as const;
export const StationStatus = Type.Enum([...STATION_STATUSES]);
export type StationStatus = Static<typeof StationStatus>;

/** A row of `GET /stations`. */
export const Station = Type.Object({
  id: StationId,
  name: Type.String(),
  areaId: AreaId,
  status: StationStatus,
  onAir: Type.Union([OnAir, Type.Null()]),
  faults: Type.Array(Fault),
  planRevision: Type.Union([Type.Integer(), Type.Null()], {
    description: "revision the station has confirmed",
  }),
  planConfirmed: Type.Boolean({ description: "the station holds the newest plan and all its audio" }),
  lastSeenAt: Type.Union([Instant, Type.Null()]),
  lat: Type.Union([Type.Number({ minimum: -90, maximum: 90 }), Type.Null()]),
  lon: Type.Union([Type.Number({ minimum: -180, maximum: 180 }), Type.Null()]),
  zones: Type.Array(Zone),
  retiredAt: Type.Optional(
    Type.Number({ description: "Unix ms; taken out of service, its id stays its own" }),
  ),
});
export type Station = Static<typeof Station>;

/**
 * How a station may prove itself. `open`: its label's code waits to be used until `expiresAt`; `used`: it is enrolled; `none`: it has
 * neither. A new label voids the one before, but not the certificate of a station that is enrolled.
 */
export const EnrolmentState = Type.Object({
  state: Type.Enum(["none", "open", "used"]),
  expiresAt: Type.Optional(Instant),
});
export type EnrolmentState = Static<typeof EnrolmentState>;

/** `GET /stations/:id`: adds health, plan and what played last. */
export const StationDetail = Type.Object({
  ...Station.properties,
  software: Type.Union([Type.String(), Type.Null()]),
  health: Type.Union([Health, Type.Null()]),
  enrolment: EnrolmentState,
  plan: Type.Object({
    wanted: Type.Union([PlanPosition, Type.Null()], { description: "newest plan the hub signed" }),
    confirmed: Type.Union([PlanPosition, Type.Null()]),
    rejectedCode: Type.Optional(Type.String()),
    segments: Type.Array(
      Type.Object({
        broadcastId: Id,
        segment: Type.Integer(),
        title: Type.String(),
        startAt: Instant,
        durationMs: Type.Number(),
      }),
      { description: "next 24 h" },
    ),
  }),
  playouts: Type.Array(Playout, { description: "last 20 receipts, newest first" }),
});
export type StationDetail = Static<typeof StationDetail>;

/** `GET /stations`. */
export const StationQuery = Type.Object({
  ...PageQuery,
  area: Type.Optional(AreaId),
  status: Type.Optional(StationStatus),
  fault: Type.Optional(Type.String()),
  retired: Type.Optional(Type.Boolean({ description: "those that were taken out of service, instead" })),
});
export const StationList = Type.Object({ items: Type.Array(Station), next: Next });

/** `POST /stations`, admins: registers a station before it is enrolled. */
export const CreateStation = Type.Object({
  id: StationId,
  name: Type.String({ minLength: 1, maxLength: 120 }),
  areaId: AreaId,
  zones: Type.Array(Zone, { minItems: 1, maxItems: 8 }),
  lat: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
  lon: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
});
export type CreateStation = Static<typeof CreateStation>;

/** So many stations a bulk request holds at most. */
export const MOST_IN_BULK = 500;

/** `POST /stations/bulk`, admins: registers many at once. All that can be registered are, in one transaction. */
export const CreateStations = Type.Object({
  stations: Type.Array(CreateStation, { minItems: 1, maxItems: MOST_IN_BULK }),
});

/** What became of each station of a bulk request, in its order. `code` says why where it was refused. */
export const CreatedStations = Type.Object({
  items: Type.Array(
    Type.Object({
      id: StationId,
      state: Type.Enum(["registered", "refused"]),
      code: Type.Optional(Type.String({ description: "docs/errors.md; CONFLICT: registered before" })),
    }),
  ),
});
export type CreatedStations = Static<typeof CreatedStations>;

/** `POST /stations/enrolments`, admins and technicians: the labels of many. One id that is not theirs refuses all. */
export const CreateEnrolments = Type.Object({
  stations: Type.Array(StationId, { minItems: 1, maxItems: MOST_IN_BULK, uniqueItems: true }),
});

/** The labels in the order asked for; each code is shown this once. */
export const Enrolments = Type.Object({ items: Type.Array(EnrolmentLabel) });

/**
 * `PATCH /stations/:id`. @throws CONFLICT with `problems` when schedules sound on a zone that would go: change them first
 */
export const PatchStation = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  areaId: Type.Optional(AreaId),
  maintenance: Type.Optional(Type.Boolean()),
  zones: Type.Optional(Type.Array(Zone, { minItems: 1, maxItems: 8 })),
  lat: Type.Optional(Type.Union([Type.Number({ minimum: -90, maximum: 90 }), Type.Null()])),
  lon: Type.Optional(Type.Union([Type.Number({ minimum: -180, maximum: 180 }), Type.Null()])),
});
export type PatchStation = Static<typeof PatchStation>;

/** What became of a station. `from` and `to` hold names. */
export const StationHistoryEntry = Type.Object({
  at: Instant,
  by: Type.Object({ id: Id, name: Type.String() }),
  kind: Type.Enum(["registered", "renamed", "moved", "enrolled", "retired", "restored"]),
  from: Type.Optional(Type.String({ description: "name or area before" })),
  to: Type.Optional(Type.String({ description: "name or area after" })),
});
export type StationHistoryEntry = Static<typeof StationHistoryEntry>;

/** `GET /stations/:id/history`, newest first. */
export const StationHistory = Type.Object({ items: Type.Array(StationHistoryEntry), next: Type.Null() });

/** `POST /stations/:id/enrolment`: what the QR label holds; the code is shown this once. */
export { EnrolmentLabel };
