import type { User } from "@loa/protocol/http/session";
import type { Database } from "../database.ts";

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
      .select(["users.id", "users.name", "users.username", "users.role", "users.areaId"])
      .select(["sessions.createdAt", "sessions.usedAt"])
      .where("tokenHash", "=", tokenHash)
      .where("users.disabled", "=", 0)
      .executeTakeFirst();
    if (!row) return null;
    const { createdAt, usedAt, ...user } = row;
    return { user, createdAt, usedAt };
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

  /** Forgets those unused since `usedBefore` or made before `createdBefore`. */
  async prune(database: Database, usedBefore: number, createdBefore: number): Promise<void> {
    await database
      .deleteFrom("sessions")
      .where(({ eb, or }) => or([eb("usedAt", "<", usedBefore), eb("createdAt", "<", createdBefore)]))
      .execute();
  },
};
