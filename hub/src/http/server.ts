import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import multipart from "@fastify/multipart";
import rateLimit from "@fastify/rate-limit";
import websocket from "@fastify/websocket";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import fastify, { type FastifyInstance } from "fastify";
import type { Api, RouteSet } from "./api.ts";
import { answerProblems } from "./problems.ts";
import { refuseOtherOrigins } from "./same-origin.ts";
import { checkRequests } from "./validation.ts";

/** Bodies of JSON requests; uploads have their own limit. */
const JSON_LIMIT_BYTES = 1_048_576;
const REQUESTS_PER_MINUTE = 3_000;

/** What a server is made of. `site` and `api` are applied in order; `api` routes lie below `/api/v1`. */
export interface ServerParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly https?: { cert: string; key: string } | undefined;
  /** Other origins that pages may show pictures from: map tiles. */
  readonly images?: readonly string[];
  readonly site: readonly ((app: FastifyInstance) => void | Promise<void>)[];
  readonly api: readonly RouteSet[];
}

/** A server that is ready to listen (or to be injected into): limits, headers, problem documents, then the routes. */
export async function createServer({
  clock,
  log,
  https,
  images = [],
  site,
  api,
}: ServerParts): Promise<FastifyInstance> {
  const app = fastify({
    ...(https && { https }),
    logger: false,
    genReqId: () => newId("req", clock.now()),
    bodyLimit: JSON_LIMIT_BYTES,
    trustProxy: "loopback",
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(checkRequests);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  acceptEmptyJson(app);
  answerProblems(app, log);
  logRequests(app, log);
  app.addHook("onRequest", refuseOtherOrigins);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { ...POLICY, "img-src": [...POLICY["img-src"], ...images] },
    },
    hsts: https !== undefined,
  });
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    errorResponseBuilder: (_, { after }) =>
      new LoaError("TOO_MANY_REQUESTS", `too many requests; wait ${after}`),
  });
  await app.register(cookie);
  await app.register(multipart, { throwFileSizeLimit: false });
  await app.register(websocket, { options: SOCKETS });
  for (const plug of site) await plug(app);
  await app.register(
    async (scope) => {
      for (const routes of api) routes(scope as unknown as Api);
    },
    { prefix: "/api/v1" },
  );
  return app;
}

/** Speakers send packets of some hundred bytes; nothing larger is taken, and nothing is compressed again. */
export const SOCKETS = { maxPayload: 16_384, perMessageDeflate: false };

/** Web components set style attributes, hence 'unsafe-inline' for styles only. */
const POLICY = {
  "default-src": ["'self'"],
  "script-src": ["'self'"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "img-src": ["'self'", "data:", "blob:"],
  "media-src": ["'self'", "blob:"],
  "font-src": ["'self'", "data:"],
  "worker-src": ["'self'", "blob:"],
  "connect-src": ["'self'", "data:"],
  "object-src": ["'none'"],
  "base-uri": ["'self'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
};

/** Actions such as `/submit` have no body; clients that name a content type all the same are let through. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) =>
    body === "" ? done(null, undefined) : parse(request, body as string, done),
  );
}

function logRequests(app: FastifyInstance, log: Logger): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    const { id: requestId, method, url } = request;
    const ms = Math.round(reply.elapsedTime);
    const fields = { requestId, method, url: url.split("?")[0], status: reply.statusCode, ms };
    if (reply.statusCode >= 500) log.warn(fields, "answered");
    else log.debug(fields, "answered");
  });
}
