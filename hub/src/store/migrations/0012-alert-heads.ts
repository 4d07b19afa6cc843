import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const STATEMENTS = [
  `CREATE TABLE alert_heads (
    made TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_by TEXT NOT NULL,
    stations_json TEXT NOT NULL,
    PRIMARY KEY (made, alert_id)
  ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX alert_heads_by_kind ON alert_heads (kind, made, alert_id)",
  `INSERT INTO alert_heads
    SELECT substr(id, instr(id, '-') + 1), id, json_extract(body_json, '$.kind'),
      json_extract(body_json, '$.createdBy.id'),
      (SELECT json_group_array(json_extract(value, '$.stationId')) FROM json_each(body_json, '$.reach'))
    FROM alerts`,
];

/** What finds alerts for a list without their sound: in the order of their making, with who may see them. */
export const alertHeads: Migration = {
  name: "0012-alert-heads",
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
