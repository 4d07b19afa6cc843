import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** How words are said in an area. `position` keeps the order in which people entered them. */
export const lexicon: Migration = {
  name: "0003-lexicon",
  async up(db) {
    await sql
      .raw(
        `CREATE TABLE lexicon (
          area_id TEXT NOT NULL REFERENCES areas (id),
          key TEXT NOT NULL,
          written TEXT NOT NULL,
          spoken TEXT NOT NULL,
          position INTEGER NOT NULL,
          PRIMARY KEY (area_id, key)
        ) STRICT, WITHOUT ROWID`,
      )
      .execute(db);
  },
};
