import { createHash } from "node:crypto";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { hours } from "@loa/kernel/units";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Database } from "../store/database.ts";
import { type Answer, type Claim, idempotency } from "../store/repositories/idempotency.ts";
import { PROBLEM_TYPE } from "./problems.ts";

const KEPT_MS = hours(24);
const LONGEST_KEY = 200;
const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Answers that the store did not take; some are large. */
const MOST_UNSTORED = 100;

declare module "fastify" {
  interface FastifyContextConfig {
    /** `false`: answers of this route must not be stored. */
    idempotency?: false;
  }
  interface FastifyRequest {
    claim: Asked | null;
  }
}

/** A request by its key. */
interface Asked extends Claim {
  readonly fingerprint: string;
}

/**
 * `Idempotency-Key` on writes: the answer is stored for 24 h and given again to the same request of the same user. Faults of the
 * hub are not stored, so that a retry tries again. What the store does not take is kept in memory: a full disk doubles no alert.
 */
export class IdempotencyKeys {
  readonly #database: Database;
  readonly #clock: Clock;
  /** Fingerprints of requests that are being worked on. */
  readonly #underWay = new Map<string, string>();
  /** Oldest first. */
  readonly #unstored = new Map<string, Answer>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Covers every write of the scope. Uploads call `replay` themselves, once they know their content. */
  guard(app: FastifyInstance): void {
    app.decorateRequest("claim", null);
    app.addHook("preHandler", async (request, reply) => {
      if (request.isMultipart()) return;
      if (await this.replay(request, reply, JSON.stringify(request.body ?? null))) return reply;
    });
    app.addHook("onSend", async (request, reply, payload) => {
      await this.#settle(request, reply, payload);
      return payload;
    });
  }

  /**
   * Takes the request's key for `content`, or answers as it was answered before (true).
   * @throws CONFLICT when the key belongs to another request or its first request is still being worked on
   */
  async replay(request: FastifyRequest, reply: FastifyReply, content: string): Promise<boolean> {
    const key = request.headers["idempotency-key"];
    if (
      typeof key !== "string" ||
      !request.actor ||
      !WRITES.has(request.method) ||
      request.routeOptions.config.idempotency === false
    )
      return false;
    if (key === "" || key.length > LONGEST_KEY)
      throw new LoaError("BAD_REQUEST", `Idempotency-Key has 1 to ${LONGEST_KEY} characters`);
    const fingerprint = createHash("sha256")
      .update(`${request.method} ${request.url}\n${content}`)
      .digest("hex");
    const asked: Asked = { scope: request.actor.userId, key, fingerprint };
    const earlier = await this.#take(asked);
    if (!earlier) {
      request.claim = asked;
      return false;
    }
    demandSame(earlier.fingerprint, asked);
    const type = earlier.status >= 400 ? PROBLEM_TYPE : "application/json; charset=utf-8";
    reply.code(earlier.status).header("idempotency-replayed", "true");
    if (earlier.body) reply.header("content-type", type);
    reply.send(earlier.body ?? "");
    return true;
  }

  /** Forgets old answers. */
  async prune(): Promise<void> {
    const oldest = this.#clock.now() - KEPT_MS;
    for (const [id, { createdAt }] of this.#unstored) if (createdAt < oldest) this.#unstored.delete(id);
    await idempotency.prune(this.#database, oldest);
  }

  /** Takes a key (null), or finds what was answered before. @throws CONFLICT as `replay` */
  async #take(asked: Asked): Promise<Answer | null> {
    const id = idOf(asked);
    const other = this.#underWay.get(id);
    if (other !== undefined) {
      demandSame(other, asked);
      throw new LoaError("CONFLICT", "the first request of this key is not done yet");
    }
    this.#underWay.set(id, asked.fingerprint);
    // Who cannot be told what was answered before is served all the same: an alert may depend on it.
    const found = this.#unstored.get(id) ?? (await idempotency.find(this.#database, asked).catch(() => null));
    if (!found || found.createdAt < this.#clock.now() - KEPT_MS) return null;
    this.#underWay.delete(id);
    return found;
  }

  async #settle({ claim }: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
    if (!claim) return;
    const { fingerprint } = claim;
    const { statusCode: status } = reply;
    if (status < 500 && status !== 429) {
      const body = typeof payload === "string" ? payload : null;
      const answer = { fingerprint, status, body, createdAt: Math.round(this.#clock.now()) };
      await idempotency.keep(this.#database, claim, answer).catch(() => this.#remember(claim, answer));
    }
    this.#underWay.delete(idOf(claim));
  }

  #remember(claim: Claim, answer: Answer): void {
    const [oldest] = this.#unstored.keys();
    if (oldest !== undefined && this.#unstored.size >= MOST_UNSTORED) this.#unstored.delete(oldest);
    this.#unstored.set(idOf(claim), answer);
  }
}

const idOf = ({ scope, key }: Claim) => `${scope} ${key}`;

function demandSame(fingerprint: string, asked: Asked): void {
  if (fingerprint !== asked.fingerprint)
    throw new LoaError("CONFLICT", "this Idempotency-Key was used for another request");
}
