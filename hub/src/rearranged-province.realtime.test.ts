import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { silentLog } from "@loa/kernel/log";
import { SystemClock } from "@loa/kernel/system-clock";
import { expect, test } from "vitest";
import { loadConfig } from "./config.ts";
import { Territory } from "./core/targets.ts";
import { buildDesk, type Desk } from "./desk.ts";
import { createLine } from "./line.ts";
import { schedules } from "./store/repositories/line-schedules.ts";
import { lineStations } from "./store/repositories/line-stations.ts";
import { lineDatabase } from "./store/repositories/line-tables.ts";
import { costMs, usedMs } from "./testing/processor-time.ts";

/** No turn of the event loop takes as much processor time as reading the whole tree anew this many times. */
const READINGS = 30;
const [DISTRICTS, COMMUNES, STATIONS] = [20, 480, 13];
const timeZone = "Asia/Ho_Chi_Minh";
const ADMIN = { userId: "user-admin", name: "Lan", role: "admin", areaId: "root" } as const;

/** A province as it may be: below one region 20 districts, 480 communes and 6,240 enrolled stations; a schedule each, and five for all. */
async function settle({ database, registry }: Desk): Promise<void> {
  const area = (id: string, parentId: string) =>
    ({ id, name: id, parentId, timeZone, envelopeJson: null, revision: 1 }) as const;
  const zonesJson = JSON.stringify([{ id: "z1", name: "Chợ", horns: 4 }]);
  const ids: string[] = [];
  const db = lineDatabase(database);
  await database.transaction().execute(async (transaction) => {
    const add = (row: ReturnType<typeof area>) => transaction.insertInto("areas").values(row).execute();
    for (const region of ["old", "new", "other"]) await add(area(region, "root"));
    for (let d = 0; d < DISTRICTS; d++) await add(area(`d-${d}`, "old"));
    for (let c = 0; c < COMMUNES; c++) {
      await add(area(`c-${c}`, `d-${c % DISTRICTS}`));
      const place = {
        areaId: `c-${c}`,
        zonesJson,
        maintenance: 0,
        lat: null,
        lon: null,
        createdAt: 0,
      } as const;
      const rows = Array.from({ length: STATIONS }, (_, n) => ({
        id: `station-${c}-${n}`,
        name: "Cụm",
        ...place,
      }));
      await transaction.insertInto("stations").values(rows).execute();
      ids.push(...rows.map(({ id }) => id));
    }
    for (let c = 0; c < COMMUNES; c++) await schedules.save(lineDatabase(transaction), daily(`c-${c}`, c));
    for (let all = 0; all < 5; all++)
      await schedules.save(lineDatabase(transaction), daily("old", 1_000 + all));
  });
  const state = {
    session: 1,
    counter: 1,
    lastSeenAt: null,
    software: null,
    faultsJson: "[]",
    areaRevision: 1,
  };
  const plans = {
    areaPathJson: "[]",
    wantedJson: null,
    confirmedJson: null,
    leftAreasJson: "[]",
    codeHash: null,
    codeExpiresAt: null,
  };
  const enrolled = { serial: "0".repeat(28), fingerprint: "f", enrolledAt: 1 };
  await lineStations.save(
    db,
    ids.map((stationId) => ({ stationId, ...enrolled, ...state, ...plans })),
  );
  expect(registry.tree.areas.length).toBe(1);
}

const daily = (areaId: string, n: number) => ({
  id: `s-${n}`,
  title: "Bản tin",
  targets: [{ areaId }],
  announcements: [],
  recurrence: { start: Date.UTC(2026, 0, 1, 10), rrule: "FREQ=DAILY", exceptions: [], timeZone },
  priority: "scheduled" as const,
  onPreempt: null,
  chime: true,
  lateWithinMs: null,
  createdBy: { id: "u-1", name: "Lan" },
  createdAt: 0,
  updatedAt: 0,
});

/** Processor time (ms) of reading the whole tree anew. */
async function readingMs({ registry }: Desk): Promise<number> {
  const [areas, stations] = [await registry.areas(), await registry.stations()];
  return costMs(() => expect(new Territory(areas, stations).below("root")).toHaveLength(COMMUNES * STATIONS));
}

/** The most processor time (ms) of this thread between two turns of the event loop, until `stop`. What other processes take does not count. */
function watch(): { worst(): number; stop(): void } {
  let [worst, on] = [0, true];
  const look = async () => {
    for (let before = usedMs(); on; ) {
      await setImmediate();
      const now = usedMs();
      worst = Math.max(worst, now - before);
      before = now;
    }
  };
  void look();
  const stop = () => {
    on = false;
  };
  return { worst: () => worst, stop };
}

test("a region of 480 communes and 6,240 stations moves, and goes up in another, without holding anybody up", async () => {
  const data = mkdtempSync(join(tmpdir(), "loa-province-"));
  const ports = { LOA_MQTT_PORT: "0", LOA_STATION_PORT: "0", LOA_HTTP_PORT: "0" };
  const config = loadConfig({ LOA_DATA: data, LOA_DEMO: "false", ...ports });
  const clock = new SystemClock();
  const first = await buildDesk(config, clock, silentLog);
  await settle(first);
  await first.close();
  const desk = await buildDesk(config, clock, silentLog);
  const line = await createLine({ ...desk, config });
  await line.start();
  const placed = async (path: string) => {
    const like = `%${path}%`;
    for (let rows = 0; rows < COMMUNES * STATIONS; await setTimeout(200))
      rows = (
        await lineDatabase(desk.database)
          .selectFrom("lineStations")
          .select("stationId")
          .where("areaPathJson", "like", like)
          .execute()
      ).length;
  };
  await placed('"root","old"');
  const watching = watch();
  await desk.areas.change(ADMIN, "old", { parentId: "new" });
  await setTimeout(4_000);
  await desk.areas.merge(ADMIN, "old", { into: "other" });
  await setTimeout(4_000);
  watching.stop();
  await placed('"root","other"');
  const reading = await readingMs(desk);
  expect(watching.worst()).toBeLessThan(READINGS * reading);
  await line.stop();
  await desk.close();
  rmSync(data, { recursive: true, force: true });
}, 180_000);
