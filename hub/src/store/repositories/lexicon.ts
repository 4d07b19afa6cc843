import type { LexiconEntry } from "@loa/protocol/http/speech";
import type { AreaId } from "@loa/protocol/identity";
import type { Database } from "../database.ts";

/** An entry and the form in which it is compared. */
export interface KeyedEntry extends LexiconEntry {
  readonly key: string;
}

/** Rows of the lexicons. */
export const lexicons = {
  /** Entries of these areas, each area's in its own order. */
  async of(database: Database, areaIds: readonly AreaId[]): Promise<(LexiconEntry & { areaId: AreaId })[]> {
    const rows = await database
      .selectFrom("lexicon")
      .select(["areaId", "written", "spoken"])
      .where("areaId", "in", areaIds)
      .orderBy("position")
      .execute();
    const byArea = Map.groupBy(rows, ({ areaId }) => areaId);
    return areaIds.flatMap((areaId) => byArea.get(areaId) ?? []);
  },

  /** Puts these in the place of all entries of an area. */
  async replace(database: Database, areaId: AreaId, entries: readonly KeyedEntry[]): Promise<void> {
    await database.deleteFrom("lexicon").where("areaId", "=", areaId).execute();
    for (const [position, { key, written, spoken }] of entries.entries())
      await database.insertInto("lexicon").values({ areaId, key, written, spoken, position }).execute();
  },
};
