import type { LineDatabase, LineStationRow } from "./line-tables.ts";

/** Rows of `line_stations`: one for each station that was ever labelled or heard. */
export const lineStations = {
  all(db: LineDatabase): Promise<LineStationRow[]> {
    return db.selectFrom("lineStations").selectAll().execute();
  },

  /** Writes whole rows in one transaction. */
  async save(db: LineDatabase, rows: readonly LineStationRow[]): Promise<void> {
    if (rows.length === 0) return;
    await db.transaction().execute(async (transaction) => {
      for (const row of rows) {
        const { stationId: _, ...values } = row;
        await transaction
          .insertInto("lineStations")
          .values(row)
          .onConflict((conflict) => conflict.column("stationId").doUpdateSet(values))
          .execute();
      }
    });
  },
};
