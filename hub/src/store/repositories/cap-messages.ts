import type { UnixMs } from "@loa/kernel/clock";
import type { CapRecord } from "../../core/cap-record.ts";
import type { LineDatabase } from "./line-tables.ts";

/** Rows of `cap_messages`. */
export const capMessages = {
  /** In one transaction. */
  async save(db: LineDatabase, records: readonly CapRecord[]): Promise<void> {
    await db.transaction().execute(async (transaction) => {
      for (const record of records) {
        const { id, receivedAt, source, areaId, sha256, fate } = record;
        const values = { source, areaId, sha256, fate, bodyJson: JSON.stringify(record) };
        await transaction
          .insertInto("capMessages")
          .values({ id, receivedAt: Math.floor(receivedAt), ...values })
          .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
          .execute();
      }
    });
  },

  /** Those that came since, and those that still wait for their time, oldest first. */
  async since(db: LineDatabase, since: UnixMs): Promise<CapRecord[]> {
    const rows = await db
      .selectFrom("capMessages")
      .select("bodyJson")
      .where((where) => where.or([where("receivedAt", ">=", Math.floor(since)), where("fate", "=", "due")]))
      .orderBy("id")
      .execute();
    return rows.map(recordOf);
  },

  /** Those before the one of id `before` (all: undefined) of the fates (all: undefined), newest first. */
  async before(
    db: LineDatabase,
    before: string | undefined,
    fates: readonly string[] | undefined,
    limit: number,
  ): Promise<CapRecord[]> {
    let query = db.selectFrom("capMessages").select("bodyJson");
    if (before !== undefined) query = query.where("id", "<", before);
    if (fates !== undefined) query = query.where("fate", "in", [...fates]);
    return (await query.orderBy("id", "desc").limit(limit).execute()).map(recordOf);
  },

  async forgetBefore(db: LineDatabase, time: UnixMs): Promise<void> {
    await db
      .deleteFrom("capMessages")
      .where("receivedAt", "<", Math.floor(time))
      .where("fate", "!=", "due")
      .execute();
  },
};

const recordOf = ({ bodyJson }: { bodyJson: string }) => JSON.parse(bodyJson) as CapRecord;
