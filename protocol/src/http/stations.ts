import { type Static, Type } from "typebox";
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
});
export type Station = Static<typeof Station>;

/** `GET /stations/:id`: adds health, plan and what played last. */
export const StationDetail = Type.Object({
  ...Station.properties,
  software: Type.Union([Type.String(), Type.Null()]),
  health: Type.Union([Health, Type.Null()]),
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

/** `PATCH /stations/:id`. */
export const PatchStation = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  areaId: Type.Optional(AreaId),
  maintenance: Type.Optional(Type.Boolean()),
  zones: Type.Optional(Type.Array(Zone, { minItems: 1, maxItems: 8 })),
  lat: Type.Optional(Type.Union([Type.Number({ minimum: -90, maximum: 90 }), Type.Null()])),
  lon: Type.Optional(Type.Union([Type.Number({ minimum: -180, maximum: 180 }), Type.Null()])),
});
export type PatchStation = Static<typeof PatchStation>;

/** `POST /stations/:id/enrolment`: what the QR label holds; the code is shown this once. */
export { EnrolmentLabel } from "../enrolment.ts";
