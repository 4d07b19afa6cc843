import { CreateTemplate, PatchTemplate, Template, TemplateList } from "@loa/protocol/http/templates";
import { Id } from "@loa/protocol/identity";
import { Type } from "typebox";
import type { Templates } from "../../templates.ts";
import { type Api, actorOf } from "../api.ts";

const Params = Type.Object({ id: Id });
const tags = ["announcements"];

/** `/announcement-templates`. */
export function templateRoutes(app: Api, { templates }: { readonly templates: Templates }): void {
  app.get(
    "/announcement-templates",
    { schema: { response: { 200: TemplateList }, summary: "Texts with blanks, Loa's own first", tags } },
    async (request) => ({ items: await templates.list(actorOf(request)), next: null }),
  );

  app.post(
    "/announcement-templates",
    { schema: { body: CreateTemplate, response: { 201: Template }, summary: "Add a template", tags } },
    async (request, reply) => reply.code(201).send(await templates.create(actorOf(request), request.body)),
  );

  app.patch(
    "/announcement-templates/:id",
    {
      schema: {
        params: Params,
        body: PatchTemplate,
        response: { 200: Template },
        summary: "Change a template",
        tags,
      },
    },
    (request) => templates.change(actorOf(request), request.params.id, request.body),
  );

  app.delete(
    "/announcement-templates/:id",
    { schema: { params: Params, response: { 204: Type.Null() }, summary: "Remove a template", tags } },
    async (request, reply) => {
      await templates.remove(actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
