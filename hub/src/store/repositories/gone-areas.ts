import type { AreaId } from "@loa/protocol/identity";
import type { Database } from "../database.ts";

/** Ids of areas that are no more. They are never given again. */
export const goneAreas = {
  async insert(database: Database, id: AreaId, underId: AreaId | null, at: number): Promise<void> {
    await database
      .insertInto("goneAreas")
      .values({ id, underId, at: Math.round(at) })
      .execute();
  },

  /** The area it went up in or lay in, null for none; undefined where the id never went. */
  async under(database: Database, id: AreaId): Promise<AreaId | null | undefined> {
    const row = await database
      .selectFrom("goneAreas")
      .select("underId")
      .where("id", "=", id)
      .executeTakeFirst();
    return row?.underId;
  },
};
