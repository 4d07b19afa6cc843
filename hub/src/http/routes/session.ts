import { LogIn, type MapTiles, SessionAnswer } from "@loa/protocol/http/session";
import { Type } from "typebox";
import type { Audit } from "../../ports.ts";
import type { Api } from "../api.ts";
import type { Sessions } from "../auth.ts";

const LOG_INS_PER_MINUTE = 120;

/** `/session`. `map`: the tile server that the configuration names. */
export function sessionRoutes(
  app: Api,
  { sessions, audit, map }: { sessions: Sessions; audit: Audit; map?: MapTiles | undefined },
): void {
  const bootstrap = map === undefined ? {} : { map };
  app.post(
    "/session",
    {
      schema: { body: LogIn, response: { 200: SessionAnswer }, summary: "Log in", tags: ["session"] },
      config: { access: "open", rateLimit: { max: LOG_INS_PER_MINUTE, timeWindow: 60_000 } },
    },
    async (request, reply) => {
      const user = await sessions.logIn(request, reply, request.body);
      const entry = { actor: user.id, action: "session.open", subject: user.id, detail: { ip: request.ip } };
      await audit
        .record(entry)
        .catch((error) => request.log.error({ ...entry, err: error }, "the store takes no audit entry"));
      return { user, ...bootstrap };
    },
  );

  app.delete(
    "/session",
    {
      schema: { response: { 204: Type.Null() }, summary: "Log out", tags: ["session"] },
      config: { access: "open" },
    },
    async (request, reply) => {
      await sessions.logOut(request, reply);
      return reply.code(204).send(null);
    },
  );
}
