import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Wider hours that somebody proposed for an area. `envelope_json` null: those of the area above. */
export const envelope: Migration = {
  name: "0007-envelope",
  async up(db) {
    await sql
      .raw(
        `CREATE TABLE envelope_proposals (
          area_id TEXT PRIMARY KEY REFERENCES areas (id),
          envelope_json TEXT,
          proposed_by_id TEXT NOT NULL,
          proposed_by_name TEXT NOT NULL,
          proposed_at INTEGER NOT NULL,
          confirmed_by_id TEXT,
          confirmed_by_name TEXT,
          effective_at INTEGER
        ) STRICT, WITHOUT ROWID`,
      )
      .execute(db);
  },
};
