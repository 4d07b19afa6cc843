import type { Database } from "../database.ts";

/** A key of one user. */
export interface Claim {
  readonly scope: string;
  readonly key: string;
}

/** What a request of this fingerprint was answered at `createdAt` (Unix ms). `body`: null where it had none. */
export interface Answer {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string | null;
  readonly createdAt: number;
}

/** Rows of answered requests. */
export const idempotency = {
  async find(database: Database, { scope, key }: Claim): Promise<Answer | null> {
    const found = await database
      .selectFrom("idempotency")
      .select(["fingerprint", "status", "body", "createdAt"])
      .where("scope", "=", scope)
      .where("key", "=", key)
      .executeTakeFirst();
    return found?.status == null ? null : { ...found, status: found.status };
  },

  async keep(database: Database, { scope, key }: Claim, answer: Answer): Promise<void> {
    await database
      .replaceInto("idempotency")
      .values({ scope, key, ...answer })
      .execute();
  },

  async prune(database: Database, before: number): Promise<void> {
    await database.deleteFrom("idempotency").where("createdAt", "<", before).execute();
  },
};
