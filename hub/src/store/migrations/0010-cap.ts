import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const STATEMENTS = [
  `CREATE TABLE cap_messages (
    id TEXT PRIMARY KEY,
    received_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    area_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    fate TEXT NOT NULL,
    body_json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX cap_messages_by_time ON cap_messages (received_at)",
  "CREATE INDEX cap_messages_by_sha256 ON cap_messages (sha256)",
];

/** Messages of other systems, and what was made of them. */
export const cap: Migration = {
  name: "0010-cap",
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
