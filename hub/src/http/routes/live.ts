import type { WebSocket } from "@fastify/websocket";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { seconds } from "@loa/kernel/units";
import {
  CreateLive,
  LiveDetail,
  LiveFromSpeaker,
  LiveList,
  LiveQuery,
  UpdateLive,
} from "@loa/protocol/http/live";
import { SessionId } from "@loa/protocol/live-session";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { Value } from "typebox/value";
import type { SpeakerSocket } from "../../live/live-voice.ts";
import type { Lives } from "../../live/lives.ts";
import { type Api, actorOf } from "../api.ts";
import { cursorOf, keyOf, PAGE } from "../paging.ts";
import { foreignOrigin } from "../same-origin.ts";
import { sendRange } from "../send-range.ts";

const Params = Type.Object({ id: SessionId });
const tags = ["live"];
const BEAT_EVERY_MS = seconds(5);
/** A speaker whose own link is frozen is told nothing until it has drained. */
const FROZEN_AT_BYTES = 1_000_000;
/** Of a WebSocket: policy violation. Source: RFC 6455, 7.4.1 */
const LOGGED_OUT = 1008;

/** What the routes of live speech need. */
export interface LiveRouteNeeds {
  readonly lives: Lives;
  readonly clock: Clock;
}

/** `/live`. */
export function liveRoutes(app: Api, needs: LiveRouteNeeds): void {
  const { lives } = needs;
  app.get(
    "/live",
    {
      schema: {
        querystring: LiveQuery,
        response: { 200: LiveList },
        summary: "Live speech, newest first",
        tags,
      },
    },
    async (request) => {
      const { state, cursor, limit = PAGE } = request.query;
      const found = await lives.list(actorOf(request), state, keyOf(cursor), limit + 1);
      const last = found[limit - 1];
      const next = found.length > limit && last ? cursorOf(last.place) : null;
      return { items: found.slice(0, limit).map(({ live }) => live), next };
    },
  );

  app.post(
    "/live",
    {
      // A store that takes nothing must not hold up the voice of an alert.
      config: { access: "person" },
      schema: { body: CreateLive, response: { 201: LiveDetail }, summary: "Speak live", tags },
    },
    async (request, reply) => reply.code(201).send(await lives.create(actorOf(request), request.body)),
  );

  app.delete(
    "/live/:id",
    { schema: { params: Params, response: { 200: LiveDetail }, summary: "End live speech", tags } },
    (request) => lives.end(actorOf(request), request.params.id),
  );

  app.patch(
    "/live/:id",
    {
      schema: {
        params: Params,
        body: UpdateLive,
        response: { 200: LiveDetail },
        summary: "Write down what was said",
        tags,
      },
    },
    (request) => lives.transcribe(actorOf(request), request.params.id, request.body.transcript),
  );

  app.get(
    "/live/:id/audio",
    { schema: { params: Params, summary: "What was said, Ogg Opus", tags } },
    async (request, reply) => {
      const { path, sha256 } = await lives.recording(actorOf(request), request.params.id);
      const offer = { path, type: "audio/ogg", etag: sha256, cacheControl: "private, no-cache" };
      return sendRange(request, reply, offer);
    },
  );

  speakerRoute(app, needs);
}

/** `GET /live/:id`, and the speaker's connection under the same address. */
function speakerRoute(app: Api, { lives, clock }: LiveRouteNeeds): void {
  app.route({
    method: "GET",
    url: "/live/:id",
    schema: {
      params: Params,
      response: { 200: LiveDetail },
      summary: "One, by station; WebSocket: speak",
      tags,
    },
    preHandler: async (request) => {
      if (!request.ws) return;
      if (actorOf(request).tokenId !== undefined)
        throw new LoaError("FORBIDDEN", "a token cannot speak; log in");
      if (foreignOrigin(request)) throw new LoaError("FORBIDDEN", "another web site asked for this");
      await lives.demandSpeaker(actorOf(request), request.params.id);
    },
    handler: (request) => lives.detail(actorOf(request), request.params.id),
    wsHandler: (socket: WebSocket, request: FastifyRequest) => {
      const { id } = request.params as { id: string };
      // A store that does not answer ends nobody's speech.
      const stands = () => app.sessionStands(request).catch(() => true);
      speak(socket, id, { lives, clock, stands });
    },
  });
}

interface Speaking extends LiveRouteNeeds {
  readonly stands: () => Promise<boolean>;
}

function speak(socket: WebSocket, id: string, { lives, clock, stands }: Speaking): void {
  const line: SpeakerSocket = {
    send: (text) => {
      if (socket.readyState === socket.OPEN && socket.bufferedAmount < FROZEN_AT_BYTES) socket.send(text);
    },
    close: () => socket.close(1000),
  };
  socket.on("error", () => socket.terminate());
  const voice = lives.connect(id, line);
  if (!voice) return;
  const look = async () => {
    if (await stands()) return;
    // A browser that does not close its side is heard no longer either.
    voice.disconnected(line);
    socket.close(LOGGED_OUT);
  };
  const endBeat = heartbeat(socket, clock, look);
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary) return voice.hear(line, data);
    const said = parsed(data.toString());
    if (said?.kind === "ping") line.send(JSON.stringify({ kind: "pong", t: said.t }));
    if (said?.kind === "end") lives.spoken(id).catch(() => socket.terminate());
  });
  socket.on("close", () => {
    endBeat();
    voice.disconnected(line);
  });
}

/** Closes a connection whose other end has gone without a word; `look` is called with each beat, and never fails. */
function heartbeat(socket: WebSocket, clock: Clock, look: () => Promise<void>): () => void {
  let alive = true;
  socket.on("pong", () => {
    alive = true;
  });
  socket.on("message", () => {
    alive = true;
  });
  return clock.every("speaker's heartbeat", BEAT_EVERY_MS, () => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
    void look();
  });
}

function parsed(text: string): LiveFromSpeaker | null {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(LiveFromSpeaker, value) ? value : null;
  } catch {
    return null;
  }
}
