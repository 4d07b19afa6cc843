import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { MultipartFile } from "@fastify/multipart";
import { LoaError } from "@loa/kernel/errors";
import {
  Announcement,
  AnnouncementList,
  AnnouncementQuery,
  Peaks,
  RejectAnnouncement,
} from "@loa/protocol/http/announcements";
import { AreaId, Id } from "@loa/protocol/identity";
import { check } from "@loa/protocol/parse";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Announcements } from "../../announcements.ts";
import { type AssetStore, discard } from "../../media/store.ts";
import { receive, UPLOAD_LIMIT_BYTES } from "../../media/upload.ts";
import { type Api, actorOf } from "../api.ts";
import type { IdempotencyKeys } from "../idempotency.ts";
import { keyOf, PAGE, pageOf } from "../paging.ts";
import { sendRange } from "../send-range.ts";

const Params = Type.Object({ id: Id });
const Title = Type.Object({ title: Type.String({ minLength: 1, maxLength: 200 }) });
const Fields = Type.Object({ ...Title.properties, areaId: Type.Optional(AreaId) });
const tags = ["announcements"];
const one = { params: Params, response: { 200: Announcement }, tags };
/** Beside the file: part headers and short fields. */
const FRAME_BYTES = 100_000;

/** What the routes of announcements need. `work` is a folder on the disk of the uploads. */
export interface AnnouncementRouteNeeds {
  readonly announcements: Announcements;
  readonly assets: AssetStore;
  readonly idempotency: IdempotencyKeys;
  readonly work: string;
}

/** `/announcements`. */
export function announcementRoutes(app: Api, needs: AnnouncementRouteNeeds): void {
  const { announcements, assets, idempotency, work } = needs;

  app.post(
    "/announcements",
    {
      schema: {
        consumes: ["multipart/form-data"],
        response: { 201: Announcement },
        summary: "Upload (title, audio)",
        tags,
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const upload = await readUpload(request, join(work, randomUUID()));
      try {
        const content = JSON.stringify([upload.fields, upload.sha256]);
        if (await idempotency.replay(request, reply, content)) return reply;
        const { title, areaId = actor.areaId } = upload.fields;
        reply.code(201);
        return await announcements.create(actor, title, areaId, upload);
      } finally {
        await discard(upload.file);
      }
    },
  );

  app.get(
    "/announcements",
    {
      schema: {
        querystring: AnnouncementQuery,
        response: { 200: AnnouncementList },
        summary: "Newest first",
        tags,
      },
    },
    async (request) => {
      const { cursor, limit = PAGE, state, q } = request.query;
      const before = keyOf(cursor);
      const filter = {
        ...(state && { state }),
        ...(q && { q }),
        ...(before && { before }),
        limit: limit + 1,
      };
      return pageOf(await announcements.page(actorOf(request), filter), limit, ({ id }) => id);
    },
  );

  app.get("/announcements/:id", { schema: { ...one, summary: "One announcement" } }, (request) =>
    announcements.get(actorOf(request), request.params.id),
  );

  app.get(
    "/announcements/:id/audio",
    { schema: { params: Params, summary: "What stations play: Ogg Opus, with Range", tags } },
    async (request, reply) => {
      const { sha256 } = await announcements.get(actorOf(request), request.params.id);
      if (sha256 === undefined || !assets.has(sha256))
        throw new LoaError("CONFLICT", "the sound is not ready");
      const path = assets.path(sha256);
      return sendRange(request, reply, {
        path,
        type: "audio/ogg",
        etag: sha256,
        cacheControl: "private, no-cache",
      });
    },
  );

  app.get(
    "/announcements/:id/peaks",
    {
      schema: { params: Params, response: { 200: Peaks }, summary: "Peaks for a picture of the sound", tags },
    },
    async (request, reply) => {
      const json = await announcements.peaksJson(actorOf(request), request.params.id);
      return reply.type("application/json; charset=utf-8").send(json as never);
    },
  );

  app.patch("/announcements/:id", { schema: { ...one, body: Title, summary: "Rename a draft" } }, (request) =>
    announcements.rename(actorOf(request), request.params.id, request.body.title),
  );

  app.delete("/announcements/:id", { schema: { ...one, summary: "Archive" } }, (request) =>
    announcements.archive(actorOf(request), request.params.id),
  );

  app.post("/announcements/:id/submit", { schema: { ...one, summary: "Ask for approval" } }, (request) =>
    announcements.submit(actorOf(request), request.params.id),
  );

  app.post("/announcements/:id/approve", { schema: { ...one, summary: "Approve another's" } }, (request) =>
    announcements.approve(actorOf(request), request.params.id),
  );

  app.post(
    "/announcements/:id/reject",
    { schema: { ...one, body: RejectAnnouncement, summary: "Send back with a reason" } },
    (request) => announcements.reject(actorOf(request), request.params.id, request.body.reason),
  );
}

interface Upload {
  readonly fields: { title: string; areaId?: string };
  readonly file: string;
  readonly name: string | null;
  readonly sha256: string;
}

/** Reads the parts in whatever order they come. @throws BAD_REQUEST · AUDIO_EMPTY · AUDIO_TOO_LARGE · STORAGE_FULL */
async function readUpload(request: FastifyRequest, file: string): Promise<Upload> {
  if (!request.isMultipart())
    throw new LoaError("BAD_REQUEST", "send multipart/form-data with title and audio");
  if (Number(request.headers["content-length"] ?? 0) > UPLOAD_LIMIT_BYTES + FRAME_BYTES)
    throw new LoaError("AUDIO_TOO_LARGE", `the file has more than ${UPLOAD_LIMIT_BYTES} bytes`);
  const values: Record<string, unknown> = {};
  let received: { sha256: string; name: string | null } | null = null;
  const limits = { fileSize: UPLOAD_LIMIT_BYTES, files: 1, fields: 10, fieldSize: 10_000 };
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === "field") values[part.fieldname] = part.value;
      else if (part.fieldname === "audio")
        received = { ...(await receive(part.file, file)), name: nameOf(part) };
      else part.file.resume();
    }
    if (!received) throw new LoaError("BAD_REQUEST", "the part audio is missing");
    return { fields: check(Fields, values, "the upload"), file, ...received };
  } catch (error) {
    await discard(file);
    throw asBadRequest(error);
  }
}

/** A form that does not fit is a bad request like any other body. */
function asBadRequest(error: unknown): unknown {
  if (!(error instanceof LoaError) || error.code !== "SCHEMA_INVALID") return error;
  return new LoaError("BAD_REQUEST", error.message, error.context, { cause: error });
}

function nameOf({ filename }: MultipartFile): string | null {
  return filename ? (filename.normalize("NFC").split(/[/\\]/).at(-1)?.slice(0, 200) ?? null) : null;
}
