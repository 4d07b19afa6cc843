import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const STATEMENTS = [
  `CREATE TABLE areas (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    parent_id TEXT REFERENCES areas (id),
    time_zone TEXT NOT NULL,
    envelope_json TEXT,
    revision INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE stations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    area_id TEXT NOT NULL REFERENCES areas (id),
    zones_json TEXT NOT NULL,
    maintenance INTEGER NOT NULL,
    lat REAL,
    lon REAL,
    created_at INTEGER NOT NULL
  ) STRICT`,
  "CREATE INDEX stations_by_area ON stations (area_id)",
  `CREATE TABLE users (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    area_id TEXT NOT NULL REFERENCES areas (id),
    password_hash TEXT NOT NULL,
    demo INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE announcements (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    title_plain TEXT NOT NULL,
    area_id TEXT NOT NULL REFERENCES areas (id),
    state TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    source_name TEXT,
    ingest_state TEXT NOT NULL,
    ingest_code TEXT,
    source_loudness_lufs REAL,
    loudness_lufs REAL,
    true_peak_db REAL,
    sha256 TEXT,
    bytes INTEGER,
    duration_ms REAL,
    decided_by TEXT REFERENCES users (id),
    decided_at INTEGER,
    reason TEXT
  ) STRICT`,
  "CREATE INDEX announcements_by_area ON announcements (area_id, id)",
  "CREATE INDEX announcements_by_ingest ON announcements (ingest_state) WHERE ingest_state IN ('queued', 'processing')",
  `CREATE TABLE announcement_peaks (
    announcement_id TEXT PRIMARY KEY REFERENCES announcements (id) ON DELETE CASCADE,
    peaks_json TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail_json TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
  ) STRICT`,
  "CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
  "CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
  `CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER,
    body TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX idempotency_by_age ON idempotency (created_at)",
];

/** Areas, stations, people, announcements, audit. */
export const desk: Migration = {
  name: "0001-desk",
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
