import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Targets that people saved under a name. */
export const groups: Migration = {
  name: "0008-groups",
  async up(db) {
    await sql
      .raw(`CREATE TABLE target_groups (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        area_id TEXT NOT NULL,
        targets_json TEXT NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID`)
      .execute(db);
  },
};
