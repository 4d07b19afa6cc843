import { expect, test } from "vitest";
import { openDatabase } from "../database.ts";
import { lineStations } from "./line-stations.ts";
import { type LineStationRow, lineDatabase } from "./line-tables.ts";

const row = (n: number): LineStationRow => ({
  ...{
    stationId: `vinh-01-${String(n).padStart(3, "0")}`,
    serial: null,
    fingerprint: null,
    enrolledAt: null,
  },
  ...{ codeHash: null, codeExpiresAt: null, session: 0, counter: 0, lastSeenAt: null, software: null },
  ...{
    faultsJson: "[]",
    areaPathJson: "[]",
    areaRevision: 1,
    wantedJson: null,
    confirmedJson: null,
    leftAreasJson: "[]",
  },
});

test("rows of hundreds of stations are written whole, and every column again when one changes", async () => {
  const database = await openDatabase(":memory:");
  const db = lineDatabase(database);
  const rows = Array.from({ length: 250 }, (_, n) => row(n));
  await lineStations.save(db, rows);
  expect(await lineStations.all(db)).toEqual(rows);
  const changed: LineStationRow = {
    ...{ stationId: row(7).stationId, serial: "s", fingerprint: "f", enrolledAt: 1, codeHash: "c" },
    ...{ codeExpiresAt: 2, session: 3, counter: 4, lastSeenAt: 5, software: "1", faultsJson: '["x"]' },
    ...{
      areaPathJson: '["a"]',
      areaRevision: 6,
      wantedJson: "{}",
      confirmedJson: "{}",
      leftAreasJson: '["b"]',
    },
  };
  await lineStations.save(db, [changed, row(300)]);
  const after = await lineStations.all(db);
  expect(after).toHaveLength(251);
  expect(after.find(({ stationId }) => stationId === changed.stationId)).toEqual(changed);
  await database.destroy();
});
