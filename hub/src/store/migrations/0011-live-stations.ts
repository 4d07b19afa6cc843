import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const STATEMENTS = [
  `CREATE TABLE live_stations (
    station_id TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (station_id, place)
  ) STRICT, WITHOUT ROWID`,
  `INSERT OR IGNORE INTO live_stations
    SELECT json_extract(reach.value, '$.stationId'), live.place FROM live, json_each(live.body_json, '$.reach') AS reach`,
];

/** Live speech by its stations: a commune finds its own among a province's. */
export const liveStations: Migration = {
  name: "0011-live-stations",
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
