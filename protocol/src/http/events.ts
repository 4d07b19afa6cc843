import { type Static, Type } from "typebox";
import { AreaId, StationId } from "../identity.ts";
import { AlertSummary } from "./alerts.ts";
import { Announcement } from "./announcements.ts";
import { Area } from "./areas.ts";
import { Broadcast, Playout } from "./broadcasts.ts";
import { LiveSummary } from "./live.ts";
import { Station, StationDetail } from "./stations.ts";

/**
 * `GET /events`: server-sent events within the user's scope; `event:` is the kind, `data:` the JSON, `id:` rises. A client that comes
 * back with a `Last-Event-ID` too old to resume gets `reset` first and reads everything again; so does everybody whose tree was rearranged.
 */
export const DashboardEvent = Type.Union([
  Type.Object({ kind: Type.Literal("station"), station: Station }),
  Type.Object({
    kind: Type.Literal("health"),
    stationId: Type.String(),
    health: StationDetail.properties.health,
  }),
  Type.Object({ kind: Type.Literal("announcement"), announcement: Announcement }),
  Type.Object({ kind: Type.Literal("broadcast"), broadcast: Broadcast }),
  Type.Object({ kind: Type.Literal("playout"), playout: Playout }),
  Type.Object({ kind: Type.Literal("alert"), alert: AlertSummary }),
  Type.Object({ kind: Type.Literal("live"), live: LiveSummary }),
  Type.Object({ kind: Type.Literal("schedule"), scheduleId: Type.String() }),
  Type.Object({ kind: Type.Literal("area"), area: Area }),
  Type.Object(
    {
      kind: Type.Literal("gone"),
      areaId: Type.Optional(AreaId),
      stationId: Type.Optional(StationId),
    },
    { description: "it left the user's scope, or is no more" },
  ),
  Type.Object({ kind: Type.Literal("reset") }),
]);
export type DashboardEvent = Static<typeof DashboardEvent>;
