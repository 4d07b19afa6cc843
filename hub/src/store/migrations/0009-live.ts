import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const STATEMENTS = [
  `CREATE TABLE live (
    id TEXT PRIMARY KEY,
    place TEXT NOT NULL,
    ended_at INTEGER,
    body_json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  "CREATE UNIQUE INDEX live_by_place ON live (place)",
  "CREATE INDEX live_open ON live (id) WHERE ended_at IS NULL",
  "ALTER TABLE receipts ADD COLUMN session_id TEXT",
  "CREATE INDEX receipts_by_session ON receipts (session_id) WHERE session_id IS NOT NULL",
];

/** Live speech, and its receipts by a name of their own. */
export const live: Migration = {
  name: "0009-live",
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
