import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer, Person } from "../harness/api.ts";
import { Commune, PASSWORD } from "../harness/commune.ts";
import { FleetProcess } from "../harness/fleet.ts";
import { until } from "../harness/until.ts";

const COUNT = 300;
const TENTH = COUNT / 10;

const commune = new Commune([]);
let fleet: FleetProcess;
let admin: Person;
let province: string;

beforeAll(async () => {
  await commune.startHub();
  admin = await commune.person("admin");
  province = (await admin.get("/me")).user.areaId;
  fleet = new FleetProcess(commune, COUNT, ["--verify", "10%", "--ramp", "1s"], PASSWORD);
  await fleet.part.ready;
  await fleet.settled(COUNT, 60_000);
}, 150_000);

afterAll(async () => {
  await fleet?.part.stop();
  await commune.stop();
});

const alerted = (more: object = {}): Promise<Answer> =>
  admin.post("/alerts", {
    ...{ kind: "actual", headline: "Lũ đang lên", text: "Lũ đang lên.", targets: [{ areaId: province }] },
    ...{ repeat: 1, expiresInSeconds: 60 },
    ...more,
  });

/** Waits until the board counts so many stations in each of these states. */
const board = (id: string, counts: Record<string, number>, withinMs = 30_000): Promise<Answer> =>
  until(`${id}: ${JSON.stringify(counts)}`, withinMs, async () => {
    const alert = await admin.get(`/alerts/${id}`);
    const right = Object.entries(counts).every(([state, count]) => alert.counts[state] === count);
    if (!right) throw new Error(JSON.stringify(alert.counts));
    return alert;
  });

const inState = ({ stations }: Answer, ids: readonly string[]): string[] => [
  ...new Set<string>(
    stations
      .filter(({ stationId }: Answer) => ids.includes(stationId))
      .map(({ state, code }: Answer) => (code ? `${state} ${code}` : state)),
  ),
];

/** Waits until so many stations say themselves that an alert sounds there. */
const sounding = (count: number): Promise<true> =>
  until(`${count} sound`, 10_000, async () => ((await fleet.view()).alerting === count ? true : null));

const madeReceipts = async () => (await fleet.view()).counts["receipts made"] ?? 0;

test("the board tells right of every station: who sounded, who is locked out, who failed, who cannot be reached and who joined late", async () => {
  const locked = await fleet.does({ do: "lockout", share: "2%" });
  const everybody = (await admin.get("/stations?limit=500")).items.map(({ id }: Answer) => id) as string[];
  const others = everybody.filter((id) => !locked.includes(id));
  const [failing, gone, lost] = [
    others.slice(0, 3),
    others.slice(3, 3 + TENTH / 2),
    others.slice(50, 50 + TENTH / 2),
  ];
  await fleet.does({ do: "fail", code: "AUDIO_OUTPUT_LOST", stations: failing });
  await fleet.does({ do: "drop", forSeconds: 600, stations: [...gone, ...lost] });
  await until("they are gone", 10_000, async () =>
    (await fleet.view()).states.away === TENTH ? true : null,
  );

  const { id } = await alerted({ repeat: 0, expiresInSeconds: 20 });
  const reached = COUNT - TENTH - locked.length - failing.length;
  const first = await board(id, { sounding: reached, failed: locked.length + failing.length }, 20_000);
  expect(inState(first, locked)).toEqual(["failed LOCKED_OUT"]);
  expect(inState(first, failing)).toEqual(["failed AUDIO_OUTPUT_LOST"]);

  await fleet.does({ do: "reconnect", stations: gone });
  const joined = await board(id, { sounding: reached + gone.length }, 15_000);
  expect(inState(joined, gone)).toEqual(["sounding"]);
  await sounding(reached + gone.length);

  const over = await board(id, { done: reached + gone.length, unreachable: lost.length }, 40_000);
  expect(inState(over, lost)).toEqual(["unreachable"]);
  expect(over.state).toBe("done");
  await fleet.does({ do: "reconnect", stations: lost });
  await fleet.does({ do: "normal", stations: [...locked, ...failing] });
  await fleet.settled(COUNT, 20_000);
  await sounding(0);
  expect(await madeReceipts()).toBe(COUNT - lost.length);
}, 120_000);

test("a hub that is killed while an alert sounds knows afterwards how it ended everywhere, and nobody sounds it twice", async () => {
  const before = await madeReceipts();
  const { id } = await alerted({ repeat: 2 });
  await board(id, { sounding: COUNT }, 20_000);
  const hub = commune.part("hub");
  hub.kill("SIGKILL");
  await hub.ended;
  await commune.startHub();
  admin = await commune.person("admin");
  await fleet.settled(COUNT, 40_000);
  const { stations } = await board(id, { done: COUNT }, 40_000);
  expect(new Set(stations.map(({ revision }: Answer) => revision).filter(Boolean)).size).toBeLessThanOrEqual(
    1,
  );
  const made = await until("every receipt is made and stored", 20_000, async () => {
    const { counts, receiptsUnsent } = await fleet.view();
    const since = counts["receipts made"] - before;
    return since >= COUNT && receiptsUnsent === 0 ? since : null;
  });
  expect(made).toBe(COUNT);
}, 120_000);

test("a recall silences everybody, and everybody says the correction", async () => {
  const { id } = await alerted({ repeat: 0, expiresInSeconds: 300 });
  await board(id, { sounding: COUNT }, 20_000);
  await admin.post(`/alerts/${id}/recall`, {});
  const view = await until("all are silent", 20_000, async () => {
    const now = await fleet.view();
    return now.latencies.silent.count >= COUNT ? now : null;
  });
  expect(view.latencies.silent.count).toBe(COUNT);
  const { state } = await board(id, { done: COUNT }, 40_000);
  expect(state).toBe("recalled");
  const { counts } = await fleet.view();
  expect(Object.keys(counts).filter((what) => /^(refused|dropped)/.test(what))).toEqual([]);
}, 90_000);
