import type { LineDatabase, LineStationRow } from "./line-tables.ts";

/** So many rows go into one statement: writing is cheap, preparing each row's own statement was not. */
const ROWS_PER_STATEMENT = 100;

/** Rows of `line_stations`: one for each station that was ever labelled or heard. */
export const lineStations = {
  all(db: LineDatabase): Promise<LineStationRow[]> {
    return db.selectFrom("lineStations").selectAll().execute();
  },

  /** Writes whole rows in one transaction. No two are of one station. */
  async save(db: LineDatabase, rows: readonly LineStationRow[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const { stationId: _, ...values } = first;
    const columns = Object.keys(values) as (keyof typeof values)[];
    await db.transaction().execute(async (transaction) => {
      for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
        await transaction
          .insertInto("lineStations")
          .values(rows.slice(from, from + ROWS_PER_STATEMENT))
          .onConflict((conflict) =>
            conflict
              .column("stationId")
              .doUpdateSet((row) =>
                Object.fromEntries(columns.map((column) => [column, row.ref(`excluded.${column}`)])),
              ),
          )
          .execute();
    });
  },
};
