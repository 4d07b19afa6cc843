import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const STATEMENTS = [
  `CREATE TABLE gone_areas (
    id TEXT PRIMARY KEY,
    under_id TEXT,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE history (
    sequence INTEGER PRIMARY KEY,
    thing TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    before TEXT,
    after TEXT
  ) STRICT`,
  "CREATE INDEX history_by_thing ON history (thing, thing_id, sequence)",
  "ALTER TABLE stations ADD COLUMN retired_at INTEGER",
  "ALTER TABLE users ADD COLUMN totp_sealed TEXT",
  "ALTER TABLE users ADD COLUMN totp_offer_sealed TEXT",
  "ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0",
  `CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    expires_at INTEGER
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX tokens_by_user ON tokens (user_id, id)",
  `CREATE TABLE login_failures (
    key TEXT PRIMARY KEY,
    username TEXT,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX login_failures_by_username ON login_failures (username) WHERE username IS NOT NULL",
  "CREATE INDEX login_failures_by_age ON login_failures (last_at)",
];

/** Areas that went, what became of areas and stations, second factors, tokens, lock-outs that outlive a restart. */
export const people: Migration = {
  name: "0005-people",
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
