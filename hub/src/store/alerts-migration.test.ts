import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { receiptOf } from "../link/test-station.fixture.ts";
import { openDatabase } from "./database.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { lineAlerts } from "./repositories/line-alerts.ts";
import { receipts } from "./repositories/line-receipts.ts";
import { lineDatabase } from "./repositories/line-tables.ts";

test("receipts of alerts that an earlier release stored as broadcasts get a column of their own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "loa-alerts-"));
  const file = join(folder, "hub.db");
  const old = await openDatabase(file, MIGRATIONS.slice(0, 5));
  const { broadcastId: _, ...alert } = { ...receiptOf("r-1", ""), alertId: "al-1" };
  for (const [id, body] of [
    ["al-1", alert],
    ["b-1", receiptOf("r-2", "b-1")],
  ] as const)
    await sql`INSERT INTO receipts VALUES ('kim-lien-1', ${body.receiptId}, ${id}, 1, 1, 'played',
      ${JSON.stringify(body)})`.execute(old);
  await old.destroy();
  const now = await openDatabase(file);
  const db = lineDatabase(now);
  expect((await receipts.ofAlert(db, "al-1")).map(({ receiptId }) => receiptId)).toEqual(["r-1"]);
  const ofBroadcasts = await receipts.ofBroadcasts(db, ["al-1", "b-1"]);
  expect(ofBroadcasts.map(({ receiptId }) => receiptId)).toEqual(["r-2"]);
  await now.destroy();
  rmSync(folder, { recursive: true });
});

test("alerts that an earlier release stored are found by lists, in the order of their making", async () => {
  const folder = mkdtempSync(join(tmpdir(), "loa-alerts-"));
  const file = join(folder, "hub.db");
  const old = await openDatabase(file, MIGRATIONS.slice(0, 11));
  for (const [id, kind] of [
    ["al-1", "actual"],
    ["button-2", "actual"],
    ["al-3", "test"],
  ] as const) {
    const reach = [{ stationId: "kim-lien-1", zones: [] }];
    const body = JSON.stringify({ id, kind, createdBy: { id: "u-1", name: "Lan" }, reach });
    await sql`INSERT INTO alerts VALUES (${id}, 'Lũ', 1, 1, ${body})`.execute(old);
  }
  await old.destroy();
  const now = await openDatabase(file);
  const db = lineDatabase(now);
  const ids = (kind?: string) => lineAlerts.idsBefore(db, undefined, kind, 9);
  expect([await ids(), await ids("test")]).toEqual([["al-3", "button-2", "al-1"], ["al-3"]]);
  const reach = [{ stationId: "kim-lien-1", zones: [] }];
  expect(await lineAlerts.head(db, "al-3")).toEqual({ createdBy: "u-1", reach });
  expect(await lineAlerts.get(db, "al-1")).toMatchObject({ id: "al-1", kind: "actual", reach });
  await now.destroy();
  rmSync(folder, { recursive: true });
});
