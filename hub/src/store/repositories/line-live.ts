import type { LiveRecord } from "../../core/live.ts";
import type { LineDatabase } from "./line-tables.ts";

/** Where a record lies in the order of time: sorts as text. */
export const placeOf = ({ createdAt, id }: Pick<LiveRecord, "createdAt" | "id">): string =>
  `${String(Math.floor(createdAt)).padStart(15, "0")}-${id}`;

/** Rows of `live`. */
export const lineLive = {
  async save(db: LineDatabase, record: LiveRecord): Promise<void> {
    const { id, endedAt } = record;
    const values = {
      endedAt: endedAt === null ? null : Math.round(endedAt),
      bodyJson: JSON.stringify(record),
    };
    await db
      .insertInto("live")
      .values({ id, place: placeOf(record), ...values })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
      .execute();
  },

  async get(db: LineDatabase, id: string): Promise<LiveRecord | null> {
    const row = await db.selectFrom("live").select("bodyJson").where("id", "=", id).executeTakeFirst();
    return row ? (JSON.parse(row.bodyJson) as LiveRecord) : null;
  },

  /** Those that did not end: a hub that starts finds what another left. */
  async open(db: LineDatabase): Promise<LiveRecord[]> {
    const rows = await db.selectFrom("live").select("bodyJson").where("endedAt", "is", null).execute();
    return rows.map((row) => JSON.parse(row.bodyJson) as LiveRecord);
  },

  /** Those before a place (all: undefined), newest first. */
  async before(db: LineDatabase, before: string | undefined, limit: number): Promise<LiveRecord[]> {
    let query = db.selectFrom("live").select("bodyJson");
    if (before !== undefined) query = query.where("place", "<", before);
    const rows = await query.orderBy("place", "desc").limit(limit).execute();
    return rows.map((row) => JSON.parse(row.bodyJson) as LiveRecord);
  },
};
