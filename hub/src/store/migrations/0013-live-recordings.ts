import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Live speech with a recording by its end: those that were kept long enough are found without reading all others. */
export const liveRecordings: Migration = {
  name: "0013-live-recordings",
  async up(db) {
    await sql
      .raw(
        "CREATE INDEX live_recorded ON live (ended_at) WHERE json_extract(body_json, '$.recording.sha256') IS NOT NULL",
      )
      .execute(db);
  },
};
