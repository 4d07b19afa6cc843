import { CreatedStations, CreateEnrolments, CreateStations, Enrolments } from "@loa/protocol/http/stations";
import type { StationBulk } from "../../station-bulk.ts";
import { type Api, actorOf } from "../api.ts";

const tags = ["stations"];

/** `/stations/bulk` and `/stations/enrolments`. */
export function stationBulkRoutes(app: Api, { bulk }: { bulk: StationBulk }): void {
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
    async (request) => ({ items: await bulk.register(actorOf(request), request.body.stations) }),
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
    async (request, reply) =>
      reply.code(201).send({ items: await bulk.label(actorOf(request), request.body.stations) }),
  );
}
