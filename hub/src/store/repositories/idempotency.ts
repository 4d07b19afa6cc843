import type { Selectable } from "kysely";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

/** A key of one user. */
export interface Claim {
  readonly scope: string;
  readonly key: string;
}

/** Rows of answered requests. */
export const idempotency = {
  /** Takes a key (null), or finds what it was taken for since `oldest`. */
  claim(
    database: Database,
    { scope, key }: Claim,
    fingerprint: string,
    now: number,
    oldest: number,
  ): Promise<Selectable<DeskTables["idempotency"]> | null> {
    return database.transaction().execute(async (transaction) => {
      const found = await transaction
        .selectFrom("idempotency")
        .selectAll()
        .where("scope", "=", scope)
        .where("key", "=", key)
        .executeTakeFirst();
      if (found && found.createdAt >= oldest) return found;
      await transaction
        .replaceInto("idempotency")
        .values({ scope, key, fingerprint, status: null, body: null, createdAt: Math.round(now) })
        .execute();
      return null;
    });
  },

  async settle(
    database: Database,
    { scope, key }: Claim,
    status: number,
    body: string | null,
  ): Promise<void> {
    await database
      .updateTable("idempotency")
      .set({ status, body })
      .where("scope", "=", scope)
      .where("key", "=", key)
      .execute();
  },

  async release(database: Database, { scope, key }: Claim): Promise<void> {
    await database.deleteFrom("idempotency").where("scope", "=", scope).where("key", "=", key).execute();
  },

  async prune(database: Database, before: number, unanswered: boolean): Promise<void> {
    await database.deleteFrom("idempotency").where("createdAt", "<", before).execute();
    if (unanswered) await database.deleteFrom("idempotency").where("status", "is", null).execute();
  },
};
