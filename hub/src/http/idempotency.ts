import { createHash } from "node:crypto";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { hours } from "@loa/kernel/units";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Database } from "../store/database.ts";
import { type Claim, idempotency } from "../store/repositories/idempotency.ts";
import { PROBLEM_TYPE } from "./problems.ts";

const KEPT_MS = hours(24);
const LONGEST_KEY = 200;
const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

declare module "fastify" {
  interface FastifyContextConfig {
    /** `false`: answers of this route must not be stored. `best-effort`: they are, where the store takes them. */
    idempotency?: false | "best-effort";
  }
  interface FastifyRequest {
    claim: Claim | null;
  }
}

/**
 * `Idempotency-Key` on writes: the answer is stored for 24 h and given again to the same request of the same user. Faults of the
 * hub are not stored, so that a retry tries again.
 */
export class IdempotencyKeys {
  readonly #database: Database;
  readonly #clock: Clock;

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
      const settled = this.#settle(request, reply, payload);
      await (request.routeOptions.config.idempotency === "best-effort" ? settled.catch(() => {}) : settled);
      return payload;
    });
  }

  /**
   * Takes the request's key for `content`, or answers as it was answered before (true).
   * @throws CONFLICT when the key belongs to another request or its first request is still being worked on
   */
  async replay(request: FastifyRequest, reply: FastifyReply, content: string): Promise<boolean> {
    const key = request.headers["idempotency-key"];
    const { config } = request.routeOptions;
    if (
      typeof key !== "string" ||
      !request.actor ||
      !WRITES.has(request.method) ||
      config.idempotency === false
    )
      return false;
    if (key === "" || key.length > LONGEST_KEY)
      throw new LoaError("BAD_REQUEST", `Idempotency-Key has 1 to ${LONGEST_KEY} characters`);
    const claim = { scope: request.actor.userId, key };
    const fingerprint = createHash("sha256")
      .update(`${request.method} ${request.url}\n${content}`)
      .digest("hex");
    const now = this.#clock.now();
    const asked = idempotency.claim(this.#database, claim, fingerprint, now, now - KEPT_MS);
    const earlier = config.idempotency === "best-effort" ? await asked.catch(() => undefined) : await asked;
    if (earlier === undefined) return false;
    if (!earlier) {
      request.claim = claim;
      return false;
    }
    if (earlier.fingerprint !== fingerprint)
      throw new LoaError("CONFLICT", "this Idempotency-Key was used for another request");
    if (earlier.status === null)
      throw new LoaError("CONFLICT", "the first request of this key is not done yet");
    const type = earlier.status >= 400 ? PROBLEM_TYPE : "application/json; charset=utf-8";
    reply.code(earlier.status).header("idempotency-replayed", "true");
    if (earlier.body) reply.header("content-type", type);
    reply.send(earlier.body ?? "");
    return true;
  }

  /** Forgets old answers, and at start-up those requests that a crash cut off. */
  async prune(cutOff = false): Promise<void> {
    await idempotency.prune(this.#database, this.#clock.now() - KEPT_MS, cutOff);
  }

  async #settle({ claim }: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
    if (!claim) return;
    const passing = reply.statusCode >= 500 || reply.statusCode === 429;
    if (passing) await idempotency.release(this.#database, claim);
    else
      await idempotency.settle(
        this.#database,
        claim,
        reply.statusCode,
        typeof payload === "string" ? payload : null,
      );
  }
}
