import { LoaError } from "@loa/kernel/errors";
import {
  CreatedStations,
  CreateEnrolments,
  type CreateStation,
  CreateStations,
  Enrolments,
} from "@loa/protocol/http/stations";
import { covers, demand } from "../../core/access.ts";
import { stationView } from "../../core/station-view.ts";
import type { Actor, EventSink, Line, StationRecord } from "../../ports.ts";
import type { ChainedAudit } from "../../store/audit.ts";
import type { DeskRegistry } from "../../store/registry.ts";
import { type Api, actorOf } from "../api.ts";

const tags = ["stations"];

/** What the bulk routes need. */
export interface StationBulkNeeds {
  readonly registry: DeskRegistry;
  readonly line: Line;
  readonly audit: ChainedAudit;
  readonly events: EventSink;
  now(): number;
}

type Item = CreatedStations["items"][number];

/** `/stations/bulk` and `/stations/enrolments`: a province's stations registered and labelled in a few requests. */
export function stationBulkRoutes(app: Api, { registry, line, audit, events, now }: StationBulkNeeds): void {
  app.post(
    "/stations/bulk",
    {
      schema: {
        body: CreateStations,
        response: { 200: CreatedStations },
        summary: "Register many stations, with a result for each",
        tags,
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { stations } = request.body;
      for (const { areaId } of stations) demand(actor, "station.manage", registry.tree.path(areaId));
      const items = judge(stations, registry);
      const fresh = stations.filter((_, index) => items[index]?.state === "registered").map(recordOf);
      if (fresh.length === 0) return { items };
      await registry.addStations(fresh, now(), async (transaction) => {
        for (const { id, name, areaId, zones } of fresh)
          await audit.recordIn(transaction, {
            actor: actor.userId,
            action: "station.register",
            subject: id,
            detail: { name, areaId, zones },
          });
      });
      for (const record of fresh)
        events.publish({ kind: "station", station: stationView(record, line.glance(record.id)) }, [
          record.areaId,
        ]);
      return { items };
    },
  );

  app.post(
    "/stations/enrolments",
    {
      schema: {
        body: CreateEnrolments,
        response: { 201: Enrolments },
        summary: "Make the one-time codes of many labels",
        tags,
      },
      config: { idempotency: false },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { stations } = request.body;
      for (const id of stations)
        demand(actor, "station.enrol", registry.tree.path(visible(registry, actor, id).areaId));
      const items = await line.enrolmentLabels(stations);
      await audit.recordAll(
        stations.map((subject) => ({ actor: actor.userId, action: "station.enrolment", subject })),
      );
      return reply.code(201).send({ items });
    },
  );
}

/** @throws NOT_FOUND also for a station that is elsewhere */
function visible({ stationsNow, tree }: DeskRegistry, actor: Actor, id: string): StationRecord {
  const record = stationsNow.get(id);
  if (record && covers(actor, tree.path(record.areaId))) return record;
  throw new LoaError("NOT_FOUND", `there is no station ${id} in your area`, { stationId: id });
}

/** What can be registered: an id that is new, here too, and zones that differ. */
function judge(stations: readonly CreateStation[], { stationsNow }: DeskRegistry): Item[] {
  const taken = new Set<string>();
  return stations.map(({ id, zones }): Item => {
    if (stationsNow.has(id) || taken.has(id)) return { id, state: "refused", code: "CONFLICT" };
    if (new Set(zones.map((zone) => zone.id)).size < zones.length)
      return { id, state: "refused", code: "BAD_REQUEST" };
    taken.add(id);
    return { id, state: "registered" };
  });
}

function recordOf(station: CreateStation): StationRecord {
  return { ...station, lat: station.lat ?? null, lon: station.lon ?? null, maintenance: false };
}
