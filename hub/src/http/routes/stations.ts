import {
  CreateStation,
  EnrolmentLabel,
  PatchStation,
  type Station,
  StationDetail,
  StationHistory,
  StationList,
  StationQuery,
} from "@loa/protocol/http/stations";
import { StationId } from "@loa/protocol/identity";
import { Type } from "typebox";
import type { Stations } from "../../stations.ts";
import { type Api, actorOf } from "../api.ts";
import { keyOf, PAGE, pageOf } from "../paging.ts";

const Params = Type.Object({ id: StationId });
const tags = ["stations"];
/** Labels that one address may make: more than a person prints, fewer than a thief would like. */
const LABELS_PER_MINUTE = 60;

/** `/stations`, detail, history and enrolment. */
export function stationRoutes(app: Api, { stations }: { stations: Stations }): void {
  app.get(
    "/stations",
    {
      schema: { querystring: StationQuery, response: { 200: StationList }, summary: "Stations by id", tags },
    },
    async (request) => {
      const actor = actorOf(request);
      const { area = actor.areaId, status, fault, retired = false, cursor, limit = PAGE } = request.query;
      const read: Station[] = [];
      for (const station of stations.within(actor, area, retired, keyOf(cursor) ?? "")) {
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
    async (request) => stations.get(actorOf(request), request.params.id),
  );

  app.get(
    "/stations/:id/history",
    { schema: { params: Params, response: { 200: StationHistory }, summary: "What became of it", tags } },
    async (request) => ({ items: await stations.history(actorOf(request), request.params.id), next: null }),
  );

  app.post(
    "/stations",
    {
      schema: { body: CreateStation, response: { 201: StationDetail }, summary: "Register a station", tags },
    },
    async (request, reply) => reply.code(201).send(await stations.register(actorOf(request), request.body)),
  );

  app.patch(
    "/stations/:id",
    {
      schema: {
        params: Params,
        body: PatchStation,
        response: { 200: StationDetail },
        summary: "Rename, move, change its zones or take it into maintenance",
        tags,
      },
    },
    async (request) => stations.change(actorOf(request), request.params.id, request.body),
  );

  app.delete(
    "/stations/:id",
    { schema: { params: Params, response: { 204: Type.Null() }, summary: "Take it out of service", tags } },
    async (request, reply) => {
      await stations.retire(actorOf(request), request.params.id);
      return reply.code(204).send(null);
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
      config: { idempotency: false, rateLimit: { max: LABELS_PER_MINUTE, timeWindow: 60_000 } },
    },
    async (request, reply) => reply.code(201).send(await stations.label(actorOf(request), request.params.id)),
  );
}
