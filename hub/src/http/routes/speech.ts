import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "@loa/kernel/ids";
import {
  Lexicon,
  PreviewRequest,
  PutLexicon,
  Reading,
  ReadingRequest,
  VoiceList,
} from "@loa/protocol/http/speech";
import { AreaId } from "@loa/protocol/identity";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { demand } from "../../core/access.ts";
import type { Lexicons } from "../../lexicons.ts";
import type { Speech } from "../../media/speech.ts";
import type { Actor } from "../../ports.ts";
import type { DeskRegistry } from "../../store/registry.ts";
import { type Api, actorOf } from "../api.ts";

const Params = Type.Object({ id: AreaId });
const tags = ["speech"];
const PREVIEWS_PER_MINUTE = 20;
const READINGS_PER_MINUTE = 240;

/** What the routes of speech need. `work` is a folder for previews while they are sent. */
export interface SpeechRouteNeeds {
  readonly speech: Speech;
  readonly lexicons: Lexicons;
  readonly registry: DeskRegistry;
  readonly work: string;
  readonly now: () => number;
}

/** `/speech` and `/areas/:id/lexicon`. */
export function speechRoutes(app: Api, { speech, lexicons, registry, work, now }: SpeechRouteNeeds): void {
  const areaFor = (actor: Actor, areaId: AreaId = actor.areaId): AreaId => {
    demand(actor, "announcement.write", registry.tree.path(areaId));
    return areaId;
  };

  app.get(
    "/speech/voices",
    { schema: { response: { 200: VoiceList }, summary: "Voices that can speak here", tags } },
    (request) => {
      areaFor(actorOf(request));
      return speech.voices();
    },
  );

  app.post(
    "/speech/reading",
    {
      config: { idempotency: false, rateLimit: perUser(READINGS_PER_MINUTE) },
      schema: { body: ReadingRequest, response: { 200: Reading }, summary: "How a text will be read", tags },
    },
    (request) => {
      const { text, language, areaId } = request.body;
      return speech.reading(text, areaFor(actorOf(request), areaId), language);
    },
  );

  app.post(
    "/speech/preview",
    {
      config: { idempotency: false, rateLimit: perUser(PREVIEWS_PER_MINUTE) },
      schema: { body: PreviewRequest, summary: "Hear a text: WAV", tags },
    },
    async (request, reply) => {
      const areaId = areaFor(actorOf(request), request.body.areaId);
      const file = join(work, newId("preview", now()));
      const gone = untilGone(reply);
      try {
        await speech.speak({ ...request.body, areaId }, file, gone);
      } catch (error) {
        if (!gone.aborted) throw error;
        return reply.hijack();
      }
      return sendOnce(reply, file);
    },
  );

  app.get(
    "/areas/:id/lexicon",
    { schema: { params: Params, response: { 200: Lexicon }, summary: "How words are said here", tags } },
    (request) => lexicons.get(actorOf(request), request.params.id),
  );

  app.put(
    "/areas/:id/lexicon",
    {
      schema: {
        params: Params,
        body: PutLexicon,
        response: { 200: Lexicon },
        summary: "Replace the area's own entries",
        tags,
      },
    },
    (request) => lexicons.put(actorOf(request), request.params.id, request.body.items),
  );
}

const perUser = (max: number) => ({
  max,
  timeWindow: 60_000,
  hook: "preHandler" as const,
  keyGenerator: (request: FastifyRequest) => actorOf(request).userId,
});

/** Aborted when the client goes away before it has its answer. */
function untilGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.on("close", () => gone.abort());
  return gone.signal;
}

/** The file is gone once it was sent, or its sending broke off. */
function sendOnce(reply: FastifyReply, file: string): FastifyReply {
  const sound = createReadStream(file);
  sound.on("close", () => void rm(file, { force: true }));
  return reply.header("content-type", "audio/wav").header("cache-control", "no-store").send(sound);
}
