import type { Selectable } from "kysely";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

/** Failed log-ins under one key. */
export type LoginFailures = Selectable<DeskTables["loginFailures"]>;

/** Rows of failed log-ins. */
export const loginFailures = {
  async find(database: Database, keys: readonly string[]): Promise<LoginFailures[]> {
    return database.selectFrom("loginFailures").selectAll().where("key", "in", keys).execute();
  },

  async save(database: Database, row: LoginFailures): Promise<void> {
    const { key: _, ...values } = row;
    await database
      .insertInto("loginFailures")
      .values(row)
      .onConflict((conflict) => conflict.column("key").doUpdateSet(values))
      .execute();
  },

  async forget(database: Database, keys: readonly string[]): Promise<void> {
    await database.deleteFrom("loginFailures").where("key", "in", keys).execute();
  },

  async forgetAccount(database: Database, username: string): Promise<void> {
    await database.deleteFrom("loginFailures").where("username", "=", username).execute();
  },

  /** Until when accounts are locked somewhere, by user name in lower case; those that are not are left out. */
  async locked(database: Database, now: number): Promise<Map<string, number>> {
    const rows = await database
      .selectFrom("loginFailures")
      .select(({ fn }) => ["username", fn.max("lockedUntil").as("until")])
      .where("username", "is not", null)
      .where("lockedUntil", ">", Math.round(now))
      .groupBy("username")
      .execute();
    return new Map(rows.map(({ username, until }) => [username as string, until]));
  },

  /** Forgets those whose last failure was before `before`, and locks nothing any more. */
  async prune(database: Database, before: number, now: number): Promise<void> {
    await database
      .deleteFrom("loginFailures")
      .where("lastAt", "<", Math.round(before))
      .where("lockedUntil", "<=", Math.round(now))
      .execute();
  },
};
