import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { days, hours, minutes } from "@loa/kernel/units";
import type { LogIn, User } from "@loa/protocol/http/session";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actingBy } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { sessions } from "../store/repositories/sessions.ts";
import { users } from "../store/repositories/users.ts";
import { bearerOf } from "./bearer.ts";
import type { LoginBackoff } from "./login-backoff.ts";
import { hashPassword, needsRehash, verifyPassword } from "./passwords.ts";
import type { SecondFactors } from "./second-factor.ts";
import type { Tokens } from "./tokens.ts";

const COOKIE = "loa_session";
const IDLE_MS = hours(12);
const LONGEST_MS = days(7);
const TOUCH_EVERY_MS = minutes(10);

/** What log-ins need. */
export interface SessionNeeds {
  readonly database: Database;
  readonly clock: Clock;
  readonly backoff: LoginBackoff;
  readonly secondFactors: SecondFactors;
  readonly tokens: Tokens;
}

/** Log-ins by cookie, and tokens of integrations. A cookie's token has 256 bits; the store holds its SHA-256 only. */
export class Sessions {
  readonly #needs: SessionNeeds;
  /** Sessions that the store did not take: somebody may need to send an alert now. They end with this process. */
  readonly #unstored = new Map<string, { readonly userId: string; readonly createdAt: number }>();

  constructor(needs: SessionNeeds) {
    this.#needs = needs;
  }

