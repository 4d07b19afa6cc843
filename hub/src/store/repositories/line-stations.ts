import { sql } from "kysely";
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

  /** Writes only what every message of a station moves, of rows that are there: a tenth of the cost of whole rows. */
  async saveHeard(db: LineDatabase, rows: readonly Heard[]): Promise<void> {
    const values = rows.map((row) => [row.stationId, row.session, row.counter, row.lastSeenAt]);
    await sql`UPDATE line_stations SET session = heard.value->>1, counter = heard.value->>2, last_seen_at = heard.value->>3
      FROM json_each(${JSON.stringify(values)}) AS heard WHERE station_id = heard.value->>0`.execute(db);
  },
};

/** What a station's messages move. */
export type Heard = Pick<LineStationRow, "stationId" | "session" | "counter" | "lastSeenAt">;
