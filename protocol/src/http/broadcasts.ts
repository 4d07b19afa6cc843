import { type Static, Type } from "typebox";
import { AreaId, Id, Instant, StationId, ZoneId } from "../identity.ts";
import { SoundedFor } from "../live-session.ts";
import { Priority } from "../priority.ts";
import { LineReading, Outcome } from "../receipt.ts";
import { Next, PageQuery } from "./problem.ts";

/** One occurrence of a schedule. */
export const BroadcastState = Type.Enum(["planned", "onAir", "done", "cancelled"]);
export type BroadcastState = Static<typeof BroadcastState>;

/** Stations by how far the broadcast is with them. Sums to `stations`. */
export const BroadcastCounts = Type.Object({
  stations: Type.Integer(),
  confirmed: Type.Integer({ description: "plan and audio are at the station; nothing played yet" }),
  unconfirmed: Type.Integer({ description: "not yet delivered" }),
  onAir: Type.Integer(),
  played: Type.Integer(),
  partial: Type.Integer(),
  failed: Type.Integer({ description: "missed, refused, failed or no receipt" }),
  stopped: Type.Integer({ description: "stopped or preempted" }),
});
export type BroadcastCounts = Static<typeof BroadcastCounts>;

/** A row of `GET /broadcasts`. */
export const Broadcast = Type.Object({
  id: Id,
  scheduleId: Id,
  title: Type.String(),
  startAt: Instant,
  endAt: Instant,
  state: BroadcastState,
  priority: Priority,
  counts: BroadcastCounts,
});
export type Broadcast = Static<typeof Broadcast>;

/** One receipt as the API shows it. */
export const Playout = Type.Object({
  receiptId: Id,
  stationId: StationId,
  ...SoundedFor,
  title: Type.Optional(Type.String({ description: "of the broadcast, where the hub has it on record" })),
  segment: Type.Integer(),
  zones: Type.Array(ZoneId),
  outcome: Outcome,
  code: Type.Optional(Type.String()),
  scheduledAt: Instant,
  startedAt: Type.Union([Instant, Type.Null()]),
  endedAt: Instant,
  startErrorMs: Type.Union([Type.Number(), Type.Null()]),
  clockErrorMs: Type.Number(),
  samplesRendered: Type.Integer(),
  samplesPlanned: Type.Integer(),
  gainDb: Type.Number(),
  line: Type.Array(LineReading),
  receivedAt: Instant,
});
export type Playout = Static<typeof Playout>;

/** Delivery and proof of one broadcast at one station. */
export const BroadcastStation = Type.Object({
  stationId: StationId,
  name: Type.String(),
  areaId: AreaId,
  state: Type.Enum(["unconfirmed", "confirmed", "onAir", "done", "cancelled"]),
  code: Type.Optional(Type.String({ description: "why it is unconfirmed, e.g. OFFLINE or ASSET_MISSING" })),
  playouts: Type.Array(Playout),
});
export type BroadcastStation = Static<typeof BroadcastStation>;

/** `GET /broadcasts/:id`. */
export const BroadcastDetail = Type.Object({
  ...Broadcast.properties,
  announcements: Type.Array(Type.Object({ id: Id, title: Type.String(), durationMs: Type.Number() })),
  stations: Type.Array(BroadcastStation),
  playouts: Type.Array(Playout),
});
export type BroadcastDetail = Static<typeof BroadcastDetail>;

/** `GET /broadcasts`; from and to RFC 3339, default the last and next 24 h. */
export const BroadcastQuery = Type.Object({
  ...PageQuery,
  scheduleId: Type.Optional(Id),
  area: Type.Optional(AreaId),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
});
export const BroadcastList = Type.Object({ items: Type.Array(Broadcast), next: Next });

/** `POST /stop`: all non-emergency sound of an area, now. `POST /broadcasts/:id/stop` has no body. */
export const StopArea = Type.Object({ areaId: AreaId });
/** Both answer with the commands they sent; follow them in the broadcast. */
export const StopAnswer = Type.Object({
  commandId: Id,
  stations: Type.Integer({ description: "how many stations were told" }),
});
export type StopAnswer = Static<typeof StopAnswer>;
