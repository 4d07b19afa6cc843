import type { User } from "@loa/protocol/http/session";
import type { Database } from "../database.ts";
import { USER, userOf } from "./users.ts";

/** Rows of log-ins; the token itself is never stored. */
export const sessions = {
  async insert(database: Database, tokenHash: string, userId: string, now: number): Promise<void> {
    const at = Math.round(now);
    await database.insertInto("sessions").values({ tokenHash, userId, createdAt: at, usedAt: at }).execute();
  },

  /** Session and user, unless the account was disabled. */
  async find(
    database: Database,
    tokenHash: string,
  ): Promise<{ user: User; createdAt: number; usedAt: number } | null> {
    const row = await database
      .selectFrom("sessions")
      .innerJoin("users", "users.id", "sessions.userId")
      .select(USER)
      .select(["sessions.createdAt", "sessions.usedAt"])
      .where("tokenHash", "=", tokenHash)
      .where("users.disabled", "=", 0)
      .executeTakeFirst();
    if (!row) return null;
    const { createdAt, usedAt, ...user } = row;
    return { user: userOf(user), createdAt, usedAt };
  },

  async touch(database: Database, tokenHash: string, now: number): Promise<void> {
    await database
      .updateTable("sessions")
      .set({ usedAt: Math.round(now) })
      .where("tokenHash", "=", tokenHash)
      .execute();
  },

  async delete(database: Database, tokenHash: string): Promise<void> {
    await database.deleteFrom("sessions").where("tokenHash", "=", tokenHash).execute();
  },

  /** Ends an account's sessions, but for one. */
  async endOthers(database: Database, userId: string, keptHash: string | null): Promise<void> {
    let query = database.deleteFrom("sessions").where("userId", "=", userId);
    if (keptHash !== null) query = query.where("tokenHash", "!=", keptHash);
    await query.execute();
  },

  /** Forgets those unused since `usedBefore` or made before `createdBefore`. */
  async prune(database: Database, usedBefore: number, createdBefore: number): Promise<void> {
    await database
      .deleteFrom("sessions")
      .where(({ eb, or }) => or([eb("usedAt", "<", usedBefore), eb("createdAt", "<", createdBefore)]))
      .execute();
  },
};
