import { afterAll, beforeAll, expect, test } from "vitest";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune, PASSWORD } from "../harness/commune.ts";
import { FleetProcess } from "../harness/fleet.ts";
import { speech } from "../harness/sound.ts";
import { until } from "../harness/until.ts";

const COUNT = 500;
/** A lost connection shows after 1.5 × the keep-alive of 20 s; then as much again as a busy machine may need. */
const SHOWN_LOST_MS = 30_000 + 10_000;

const commune = new Commune([]);
let fleet: FleetProcess;
let admin: Person;
let announcement: Answer;
let province: string;

beforeAll(async () => {
  await commune.startHub();
  admin = await commune.person("admin");
  const areas = (await admin.get("/areas")).items as Answer[];
  province = areas.find(({ parentId }) => parentId === null).id;
  const options = ["--verify", "0.1", "--assets", "2%", "--ramp", "2s"];
  fleet = new FleetProcess(commune, COUNT, options, PASSWORD);
  const file = speech(commune.folder, "bao.wav", "Thông báo. Chiều nay có mưa to.");
  announcement = await approved(commune, "Mưa to", file, "bao.wav");
}, 120_000);

afterAll(async () => {
  await fleet?.part.stop();
  await commune.stop();
});

const withStatus = async (status: string): Promise<string[]> =>
  (await admin.get(`/stations?limit=500&status=${status}`)).items.map(({ id }: Answer) => id);

test("500 stations enrol, come online and hold their plans", async () => {
  await fleet.part.ready;
  const view = await fleet.settled(COUNT, 60_000);
  expect(view.states).toEqual({ online: COUNT });
  expect(await withStatus("online")).toHaveLength(COUNT);
}, 120_000);

test("a province-wide broadcast is played and proven by all, each once: by those who lost the hub as well, and frozen ones hold up nobody", async () => {
  const broadcast = await scheduled(admin, announcement.id, [{ areaId: province }], 22_000);
  await confirmed(admin, broadcast.id, 20_000);

  const dropped = await fleet.does({ do: "drop", share: "10%", forSeconds: 600 });
  const droppedAt = Date.now();
  expect(dropped).toHaveLength(COUNT / 10);
  const rest = (await withStatus("online")).filter((id) => !dropped.includes(id));
  const frozen = await fleet.does({ do: "freeze", stations: rest.slice(0, 10) });
  const healthy = COUNT - dropped.length - frozen.length;

  const another = await scheduled(admin, announcement.id, [{ areaId: province }], 3_600_000);
  await until("the healthy have the next plan", 10_000, async () => {
    const { stations } = await admin.get(`/broadcasts/${another.id}`);
    const have = stations.filter(({ state }: Answer) => state === "confirmed");
    return have.length === healthy ? true : null;
  });

  await proven(admin, broadcast.id, healthy, broadcast.endAt - Date.now() + 15_000);
  await until("the dropped are shown offline", droppedAt + SHOWN_LOST_MS - Date.now(), async () => {
    const offline = new Set(await withStatus("offline"));
    return dropped.every((id) => offline.has(id)) ? true : null;
  });
  await fleet.does({ do: "reconnect", stations: dropped });
  await fleet.does({ do: "normal", stations: frozen });
  await fleet.settled(COUNT, 20_000);

  const playouts = await proven(admin, broadcast.id, COUNT, 20_000);
  expect(new Set(playouts.map(({ stationId }) => stationId)).size).toBe(COUNT);
  const missed = playouts.filter(({ outcome }) => outcome !== "played");
  expect(missed.map(({ stationId }) => stationId).sort()).toEqual([...frozen].sort());
  expect(new Set(missed.map(({ code }) => code))).toEqual(new Set(["PLAYOUT_MISSED"]));
  await until("every receipt acknowledged", 15_000, async () =>
    (await fleet.view()).receiptsUnsent === 0 ? true : null,
  );
  expect((await admin.get(`/broadcasts/${broadcast.id}`)).playouts).toHaveLength(COUNT);
}, 120_000);

test("after the hub was killed everybody is back with the plan confirmed", async () => {
  const hub = commune.part("hub");
  hub.kill("SIGKILL");
  await hub.ended;
  await until("the fleet notices", 10_000, async () => ((await fleet.view()).states.online ? null : true));
  await commune.startHub();
  await fleet.settled(COUNT, 30_000);
  admin = await commune.person("admin");
  const stations = (await admin.get("/stations?limit=500")).items as Answer[];
  expect(stations.filter(({ status, planConfirmed }) => status === "online" && planConfirmed)).toHaveLength(
    COUNT,
  );
  const { counts } = await fleet.view();
  expect(Object.keys(counts).filter((what) => /^(refused|dropped|fetch failed)/.test(what))).toEqual([]);
}, 90_000);

test("a fleet that is started again needs no new enrolment, and ends within 5 s", async () => {
  const began = performance.now();
  await fleet.part.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
  fleet = new FleetProcess(commune, COUNT, ["--ramp", "2s"], PASSWORD);
  expect(await fleet.part.ready).toMatchObject({ fleet: COUNT, session: 2 });
  await fleet.settled(COUNT, 30_000);
  expect(commune.log("fleet").match(/stations are being enrolled/g)).toHaveLength(1);
}, 60_000);
