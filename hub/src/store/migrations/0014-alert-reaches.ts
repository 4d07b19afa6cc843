import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Migration } from "./migration.ts";

const BEFORE = [
  "CREATE TABLE alert_reaches (id TEXT PRIMARY KEY, stations_json TEXT NOT NULL) STRICT",
  "ALTER TABLE alerts ADD COLUMN reach_id TEXT NOT NULL DEFAULT ''",
  "ALTER TABLE alert_heads ADD COLUMN reach_id TEXT NOT NULL DEFAULT ''",
];
const AFTER = [
  "UPDATE alert_heads SET reach_id = (SELECT reach_id FROM alerts WHERE id = alert_id)",
  "ALTER TABLE alert_heads DROP COLUMN stations_json",
];

/** Stations of alerts apart from the alerts: most go to the same ones, and every revision of one does. */
export const alertReaches: Migration = {
  name: "0014-alert-reaches",
  async up(db) {
    for (const statement of BEFORE) await sql.raw(statement).execute(db);
    const { rows } = await sql<{ id: string }>`SELECT id FROM alerts`.execute(db);
    for (const { id } of rows) await moveReach(db, id);
    for (const statement of AFTER) await sql.raw(statement).execute(db);
  },
};

async function moveReach(db: Kysely<unknown>, alert: string): Promise<void> {
  const { rows } = await sql<{ reach: string }>`
    SELECT json_extract(body_json, '$.reach') AS reach FROM alerts WHERE id = ${alert}`.execute(db);
  const stations = rows[0]?.reach ?? "[]";
  const id = createHash("sha256").update(stations).digest("hex");
  await sql`INSERT INTO alert_reaches VALUES (${id}, ${stations}) ON CONFLICT DO NOTHING`.execute(db);
  await sql`UPDATE alerts SET reach_id = ${id}, body_json = json_remove(body_json, '$.reach')
    WHERE id = ${alert}`.execute(db);
}
