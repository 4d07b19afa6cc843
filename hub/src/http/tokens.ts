import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import { minutes } from "@loa/kernel/units";
import type { User } from "@loa/protocol/http/session";
import type { CreateToken, NewToken, Token } from "@loa/protocol/http/users";
import type { Actor } from "../ports.ts";
import type { ChainedAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { tokens } from "../store/repositories/tokens.ts";

const PREFIX = "loa_";
const BYTES = 32;
const TOUCH_EVERY_MS = minutes(1);
const MOST_OF_ONE = 50;

/** Tokens of integrations: 256 bits each, of which the store holds the SHA-256. A token acts as its owner, by the owner's rights of now. */
export class Tokens {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #audit: ChainedAudit;

  constructor(database: Database, clock: Clock, audit: ChainedAudit) {
    this.#database = database;
    this.#clock = clock;
    this.#audit = audit;
  }

  /** @throws CONFLICT when somebody has too many · BAD_REQUEST when it would end before it begins */
  async create({ userId }: Actor, { name, expiresAt = null }: CreateToken): Promise<NewToken> {
    const now = Math.round(this.#clock.now());
    if (expiresAt !== null && expiresAt <= now)
      throw new LoaError("BAD_REQUEST", "the token would end before it begins");
    const secret = `${PREFIX}${randomBytes(BYTES).toString("base64url")}`;
    const token: Token = {
      id: newId("token", now),
      name,
      createdAt: now,
      usedAt: null,
      expiresAt: expiresAt && Math.round(expiresAt),
    };
    await this.#database.transaction().execute(async (transaction) => {
      if ((await tokens.of(transaction, userId)).length >= MOST_OF_ONE)
        throw new LoaError("CONFLICT", `nobody needs more than ${MOST_OF_ONE} tokens; remove some`);
      await tokens.insert(transaction, userId, hashOf(secret), token);
      const detail = { name, expiresAt };
      await this.#audit.recordIn(transaction, {
        actor: userId,
        action: "token.create",
        subject: token.id,
        detail,
      });
    });
    return { ...token, token: secret };
  }

  list({ userId }: Actor): Promise<Token[]> {
    return tokens.of(this.#database, userId);
  }

  /** @throws NOT_FOUND */
  async remove({ userId }: Actor, id: string): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      if (!(await tokens.delete(transaction, userId, id)))
        throw new LoaError("NOT_FOUND", "you have no such token");
      await this.#audit.recordIn(transaction, { actor: userId, action: "token.remove", subject: id });
    });
  }

  /** Owner and id of a token that was presented; null when it is no token of ours, has ended, or its owner may not log in. */
  async bearer(secret: string): Promise<{ user: User; tokenId: string } | null> {
    const found = secret.startsWith(PREFIX) ? await tokens.find(this.#database, hashOf(secret)) : null;
    if (!found) return null;
    const { user, token } = found;
    const now = this.#clock.now();
    if (token.expiresAt !== null && now >= token.expiresAt) return null;
    // Also while the store takes nothing: an alert may depend on it.
    if (token.usedAt === null || now - token.usedAt >= TOUCH_EVERY_MS)
      await tokens.touch(this.#database, token.id, now).catch(() => {});
    return { user, tokenId: token.id };
  }
}

const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");
