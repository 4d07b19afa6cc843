import { access } from "node:fs/promises";
import type { TLSSocket } from "node:tls";
import rateLimit from "@fastify/rate-limit";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import { EnrolAnswer, EnrolRequest } from "@loa/protocol/enrolment";
import { Sha256 } from "@loa/protocol/identity";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { StationGate } from "../broker/access.ts";
import { peerCertificate } from "../broker/peer-certificate.ts";
import type { Enrolment } from "../link/enrolment.ts";
import type { ServerIdentity } from "../trust/hub-trust.ts";
import type { Api } from "./api.ts";
import { answerProblems } from "./problems.ts";
import { sendRange } from "./send-range.ts";
import { TriesPerMinute } from "./tries-per-minute.ts";
import { checkRequests } from "./validation.ts";

const TRIES_PER_MINUTE = 20;
const REFUSALS_PER_MINUTE = 100;
const REQUESTS_PER_MINUTE = 6_000;

/** What the station-side server needs. */
export interface StationServerParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** null: plain HTTP, on loopback alone; stations then prove themselves by their secret. */
  readonly tls: (ServerIdentity & { readonly ca: string }) | null;
  readonly gate: StationGate;
  readonly enrolment: Enrolment;
  readonly assets: { path(sha256: string): string };
}

/** The server that stations alone talk to: enrolment, which needs no certificate yet, and audio, which does. */
export async function createStationServer(parts: StationServerParts): Promise<FastifyInstance> {
  const { clock, log, tls } = parts;
  const app = fastify({
    ...(tls && { https: { ...tls, requestCert: true, rejectUnauthorized: false, minVersion: "TLSv1.2" } }),
    logger: false,
    genReqId: () => newId("req", clock.now()),
    bodyLimit: 16_384,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(checkRequests);
  answerProblems(app, log);
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    errorResponseBuilder: (_, { after }) =>
      new LoaError("TOO_MANY_REQUESTS", `too many requests; wait ${after}`),
  });
  enrolRoute(app as unknown as Api, parts);
  assetRoute(app as unknown as Api, parts);
  return app;
}

/**
 * Many stations may share an address behind one router, and a province may enrol all at once: a code that fits counts against
 * its station alone, one that does not against its address too.
 */
function enrolRoute(app: Api, { enrolment, clock }: StationServerParts): void {
  const tries = new TriesPerMinute(TRIES_PER_MINUTE, clock);
  const refusals = new TriesPerMinute(REFUSALS_PER_MINUTE, clock);
  app.post(
    "/api/v1/enrol",
    { schema: { body: EnrolRequest, response: { 200: EnrolAnswer } }, config: { rateLimit: false } },
    async (request) => {
      const { station } = request.body;
      if (tries.count(station) || refusals.isUsedUp(request.ip))
        throw new LoaError("TOO_MANY_REQUESTS", `too many enrolments of ${station}; wait a minute`, {
          station,
        });
      try {
        return await enrolment.enrol(request.body);
      } catch (error) {
        refusals.count(request.ip);
        throw error;
      }
    },
  );
}

function assetRoute(app: Api, { assets, gate, tls }: StationServerParts): void {
  app.get(
    "/assets/:sha256",
    {
      schema: { params: Type.Object({ sha256: Sha256 }) },
    },
    async (request, reply) => {
      const { sha256 } = request.params;
      if (identify(request, gate, tls !== null) === null) {
        gate.refused({ station: request.ip, action: "assets", subject: sha256, reason: "no certificate" });
        throw new LoaError("STATION_CERTIFICATE_REQUIRED", "audio is given to enrolled stations alone");
      }
      const path = assets.path(sha256);
      await access(path).catch((cause: unknown) => {
        throw new LoaError("NOT_FOUND", `there is no asset ${sha256}`, { sha256 }, { cause });
      });
      const cacheControl = "private, max-age=31536000, immutable";
      return sendRange(request, reply, { path, type: "audio/ogg", etag: sha256, cacheControl });
    },
  );
}

function identify(request: FastifyRequest, gate: StationGate, overTls: boolean): string | null {
  if (overTls) {
    const certificate = peerCertificate(request.raw.socket as TLSSocket);
    return certificate && gate.byCertificate(certificate);
  }
  const match = /^Station ([a-z0-9-]+):([0-9a-f]{64})$/.exec(request.raw.headers.authorization ?? "");
  return match ? gate.byProof(match[1]!, "assets", match[2]!) : null;
}
