import type { User } from "@loa/protocol/http/session";
import type { Insertable } from "kysely";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

/** Rows of accounts. */
export const users = {
  async insert(database: Database, user: Insertable<DeskTables["users"]>): Promise<void> {
    await database
      .insertInto("users")
      .values({ ...user, createdAt: Math.round(user.createdAt) })
      .execute();
  },

  /** An account that may log in, with its password's hash. */
  async byUsername(database: Database, username: string): Promise<(User & { passwordHash: string }) | null> {
    const row = await database
      .selectFrom("users")
      .select(["id", "name", "username", "role", "areaId", "passwordHash"])
      .where("username", "=", username)
      .where("disabled", "=", 0)
      .executeTakeFirst();
    return row ?? null;
  },

  /** Whether demo accounts exist. */
  async hasDemo(database: Database): Promise<boolean> {
    const row = await database.selectFrom("users").select("id").where("demo", "=", 1).executeTakeFirst();
    return row !== undefined;
  },

  async setPassword(database: Database, username: string, passwordHash: string): Promise<void> {
    await database.updateTable("users").set({ passwordHash }).where("username", "=", username).execute();
  },

  async count(database: Database): Promise<number> {
    const { n } = await database
      .selectFrom("users")
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    return n;
  },
};
