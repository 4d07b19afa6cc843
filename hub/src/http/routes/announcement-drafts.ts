import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import {
  Announcement,
  CreateSpokenAnnouncement,
  PatchAnnouncement,
  ReviseAnnouncement,
} from "@loa/protocol/http/announcements";
import { Id } from "@loa/protocol/identity";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, type TSchema, Type } from "typebox";
import type { AnnouncementDrafts } from "../../announcement-drafts.ts";
import { discard } from "../../media/store.ts";
import { type Api, actorOf } from "../api.ts";
import type { IdempotencyKeys } from "../idempotency.ts";
import { CreateForm, ReviseForm, readSoundForm, type SoundForm } from "../sound-form.ts";

const Params = Type.Object({ id: Id });
const tags = ["announcements"];

/** What the routes that write announcements need. `work` is a folder on the disk of the uploads. */
export interface AnnouncementDraftNeeds {
  readonly drafts: AnnouncementDrafts;
  readonly idempotency: IdempotencyKeys;
  readonly work: string;
}

/** `/announcements`: new ones, new versions, changes. A sound comes as a form, a text as JSON. */
export function announcementDraftRoutes(
  app: Api,
  { drafts, idempotency, work }: AnnouncementDraftNeeds,
): void {
  /** Reads a form and carries it out, once for each Idempotency-Key. */
  async function withForm<Schema extends typeof CreateForm | typeof ReviseForm>(
    request: FastifyRequest,
    reply: FastifyReply,
    schema: Schema,
    run: (form: SoundForm<Static<Schema>>) => Promise<Announcement>,
  ) {
    const file = join(work, randomUUID());
    try {
      const form = await readSoundForm(request, file, schema);
      if (await idempotency.replay(request, reply, form.content)) return reply;
      reply.code(201);
      return await run(form);
    } finally {
      await discard(file);
    }
  }

  app.post(
    "/announcements",
    {
      schema: {
        body: either(CreateSpokenAnnouncement, CreateForm),
        response: { 201: Announcement },
        summary: "A sound as a form (title, audio), or a text to speak as JSON",
        tags,
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      if (request.isMultipart())
        return withForm(request, reply, CreateForm, ({ fields, upload }) =>
          drafts.upload(actor, fields, upload, requestKey(request)),
        );
      const body = jsonOf<CreateSpokenAnnouncement>(request);
      return reply.code(201).send(await drafts.speak(actor, body, requestKey(request)));
    },
  );

  app.post(
    "/announcements/:id/revisions",
    {
      schema: {
        params: Params,
        body: either(ReviseAnnouncement, ReviseForm),
        response: { 201: Announcement },
        summary: "The next version: a sound as a form, a text or a title as JSON",
        tags,
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { id } = request.params;
      if (request.isMultipart())
        return withForm(request, reply, ReviseForm, ({ fields, upload }) =>
          drafts.reviseSound(actor, id, upload, fields.title, requestKey(request)),
        );
      const body = jsonOf<ReviseAnnouncement>(request);
      return reply.code(201).send(await drafts.revise(actor, id, body, requestKey(request)));
    },
  );

  app.post(
    "/announcements/:id/revert",
    {
      schema: {
        params: Params,
        response: { 200: Announcement },
        summary: "Drop what came after the approved version",
        tags,
      },
    },
    (request) => drafts.revert(actorOf(request), request.params.id),
  );

  app.patch(
    "/announcements/:id",
    {
      schema: {
        params: Params,
        body: PatchAnnouncement,
        response: { 200: Announcement },
        summary: "Another title, or until when it holds",
        tags,
      },
    },
    (request) => drafts.change(actorOf(request), request.params.id, request.body),
  );
}

/** JSON that says `json`, or a form with these fields and the part `audio`. */
function either(json: TSchema, form: typeof CreateForm | typeof ReviseForm) {
  const audio = Type.Unsafe({ type: "string", format: "binary" });
  return {
    content: {
      "application/json": { schema: json },
      "multipart/form-data": { schema: Type.Object({ ...form.properties, audio }) },
    },
  };
}

function jsonOf<Body>({ body }: FastifyRequest): Body {
  if (typeof body !== "object" || body === null)
    throw new LoaError("BAD_REQUEST", "send multipart/form-data with audio, or JSON");
  return body as Body;
}

/** Names a request across restarts. */
function requestKey({ claim }: FastifyRequest): string | undefined {
  return claim ? `${claim.scope} ${claim.key}` : undefined;
}
