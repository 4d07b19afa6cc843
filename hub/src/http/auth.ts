import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { days, hours, minutes } from "@loa/kernel/units";
import type { User } from "@loa/protocol/http/session";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Database } from "../store/database.ts";
import { sessions } from "../store/repositories/sessions.ts";
import { users } from "../store/repositories/users.ts";
import { LoginBackoff } from "./login-backoff.ts";
import { verifyPassword } from "./passwords.ts";

const COOKIE = "loa_session";
const IDLE_MS = hours(12);
const LONGEST_MS = days(7);
const TOUCH_EVERY_MS = minutes(10);

/** Log-ins by cookie. The token has 256 bits; the store holds its SHA-256 only. */
export class Sessions {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #backoff = new LoginBackoff();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** @throws BAD_CREDENTIALS; TOO_MANY_REQUESTS after repeated failures */
  async logIn(
    request: FastifyRequest,
    reply: FastifyReply,
    username: string,
    password: string,
  ): Promise<User> {
    this.#backoff.check(username, request.ip, this.#clock.now());
    const found = await users.byUsername(this.#database, username);
    if (!(await verifyPassword(password, found?.passwordHash ?? null)) || !found) {
      this.#backoff.failed(username, request.ip, this.#clock.now());
      throw new LoaError("BAD_CREDENTIALS", "user name or password is wrong");
    }
    this.#backoff.succeeded(username, request.ip);
    const token = randomBytes(32).toString("base64url");
    await sessions.insert(this.#database, hashOf(token), found.id, this.#clock.now());
    reply.setCookie(COOKIE, token, { ...cookieOf(request), maxAge: LONGEST_MS / 1_000 });
    const { passwordHash: _, ...user } = found;
    return user;
  }

  async logOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const token = request.cookies[COOKIE];
    if (token) await sessions.delete(this.#database, hashOf(token));
    reply.clearCookie(COOKIE, cookieOf(request));
  }

  /** The user of the request's cookie, null when there is none or it has expired. */
  async user(request: FastifyRequest): Promise<User | null> {
    const token = request.cookies[COOKIE];
    if (!token) return null;
    const found = await sessions.find(this.#database, hashOf(token));
    const now = this.#clock.now();
    if (!found || now - found.usedAt > IDLE_MS || now - found.createdAt > LONGEST_MS) return null;
    if (now - found.usedAt > TOUCH_EVERY_MS) await sessions.touch(this.#database, hashOf(token), now);
    return found.user;
  }

  /** Forgets sessions that have expired. */
  async prune(): Promise<void> {
    const now = this.#clock.now();
    await sessions.prune(this.#database, now - IDLE_MS, now - LONGEST_MS);
  }

  /** Sets `request.actor` in every route, and lets only open ones pass without. Belongs inside the API's prefix. */
  guard(app: FastifyInstance): void {
    app.decorateRequest("actor", null);
    app.addHook("onRequest", async (request) => {
      const user = await this.user(request);
      request.actor = user && { userId: user.id, name: user.name, role: user.role, areaId: user.areaId };
      if (!user && request.routeOptions.config.access !== "open")
        throw new LoaError("UNAUTHENTICATED", "this needs a session");
    });
  }
}

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

function cookieOf(request: FastifyRequest) {
  return { path: "/", httpOnly: true, sameSite: "strict" as const, secure: request.protocol === "https" };
}
