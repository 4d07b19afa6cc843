import { LoaError } from "@loa/kernel/errors";
import {
  Announcement,
  AnnouncementDiff,
  AnnouncementList,
  AnnouncementQuery,
  AnnouncementVersions,
  Peaks,
  RejectAnnouncement,
} from "@loa/protocol/http/announcements";
import { Id } from "@loa/protocol/identity";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { AnnouncementDecisions } from "../../announcement-decisions.ts";
import type { Announcements } from "../../announcements.ts";
import type { AssetStore } from "../../media/store.ts";
import { type Api, actorOf } from "../api.ts";
import { keyOf, PAGE, pageOf } from "../paging.ts";
import { sendRange } from "../send-range.ts";

const Version = Type.Integer({ minimum: 1 });
const Params = Type.Object({ id: Id });
const VersionParams = Type.Object({ id: Id, version: Version });
const OfVersion = Type.Object({
  version: Type.Optional(Type.Integer({ minimum: 1, description: "default: the newest" })),
});
const Seen = Type.Object({
  version: Type.Optional(
    Type.Integer({ minimum: 1, description: "the one that was listened to; CONFLICT if a newer has come" }),
  ),
});
const tags = ["announcements"];
const one = { params: Params, response: { 200: Announcement }, tags };

/** What the routes of announcements need. */
export interface AnnouncementRouteNeeds {
  readonly announcements: Announcements;
  readonly decisions: AnnouncementDecisions;
  readonly assets: AssetStore;
}

/** `/announcements`: the library and what is decided on. */
export function announcementRoutes(app: Api, needs: AnnouncementRouteNeeds): void {
  const { announcements, decisions } = needs;

  app.get(
    "/announcements",
    {
      schema: {
        querystring: AnnouncementQuery,
        response: { 200: AnnouncementList },
        summary: "Newest first; archived and expired ones only when asked for",
        tags,
      },
    },
    async (request) => {
      const { cursor, limit = PAGE, ...filter } = request.query;
      const before = keyOf(cursor);
      const asked = { ...filter, ...(before && { before }), limit: limit + 1 };
      return pageOf(await announcements.page(actorOf(request), asked), limit, ({ id }) => id);
    },
  );

  app.get("/announcements/:id", { schema: { ...one, summary: "One announcement" } }, (request) =>
    announcements.get(actorOf(request), request.params.id),
  );

  app.get(
    "/announcements/:id/versions",
    { schema: { params: Params, response: { 200: AnnouncementVersions }, summary: "Newest first", tags } },
    async (request) => ({
      items: await announcements.versions(actorOf(request), request.params.id),
      next: null,
    }),
  );

  app.get(
    "/announcements/:id/diff",
    {
      schema: {
        params: Params,
        response: { 200: AnnouncementDiff },
        summary: "What the newest version changes",
        tags,
      },
    },
    (request) => announcements.diff(actorOf(request), request.params.id),
  );

  soundRoutes(app, needs);

  app.delete("/announcements/:id", { schema: { ...one, summary: "Archive" } }, (request) =>
    decisions.archive(actorOf(request), request.params.id),
  );

  app.post(
    "/announcements/:id/restore",
    { schema: { ...one, summary: "Take out of the archive" } },
    (request) => decisions.restore(actorOf(request), request.params.id),
  );

  app.post("/announcements/:id/submit", { schema: { ...one, summary: "Ask for approval" } }, (request) =>
    decisions.submit(actorOf(request), request.params.id),
  );

  app.post(
    "/announcements/:id/approve",
    { schema: { ...one, querystring: Seen, summary: "Approve another's" } },
    (request) => decisions.approve(actorOf(request), request.params.id, request.query.version),
  );

  app.post(
    "/announcements/:id/reject",
    { schema: { ...one, querystring: Seen, body: RejectAnnouncement, summary: "Send back with a reason" } },
    (request) =>
      decisions.reject(actorOf(request), request.params.id, request.body.reason, request.query.version),
  );
}

function soundRoutes(app: Api, { announcements, assets }: AnnouncementRouteNeeds): void {
  const send = async (request: FastifyRequest, reply: FastifyReply, id: string, version?: number) => {
    const sha256 = await announcements.sound(actorOf(request), id, version);
    if (!assets.has(sha256)) throw new LoaError("CONFLICT", "the sound is not ready");
    const offer = { path: assets.path(sha256), type: "audio/ogg", etag: sha256 };
    return sendRange(request, reply, { ...offer, cacheControl: "private, no-cache" });
  };

  app.get(
    "/announcements/:id/audio",
    {
      schema: {
        params: Params,
        querystring: OfVersion,
        summary: "What stations play, or would: Ogg Opus, with Range",
        tags,
      },
    },
    (request, reply) => send(request, reply, request.params.id, request.query.version),
  );

  app.get(
    "/announcements/:id/versions/:version/audio",
    { schema: { params: VersionParams, summary: "A version's sound: Ogg Opus, with Range", tags } },
    (request, reply) => send(request, reply, request.params.id, request.params.version),
  );

  app.get(
    "/announcements/:id/peaks",
    {
      schema: {
        params: Params,
        querystring: OfVersion,
        response: { 200: Peaks },
        summary: "Peaks for a picture of the sound",
        tags,
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const json = await announcements.peaksJson(actorOf(request), params.id, query.version);
      return reply.type("application/json; charset=utf-8").send(json as never);
    },
  );
}
