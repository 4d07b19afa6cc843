import { days, seconds } from "@loa/kernel/units";
import { expect, test } from "vitest";
import type { AlertRecord } from "../core/alert.ts";
import { lineAlerts } from "../store/repositories/line-alerts.ts";
import { lineDatabase } from "../store/repositories/line-tables.ts";
import { eachWithLine, hub, OPERATOR, says, send, shown, there, told } from "./alerts.fixture.ts";

eachWithLine();

const STATIONS = 3_000;
const OLD = 20;

const listed = async () => (await hub.ask("GET", "/alerts?limit=30")).body.items;

/** Puts alerts of two days ago into the store that went like this one, to other stations. */
async function longAgo(id: string, count: number, stations: readonly string[]): Promise<void> {
  await hub.clock.advance(seconds(1));
  const db = lineDatabase(hub.database);
  const record = (await lineAlerts.get(db, id)) as AlertRecord;
  const [progress] = (await lineAlerts.progress(db, id)).values();
  const { issue, createdAt } = record;
  const before = (at: number) => at - days(2);
  const reach = stations.map((stationId) => ({ stationId, zones: [] }));
  for (let n = 0; n < count; n++) {
    const old = `al-${String(n).padStart(4, "0")}`;
    const told = issue && { ...issue, issuedAt: before(issue.issuedAt), expires: before(issue.expires) };
    await lineAlerts.save(db, { ...record, id: old, reach, createdAt: before(createdAt), issue: told });
    const rows = stations.map((stationId) => ({ alertId: old, stationId, progress: progress! }));
    await lineAlerts.saveProgress(db, rows);
  }
}

/** The longest time for which nothing else got its turn, as a share of all that some work took. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  let [last, longest, over] = [begun, 0, false];
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!over) setImmediate(look);
  };
  setImmediate(look);
  await work();
  over = true;
  look();
  return longest / (performance.now() - begun);
}

test("while alerts of long ago to thousands of stations are listed, others get their turn; they are counted once", async () => {
  const one = await there("kim-lien-1");
  const { id } = (await send({ targets: [{ stationId: one.id }] })).body;
  await says(one, (await told(one)).alert, "finished");
  await longAgo(
    id,
    OLD,
    Array.from({ length: STATIONS }, (_, n) => `tram-xa-${n}`),
  );

  const share = await longestTurn(listed);
  const first = await listed();
  expect(first).toHaveLength(OLD + 1);
  expect(first.at(-1)).toMatchObject({ id: "al-0000", state: "done", counts: { done: STATIONS } });
  expect(share).toBeLessThan(0.4);

  await hub.database.deleteFrom("alertStations" as never).execute();
  expect(await listed()).toEqual(first);

  hub.actor = { ...OPERATOR, areaId: "nam-giang" };
  expect(await listed()).toEqual([]);
});

test("an alert that is listed and one that is looked at are told alike, also when it is over for long", async () => {
  const one = await there("kim-lien-1");
  const { id } = (await send()).body;
  await says(one, (await told(one)).alert, "finished");
  await longAgo(id, 1, ["kim-lien-1"]);
  for (const row of await listed()) {
    const { stations: _, playouts: __, ...detail } = await shown(row.id);
    expect(detail).toEqual(row);
  }
  expect(await listed()).toMatchObject([
    { id, state: "sent", counts: { done: 1, unreachable: 1 } },
    { id: "al-0000", state: "done", counts: { done: 1, unreachable: 0 } },
  ]);
});

test("alerts of long ago are still listed, by pages that do not overlap", async () => {
  const one = await there("kim-lien-1");
  const { id } = (await send()).body;
  await says(one, (await told(one)).alert, "finished");
  await longAgo(id, 4, ["kim-lien-1"]);
  const pages: string[][] = [];
  for (let next: string | null = ""; next !== null; ) {
    const { body } = await hub.ask("GET", `/alerts?limit=2${next && `&cursor=${next}`}`);
    pages.push(body.items.map((row: { id: string }) => row.id));
    next = body.next;
  }
  expect(pages).toEqual([[id, "al-0003"], ["al-0002", "al-0001"], ["al-0000"]]);
});
