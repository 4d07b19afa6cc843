import { CreateGroup, Group, GroupList, UpdateGroup } from "@loa/protocol/http/groups";
import { Id } from "@loa/protocol/identity";
import { Type } from "typebox";
import type { TargetGroups } from "../../alerts/target-groups.ts";
import { type Api, actorOf } from "../api.ts";

const Params = Type.Object({ id: Id });
const tags = ["alerts"];

/** `/groups`. */
export function groupRoutes(app: Api, { groups }: { readonly groups: TargetGroups }): void {
  app.get(
    "/groups",
    { schema: { response: { 200: GroupList }, summary: "Saved targets, by name", tags } },
    async (request) => ({ items: await groups.list(actorOf(request)), next: null }),
  );

  app.post(
    "/groups",
    { schema: { body: CreateGroup, response: { 201: Group }, summary: "Save targets under a name", tags } },
    async (request, reply) => reply.code(201).send(await groups.create(actorOf(request), request.body)),
  );

  app.patch(
    "/groups/:id",
    {
      schema: {
        params: Params,
        body: UpdateGroup,
        response: { 200: Group },
        summary: "Change a group",
        tags,
      },
    },
    (request) => groups.change(actorOf(request), request.params.id, request.body),
  );

  app.delete(
    "/groups/:id",
    { schema: { params: Params, response: { 204: Type.Null() }, summary: "Remove a group", tags } },
    async (request, reply) => {
      await groups.remove(actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
