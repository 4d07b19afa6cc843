import { LoaError } from "@loa/kernel/errors";
import {
  CreateStation,
  EnrolmentLabel,
  PatchStation,
  type Station,
  StationDetail,
  StationList,
  StationQuery,
} from "@loa/protocol/http/stations";
import { StationId } from "@loa/protocol/identity";
import { Type } from "typebox";
import { covers, demand } from "../../core/access.ts";
import { stationView } from "../../core/station-view.ts";
import type { Actor, Audit, EventSink, Line, StationRecord } from "../../ports.ts";
import type { DeskRegistry } from "../../store/registry.ts";
import { type Api, actorOf } from "../api.ts";
import { keyOf, PAGE, pageOf } from "../paging.ts";

const Params = Type.Object({ id: StationId });
const tags = ["stations"];

/** What the routes of stations need. */
export interface StationNeeds {
  readonly registry: DeskRegistry;
  readonly line: Line;
  readonly audit: Audit;
  readonly events: EventSink;
  now(): number;
}

/** `/stations`, detail and enrolment. */
export function stationRoutes(app: Api, { registry, line, audit, events, now }: StationNeeds): void {
  const view = (record: StationRecord) => stationView(record, line.glance(record.id));
  const visible = (actor: Actor, id: string): StationRecord => {
    const record = registry.stationsNow.get(id);
    if (!record || !covers(actor, registry.tree.path(record.areaId)))
      throw new LoaError("NOT_FOUND", `there is no station ${id} in your area`, { stationId: id });
    return record;
  };

  app.get(
    "/stations",
    {
      schema: { querystring: StationQuery, response: { 200: StationList }, summary: "Stations by id", tags },
    },
    async (request) => {
      const actor = actorOf(request);
      const { area = actor.areaId, status, fault, cursor, limit = PAGE } = request.query;
      demand(actor, "station.read", registry.tree.path(area));
      const after = keyOf(cursor) ?? "";
      const read: Station[] = [];
      for (const record of sorted(registry)) {
        if (record.id <= after || !registry.tree.within(record.areaId, area)) continue;
        const station = view(record);
        if (status && station.status !== status) continue;
        if (fault && !station.faults.some(({ code }) => code === fault)) continue;
        if (read.push(station) > limit) break;
      }
      return pageOf(read, limit, (station) => station.id);
    },
  );

  app.get(
    "/stations/:id",
    { schema: { params: Params, response: { 200: StationDetail }, summary: "One station", tags } },
    async (request) => {
      const record = visible(actorOf(request), request.params.id);
      return detail(record, await line.live(record.id));
    },
  );

  app.post(
    "/stations",
    {
      schema: { body: CreateStation, response: { 201: StationDetail }, summary: "Register a station", tags },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { lat = null, lon = null, ...rest } = request.body;
      demand(actor, "station.manage", registry.tree.path(rest.areaId));
      if (new Set(rest.zones.map((zone) => zone.id)).size < rest.zones.length)
        throw new LoaError("BAD_REQUEST", "two zones have one id");
      const record: StationRecord = { ...rest, lat, lon, maintenance: false };
      await registry.addStation(record, now());
      await audit.record({
        actor: actor.userId,
        action: "station.register",
        subject: record.id,
        detail: { ...rest },
      });
      events.publish({ kind: "station", station: view(record) }, [record.areaId]);
      return reply.code(201).send(detail(record, await line.live(record.id)));
    },
  );

  app.patch(
    "/stations/:id",
    {
      schema: {
        params: Params,
        body: PatchStation,
        response: { 200: StationDetail },
        summary: "Rename, move or take into maintenance",
        tags,
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const before = visible(actor, request.params.id);
      const { name, areaId, maintenance } = request.body;
      const path = registry.tree.path(before.areaId);
      if (maintenance !== undefined) demand(actor, "station.maintain", path);
      if (name !== undefined || areaId !== undefined) demand(actor, "station.manage", path);
      if (areaId !== undefined) demand(actor, "station.manage", registry.tree.path(areaId));
      const record = { ...before, ...request.body };
      await registry.changeStation(record);
      const { id } = record;
      await audit.record({
        actor: actor.userId,
        action: "station.change",
        subject: id,
        detail: { ...request.body },
      });
      events.publish({ kind: "station", station: view(record) }, [record.areaId]);
      return detail(record, await line.live(id));
    },
  );

  app.post(
    "/stations/:id/enrolment",
    {
      schema: {
        params: Params,
        response: { 201: EnrolmentLabel },
        summary: "Make the one-time code of its label",
        tags,
      },
      config: { idempotency: false },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { id, areaId } = visible(actor, request.params.id);
      demand(actor, "station.enrol", registry.tree.path(areaId));
      const label = await line.enrolmentLabel(id);
      await audit.record({ actor: actor.userId, action: "station.enrolment", subject: id });
      return reply.code(201).send(label);
    },
  );
}

function sorted({ stationsNow }: DeskRegistry): StationRecord[] {
  return [...stationsNow.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function detail(record: StationRecord, live: Awaited<ReturnType<Line["live"]>>): StationDetail {
  const { software, health, plan, playouts } = live;
  return { ...stationView(record, live), software, health, plan, playouts };
}
