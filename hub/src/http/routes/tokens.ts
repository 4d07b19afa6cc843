import { CreateToken, NewToken, TokenList } from "@loa/protocol/http/users";
import { Id } from "@loa/protocol/identity";
import { Type } from "typebox";
import { type Api, actorOf } from "../api.ts";
import type { Tokens } from "../tokens.ts";

const Params = Type.Object({ id: Id });
const tags = ["tokens"];

/** `/tokens`: one's own. Only a person makes and removes them. */
export function tokenRoutes(app: Api, { tokens }: { tokens: Tokens }): void {
  app.get(
    "/tokens",
    { schema: { response: { 200: TokenList }, summary: "Your tokens for integrations", tags } },
    async (request) => ({ items: await tokens.list(actorOf(request)), next: null }),
  );

  app.post(
    "/tokens",
    {
      schema: {
        body: CreateToken,
        response: { 201: NewToken },
        summary: "Make a token, shown this once",
        tags,
      },
      config: { idempotency: false, access: "person" },
    },
    async (request, reply) => reply.code(201).send(await tokens.create(actorOf(request), request.body)),
  );

  app.delete(
    "/tokens/:id",
    {
      schema: { params: Params, response: { 204: Type.Null() }, summary: "End a token", tags },
      config: { access: "person" },
    },
    async (request, reply) => {
      await tokens.remove(actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
