import { CreatedStations, CreateEnrolments, CreateStations, Enrolments } from "@loa/protocol/http/stations";
import type { Stations } from "../../stations.ts";
import { type Api, actorOf } from "../api.ts";

const tags = ["stations"];

/** `/stations/bulk` and `/stations/enrolments`: a province's stations registered and labelled in a few requests. */
export function stationBulkRoutes(app: Api, { stations }: { stations: Stations }): void {
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
    async (request) => ({ items: await stations.registerMany(actorOf(request), request.body.stations) }),
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
      const items = await stations.labels(actorOf(request), request.body.stations);
      return reply.code(201).send({ items });
    },
  );
}
