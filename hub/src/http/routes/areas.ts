import {
  AreaHistory,
  AreaList,
  Area as AreaSchema,
  CreateArea,
  MergeArea,
  PatchArea,
} from "@loa/protocol/http/areas";
import { AreaId } from "@loa/protocol/identity";
import { Type } from "typebox";
import type { Areas } from "../../areas.ts";
import { type Api, actorOf } from "../api.ts";

const Params = Type.Object({ id: AreaId });
const tags = ["areas"];

/** `/areas`. */
export function areaRoutes(app: Api, { areas }: { areas: Areas }): void {
  app.get(
    "/areas",
    { schema: { response: { 200: AreaList }, summary: "The tree within your area, parents first", tags } },
    async (request) => ({ items: areas.list(actorOf(request)), next: null }),
  );

  app.get(
    "/areas/:id",
    { schema: { params: Params, response: { 200: AreaSchema }, summary: "One area", tags } },
    async (request) => areas.get(actorOf(request), request.params.id),
  );

  app.get(
    "/areas/:id/history",
    { schema: { params: Params, response: { 200: AreaHistory }, summary: "What became of it", tags } },
    async (request) => ({ items: await areas.history(actorOf(request), request.params.id), next: null }),
  );

  app.post(
    "/areas",
    { schema: { body: CreateArea, response: { 201: AreaSchema }, summary: "Add an area", tags } },
    async (request, reply) => reply.code(201).send(await areas.create(actorOf(request), request.body)),
  );

  app.patch(
    "/areas/:id",
    {
      schema: {
        params: Params,
        body: PatchArea,
        response: { 200: AreaSchema },
        summary: "Rename, move or give other hours; wider ones wait for another admin",
        tags,
      },
    },
    async (request) => areas.change(actorOf(request), request.params.id, request.body),
  );

  app.post(
    "/areas/:id/envelope/confirm",
    {
      schema: {
        params: Params,
        response: { 200: AreaSchema },
        summary: "Confirm the wider hours that another admin proposed: they hold in 24 hours",
        tags,
      },
    },
    async (request) => areas.confirmEnvelope(actorOf(request), request.params.id),
  );

  app.delete(
    "/areas/:id/envelope/proposal",
    {
      schema: {
        params: Params,
        response: { 200: AreaSchema },
        summary: "Take wider hours back before they hold",
        tags,
      },
    },
    async (request) => areas.withdrawEnvelope(actorOf(request), request.params.id),
  );

  app.post(
    "/areas/:id/merge",
    {
      schema: {
        params: Params,
        body: MergeArea,
        response: { 200: AreaSchema },
        summary: "Let it go up in another",
        tags,
      },
    },
    async (request) => areas.merge(actorOf(request), request.params.id, request.body),
  );

  app.delete(
    "/areas/:id",
    { schema: { params: Params, response: { 204: Type.Null() }, summary: "Remove an empty area", tags } },
    async (request, reply) => {
      await areas.remove(actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