  /** @throws BAD_CREDENTIALS · TOTP_REQUIRED · TOTP_INVALID · TOO_MANY_REQUESTS after repeated failures */
  async logIn(request: FastifyRequest, reply: FastifyReply, body: LogIn): Promise<User> {
    const { backoff, database, clock } = this.#needs;
    const { username } = body;
    const user = await backoff.inTurn(username, async () => {
      const user = await this.#judge(username, request.ip, body.password);
      await this.#judgeCode(user, request.ip, body.code);
      // Failures that stay on record can only make the next log-in slower.
      await backoff.succeeded(username, request.ip).catch(() => {});
      return user;
    });
    const token = randomBytes(32).toString("base64url");
    const [hash, now] = [hashOf(token), clock.now()];
    await sessions
      .insert(database, hash, user.id, now)
      .catch(() => this.#unstored.set(hash, { userId: user.id, createdAt: now }));
    reply.setCookie(COOKIE, token, { ...cookieOf(request), maxAge: LONGEST_MS / 1_000 });
    return user;
  }

  /** Whoever is logged in shows that they know the password; guesses count as those of log-ins do. @throws BAD_CREDENTIALS · TOO_MANY_REQUESTS */
  async confirmPassword(request: FastifyRequest, password: string): Promise<User> {
    const user = await this.user(request);
    if (!user) throw new LoaError("UNAUTHENTICATED", "the session has just ended");
    const { backoff } = this.#needs;
    return backoff.inTurn(user.username, () => this.#judge(user.username, request.ip, password));
  }

  /** Ends the user's sessions, but for the request's own. */
  async endOthers(transaction: Database, request: FastifyRequest, userId: string): Promise<void> {
    const token = request.cookies[COOKIE];
    for (const [hash, { userId: owner }] of this.#unstored)
      if (owner === userId && hash !== (token && hashOf(token))) this.#unstored.delete(hash);
    await sessions.endOthers(transaction, userId, token ? hashOf(token) : null);
  }

  async logOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const token = request.cookies[COOKIE];
    if (token && !this.#unstored.delete(hashOf(token)))
      await sessions.delete(this.#needs.database, hashOf(token));
    reply.clearCookie(COOKIE, cookieOf(request));
  }

  /** The user of the request's token or cookie, null when there is none or it has ended. */
  async user(request: FastifyRequest): Promise<User | null> {
    return (await this.#who(request))?.user ?? null;
  }

  /** Forgets sessions that have expired, and failures of long ago. */
  async prune(): Promise<void> {
    const { database, clock, backoff } = this.#needs;
    const now = clock.now();
    await sessions.prune(database, now - IDLE_MS, now - LONGEST_MS);
    await backoff.prune(now);
  }

  /**
   * Sets `request.actor` in every route, says whether its session stands, and lets only open ones pass without, and only people into those for people. Belongs inside the
   * API's prefix. What a token does is audited with its id.
   */
  guard(app: FastifyInstance): void {
    app.decorateRequest("actor", null);
    app.decorate("sessionStands", async (request) => (await this.#who(request)) !== null);
    app.addHook("onRequest", async (request) => {
      const who = await this.#who(request);
      const { access } = request.routeOptions.config;
      if (!who && access !== "open") throw new LoaError("UNAUTHENTICATED", "this needs a session");
      if (who?.tokenId && access === "person")
        throw new LoaError("FORBIDDEN", "a token cannot do this; log in", { token: who.tokenId });
      request.actor = who && actorOf(who);
    });
    app.addHook("preHandler", (request, _reply, done) => {
      const token = request.actor?.tokenId;
      if (token === undefined) done();
      else actingBy(token, done);
    });
  }

  async #who(request: FastifyRequest): Promise<Who | null> {
    const bearer = bearerOf(request);
    if (bearer !== undefined) return this.#needs.tokens.bearer(bearer);
    const token = request.cookies[COOKIE];
    const user = token ? await this.#bySession(hashOf(token)) : null;
    return user && { user };
  }

  async #bySession(tokenHash: string): Promise<User | null> {
    const { database, clock } = this.#needs;
    const now = clock.now();
    const unstored = this.#unstored.get(tokenHash);
    if (unstored) return this.#byUnstored(unstored, now);
    const found = await sessions.find(database, tokenHash);
    if (!found || now - found.usedAt > IDLE_MS || now - found.createdAt > LONGEST_MS) return null;
    // Who is logged in stays so, also while the store takes nothing: an alert may depend on it.
    if (now - found.usedAt > TOUCH_EVERY_MS) await sessions.touch(database, tokenHash, now).catch(() => {});
    return found.user;
  }

  async #byUnstored(session: { userId: string; createdAt: number }, now: number): Promise<User | null> {
    const account = await users.find(this.#needs.database, session.userId);
    if (!account || account.disabled || now - session.createdAt > IDLE_MS) return null;
    const { disabled: _, ...user } = account;
    return user;
  }

  async #judge(username: string, address: string, password: string): Promise<User> {
    const { database, backoff, clock } = this.#needs;
    await backoff.check(username, address, clock.now());
    const found = await users.byUsername(database, username);
    if (!(await verifyPassword(password, found?.passwordHash ?? null)) || !found) {
      await backoff.failed("password", username, address, clock.now());
      throw new LoaError("BAD_CREDENTIALS", "user name or password is wrong");
    }
    // What the store does not take now is hashed anew at a later log-in.
    if (needsRehash(found.passwordHash))
      await users.rehash(database, found.passwordHash, await hashPassword(password)).catch(() => {});
    return found.user;
  }

  async #judgeCode({ id, username, totp }: User, address: string, code: string | undefined): Promise<void> {
    if (!totp) return;
    const { secondFactors, backoff, clock } = this.#needs;
    if (code === undefined) throw new LoaError("TOTP_REQUIRED", "this account has a second factor");
    try {
      await secondFactors.use(id, code);
    } catch (error) {
      await backoff.failed("code", username, address, clock.now());
      throw error;
    }
  }
}

interface Who {
  readonly user: User;
  readonly tokenId?: string;
}

const actorOf = ({ user: { id, name, role, areaId }, tokenId }: Who) => ({
  ...{ userId: id, name, role, areaId },
  ...(tokenId !== undefined && { tokenId }),
});

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

function cookieOf(request: FastifyRequest) {
  return { path: "/", httpOnly: true, sameSite: "strict" as const, secure: request.protocol === "https" };
}
