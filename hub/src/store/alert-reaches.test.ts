import { sql } from "kysely";
import { expect, test } from "vitest";
import type { AlertRecord } from "../core/alert.ts";
import { database, db, eachWithStore } from "./line-store.fixture.ts";
import { lineAlerts } from "./repositories/line-alerts.ts";

const LAN = { id: "u-1", name: "Lan" };

function alertTo(id: string, reach: AlertRecord["reach"], version = 1): AlertRecord {
  const content = {
    ...{ headline: "Lũ", text: null, announcementId: null, tone: "siren" as const, language: "vi" },
    ...{ repeat: 1, lifeMs: 1_000, sound: [], speechCode: null, proposedBy: LAN },
  };
  return {
    ...{ id, version, kind: "actual", targets: [{ areaId: "tinh" }], reach, content, proposal: null },
    ...{ supersedes: [], supersededBy: null, createdAt: 0, createdBy: LAN, confirmedBy: null },
    ...{ issue: null, recalledAt: null, recalledBy: null, correction: null },
  };
}

eachWithStore();

const save = (record: AlertRecord) => db.transaction().execute((within) => lineAlerts.save(within, record));
const reaches = async () =>
  (await sql<{ n: number }>`SELECT count(*) AS n FROM alert_reaches`.execute(database)).rows[0]?.n;
/** Equal ones are others, as after a restart. */
const huyen = (stations: number) =>
  Array.from({ length: stations }, (_, n) => ({ stationId: `cum-${n}`, zones: n % 3 === 0 ? ["z1"] : [] }));

test("many alerts to the same stations store them once, and share them when they are read", async () => {
  await save(alertTo("al-1", huyen(30)));
  await save(alertTo("al-1", huyen(30), 2));
  await save(alertTo("al-2", huyen(30)));
  expect(await reaches()).toBe(1);
  const [one, two] = [await lineAlerts.get(db, "al-1"), await lineAlerts.get(db, "al-2")];
  expect(one).toEqual(alertTo("al-1", huyen(30), 2));
  expect(two?.reach).toBe(one?.reach);
  expect((await lineAlerts.head(db, "al-2"))?.reach).toBe(one?.reach);
});

test("an alert that reaches more stations than before is found by them, and others to the old ones are not", async () => {
  await save(alertTo("al-1", huyen(3)));
  await save(alertTo("al-2", huyen(3)));
  await save(alertTo("al-1", huyen(4), 2));
  expect(await lineAlerts.get(db, "al-1")).toEqual(alertTo("al-1", huyen(4), 2));
  expect(await lineAlerts.head(db, "al-1")).toEqual({ createdBy: "u-1", reach: huyen(4) });
  expect(await lineAlerts.head(db, "al-2")).toEqual({ createdBy: "u-1", reach: huyen(3) });
});

test("stations whose storing was undone are stored with the next alert to them", async () => {
  const reach = huyen(7);
  const undone = db.transaction().execute(async (within) => {
    await lineAlerts.save(within, alertTo("al-1", reach));
    throw new Error("no room");
  });
  await expect(undone).rejects.toThrow("no room");
  expect(await reaches()).toBe(0);
  await save(alertTo("al-2", reach));
  const { rows } = await sql<{ stationsJson: string }>`SELECT stations_json FROM alert_reaches`.execute(
    database,
  );
  expect(rows.map(({ stationsJson }) => JSON.parse(stationsJson))).toEqual([reach]);
});

test("alerts that stand share their stations after a restart", async () => {
  for (const id of ["al-1", "al-2", "al-3"]) await save(alertTo(id, huyen(50)));
  // Others, until none of these is remembered.
  for (let n = 1; n <= 40; n++) await save(alertTo(`al-other-${n}`, huyen(n)));
  const records = await lineAlerts.standing(db, -1);
  const same = records.filter(({ reach }) => reach.length === 50).map(({ reach }) => reach);
  expect([same.length, new Set(same).size]).toEqual([3, 1]);
});

test("of many reaches each is read as it was stored, whichever were used last", async () => {
  for (let n = 1; n <= 40; n++) await save(alertTo(`al-${n}`, huyen(n)));
  for (let n = 1; n <= 40; n++) expect((await lineAlerts.get(db, `al-${n}`))?.reach).toEqual(huyen(n));
});
