import { LoaError } from "@loa/kernel/errors";
import { AlertDetail } from "@loa/protocol/http/alerts";
import {
  CapMessage,
  CapMessageList,
  CapQuery,
  CapSourceList,
  DismissAlert,
  WithholdCap,
} from "@loa/protocol/http/cap";
import { Id } from "@loa/protocol/identity";
import type { FastifyContextConfig, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Alerts } from "../../alerts/alerts.ts";
import type { CapDecisions } from "../../alerts/cap-decisions.ts";
import type { CapDesk, Dated } from "../../alerts/cap-desk.ts";
import { CAP_MEDIA_TYPE } from "../../interop/cap/write-atom.ts";
import { MAX_XML_BYTES } from "../../interop/cap/xml.ts";
import { type Api, actorOf } from "../api.ts";
import { keyOf, PAGE, pageOf } from "../paging.ts";

const Params = Type.Object({ id: Id });
const tags = ["CAP"];
const MEDIA_TYPES = [CAP_MEDIA_TYPE, "application/xml", "text/xml"];
/** One byte more than is read, so that who sends more learns it from the reader. */
const BODY_LIMIT = MAX_XML_BYTES + 65_536;

/** What the routes of CAP need. `open`: everybody may read alerts as CAP. */
export interface CapRouteNeeds {
  readonly cap: CapDesk;
  readonly decisions: CapDecisions;
  readonly alerts: Pick<Alerts, "dismiss">;
  readonly open: boolean;
}

/** `/alerts/cap`, `/alerts/cap/:id/confirm`, `/alerts/cap/:id/withhold`, `/alerts/feed.atom`, `/alerts/:id/cap.xml`, `/alerts/:id/dismiss`. */
export function capRoutes(app: Api, { cap, decisions, alerts, open }: CapRouteNeeds): void {
  app.register(async (scope) => postRoute(scope as unknown as Api, cap));

  app.get(
    "/alerts/cap",
    {
      schema: {
        querystring: CapQuery,
        response: { 200: CapMessageList },
        summary: "Messages of other systems and what became of them, newest first",
        tags,
      },
    },
    async (request) => {
      const { state, cursor, limit = PAGE } = request.query;
      const found = await cap.list(actorOf(request), state, keyOf(cursor), limit + 1);
      return pageOf(found, limit, ({ id }) => id);
    },
  );

  app.get(
    "/alerts/cap/sources",
    { schema: { response: { 200: CapSourceList }, summary: "Sources and how asking them goes", tags } },
    async (request) => ({ items: cap.sources(actorOf(request)), next: null }),
  );

  app.post(
    "/alerts/cap/:id/confirm",
    {
      schema: {
        params: Params,
        response: { 200: CapMessage },
        summary: "Have a message aired that becomes effective later",
        tags,
      },
    },
    (request) => decisions.confirm(actorOf(request), request.params.id),
  );

  app.post(
    "/alerts/cap/:id/withhold",
    {
      schema: {
        params: Params,
        body: WithholdCap,
        response: { 200: CapMessage },
        summary: "Have a message not aired that becomes effective later",
        tags,
      },
    },
    (request) => decisions.withhold(actorOf(request), request.params.id, request.body.reason),
  );

  app.post(
    "/alerts/:id/dismiss",
    {
      schema: {
        params: Params,
        body: DismissAlert,
        response: { 200: AlertDetail },
        summary: "Put aside what came from elsewhere",
        tags,
      },
    },
    (request) => alerts.dismiss(actorOf(request), request.params.id, request.body.reason),
  );

  const config: FastifyContextConfig = open ? { access: "open" } : {};
  app.get(
    "/alerts/feed.atom",
    { config, schema: { summary: "Atom feed of alerts as CAP", tags } },
    async (request, reply) =>
      sendDated(request, reply, await cap.feed(request.actor, baseOf(request)), "application/atom+xml"),
  );

  app.get(
    "/alerts/:id/cap.xml",
    { config, schema: { params: Params, summary: "An alert as its newest CAP message", tags } },
    async (request, reply) =>
      sendDated(request, reply, await cap.document(request.actor, request.params.id), CAP_MEDIA_TYPE),
  );
}

/** Takes XML only; in a scope of its own, so that no other route does. */
function postRoute(app: Api, cap: CapDesk): void {
  app.removeAllContentTypeParsers();
  // Who answers a repeated request compares it as JSON, which must stay small.
  app.addContentTypeParser(MEDIA_TYPES, { parseAs: "buffer", bodyLimit: BODY_LIMIT }, (_, xml, done) =>
    done(null, { xml, toJSON: () => null }),
  );
  app.post(
    "/alerts/cap",
    {
      bodyLimit: BODY_LIMIT,
      config: { idempotency: false },
      schema: {
        response: { 202: CapMessage },
        summary: "Hand in a CAP 1.2 message as XML; answers what was decided",
        tags,
      },
    },
    async (request, reply) => {
      const { xml } = (request.body ?? {}) as { xml?: Uint8Array };
      if (!xml) throw new LoaError("BAD_REQUEST", `send the message as ${MEDIA_TYPES.join(", ")}`);
      return reply.code(202).send(await cap.post(actorOf(request), xml));
    },
  );
}

const baseOf = ({ protocol, host, url }: FastifyRequest) =>
  `${protocol}://${host}${url.slice(0, url.indexOf("/alerts/"))}`;

function sendDated(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, etag, modified }: Dated,
  type: string,
): FastifyReply {
  const second = Math.floor(modified / 1_000) * 1_000;
  reply.header("etag", etag).header("cache-control", "no-cache").header("vary", "cookie, authorization");
  if (modified > 0) reply.header("last-modified", new Date(second).toUTCString());
  const { "if-none-match": known, "if-modified-since": since } = request.headers;
  const same =
    known === undefined
      ? since !== undefined && modified > 0 && Date.parse(since) >= second
      : known.split(/\s*,\s*/).some((one) => one.replace(/^W\//, "") === etag);
  if (same) return reply.code(304).send();
  return reply.header("content-type", `${type}; charset=utf-8`).send(text);
}
