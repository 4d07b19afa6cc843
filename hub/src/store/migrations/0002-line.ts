import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const STATEMENTS = [
  `CREATE TABLE line_state (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE line_stations (
    station_id TEXT PRIMARY KEY,
    serial TEXT,
    fingerprint TEXT,
    enrolled_at INTEGER,
    code_hash TEXT,
    code_expires_at INTEGER,
    session INTEGER NOT NULL,
    counter INTEGER NOT NULL,
    last_seen_at INTEGER,
    software TEXT,
    faults_json TEXT NOT NULL,
    area_path_json TEXT NOT NULL,
    area_revision INTEGER NOT NULL,
    wanted_json TEXT,
    confirmed_json TEXT
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    targets_json TEXT NOT NULL,
    programme_json TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    rrule TEXT,
    exceptions_json TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    priority TEXT NOT NULL,
    on_preempt TEXT,
    chime INTEGER NOT NULL,
    late_within_ms INTEGER,
    created_by_id TEXT NOT NULL,
    created_by_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE broadcasts (
    id TEXT PRIMARY KEY,
    schedule_id TEXT NOT NULL,
    title TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    priority TEXT NOT NULL,
    stations_json TEXT NOT NULL,
    announcements_json TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    cancelled_at INTEGER,
    stopped_json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX broadcasts_by_start ON broadcasts (start_at, id)",
  "CREATE INDEX broadcasts_by_schedule ON broadcasts (schedule_id, start_at)",
  `CREATE TABLE receipts (
    station_id TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    broadcast_id TEXT NOT NULL,
    ended_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    body_json TEXT NOT NULL,
    PRIMARY KEY (station_id, receipt_id)
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX receipts_by_broadcast ON receipts (broadcast_id)",
  "CREATE INDEX receipts_by_station ON receipts (station_id, ended_at)",
  `CREATE TABLE line_commands (
    id TEXT PRIMARY KEY,
    body_json TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    waiting_json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
];

/** Tables of the line: enrolment and state of stations, schedules, broadcasts, receipts, commands that are still under way. */
export const line: Migration = {
  name: "0002-line",
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
