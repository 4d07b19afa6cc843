import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const STATEMENTS = [
  `CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    headline TEXT NOT NULL,
    ends_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body_json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX alerts_by_end ON alerts (ends_at)",
  `CREATE TABLE alert_stations (
    alert_id TEXT NOT NULL,
    station_id TEXT NOT NULL,
    progress_json TEXT NOT NULL,
    PRIMARY KEY (alert_id, station_id)
  ) STRICT, WITHOUT ROWID`,
  "ALTER TABLE receipts ADD COLUMN alert_id TEXT",
  `UPDATE receipts SET alert_id = json_extract(body_json, '$.alertId'), broadcast_id = ''
    WHERE json_extract(body_json, '$.alertId') IS NOT NULL`,
  "CREATE INDEX receipts_by_alert ON receipts (alert_id) WHERE alert_id IS NOT NULL",
  "ALTER TABLE line_stations ADD COLUMN left_areas_json TEXT NOT NULL DEFAULT '[]'",
];

/** Alerts, how far each is with each station, their receipts by a name of their own, and areas that moved stations may still listen to. */
export const alerts: Migration = {
  name: "0006-alerts",
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
