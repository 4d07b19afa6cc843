import type { User } from "@loa/protocol/http/session";
import type { Token } from "@loa/protocol/http/users";
import type { Database } from "../database.ts";
import { USER, userOf } from "./users.ts";

/** Rows of integrations' tokens; the token itself is never stored. */
export const tokens = {
  async insert(database: Database, userId: string, hash: string, token: Token): Promise<void> {
    await database
      .insertInto("tokens")
      .values({ ...token, userId, hash })
      .execute();
  },

  /** One's own, oldest first. */
  of(database: Database, userId: string): Promise<Token[]> {
    return database
      .selectFrom("tokens")
      .select(["id", "name", "createdAt", "usedAt", "expiresAt"])
      .where("userId", "=", userId)
      .orderBy("id")
      .execute();
  },

  /** Token and owner, unless the account was disabled. */
  async find(database: Database, hash: string): Promise<{ user: User; token: Token } | null> {
    const row = await database
      .selectFrom("tokens")
      .innerJoin("users", "users.id", "tokens.userId")
      .select(USER)
      .select(["tokens.id as tokenId", "tokens.name as tokenName"])
      .select(["tokens.createdAt", "tokens.usedAt", "tokens.expiresAt"])
      .where("hash", "=", hash)
      .where("users.disabled", "=", 0)
      .executeTakeFirst();
    if (!row) return null;
    const { tokenId, tokenName, createdAt, usedAt, expiresAt, ...user } = row;
    return { user: userOf(user), token: { id: tokenId, name: tokenName, createdAt, usedAt, expiresAt } };
  },

  async touch(database: Database, id: string, now: number): Promise<void> {
    await database
      .updateTable("tokens")
      .set({ usedAt: Math.round(now) })
      .where("id", "=", id)
      .execute();
  },

  /** Whether there was one. */
  async delete(database: Database, userId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await database
      .deleteFrom("tokens")
      .where("userId", "=", userId)
      .where("id", "=", id)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  },
};
