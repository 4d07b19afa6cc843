import { CHIME_MS } from "@loa/protocol/plan";
import { afterAll, beforeAll, expect, test } from "vitest";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { ALWAYS, Commune } from "../harness/commune.ts";
import { endsAt, heardAt, judged, recordingAt } from "../harness/recording-at.ts";
import { recordingsOf } from "../harness/recordings.ts";
import { decode, rmsDb, speech } from "../harness/sound.ts";

const STATIONS = [
  { id: "tram-cho-01", crystalPpm: 70 },
  { id: "tram-dinh-02", crystalPpm: -60 },
  { id: "tram-cau-03", crystalPpm: 5 },
];
const SILENT_DAYS = { id: "tram-truong-04", hardEnvelope: { ...ALWAYS, windows: {} } };
const TEXT = "Ủy ban nhân dân xã thông báo. Sáng mai, từ sáu giờ đến mười giờ, toàn xã tạm ngừng cấp điện.";

let commune: Commune;
let staff: Person;
let announcement: Answer;
let asset: Float32Array;
let broadcast: Answer;

beforeAll(async () => {
  commune = await new Commune([...STATIONS, SILENT_DAYS]).start();
  staff = await commune.person("xa");
  announcement = await approved(
    commune,
    "Cắt điện ngày mai",
    speech(commune.folder, "cat-dien.mp3", TEXT),
    "cat-dien.mp3",
  );
  asset = decode(await staff.bytes(`/announcements/${announcement.id}/audio`));
  const targets = [...STATIONS, SILENT_DAYS].map(({ id }) => ({ stationId: id }));
  broadcast = await scheduled(staff, announcement.id, targets, 6_000);
  await confirmed(staff, broadcast.id);
  await proven(staff, broadcast.id, targets.length);
}, 150_000);

afterAll(() => commune?.stop());

test("an announcement sounds whole and on time out of every zone", async () => {
  const lateMs: number[] = [];
  for (const { id } of STATIONS)
    for (const zone of ["z1", "z2"]) {
      const heard = await heardAt(commune, id, zone, broadcast, asset);
      expect(heard.worst).toBeGreaterThan(0.9);
      expect(Math.abs(heard.lengthErrorMs)).toBeLessThan(20);
      expect(heard.outsideDb).toBeLessThan(-60);
      lateMs.push(Math.abs(heard.lateMs));
    }
  lateMs.sort((a, b) => a - b);
  expect(lateMs[Math.floor(lateMs.length / 2)]).toBeLessThan(5);
  expect(lateMs.at(-1)).toBeLessThan(50);
});

test("every station proves what it played: samples, start error and the horns on its lines", async () => {
  const { playouts } = await staff.get(`/broadcasts/${broadcast.id}`);
  for (const { id } of STATIONS) {
    const playout = playouts.find(({ stationId }: Answer) => stationId === id);
    expect(playout).toMatchObject({ outcome: "played", samplesRendered: playout.samplesPlanned });
    expect(Math.abs(playout.startErrorMs)).toBeLessThan(50);
    expect(playout.line.map(({ hornsEstimated }: Answer) => hornsEstimated)).toEqual([4, 3]);
  }
});

test("a station refuses what lies outside its own envelope, though the hub signed it", async () => {
  const { playouts } = await staff.get(`/broadcasts/${broadcast.id}`);
  const refused = playouts.find(({ stationId }: Answer) => stationId === SILENT_DAYS.id);
  expect(refused).toMatchObject({
    outcome: "refused",
    code: "OUTSIDE_ENVELOPE",
    samplesRendered: 0,
    startedAt: null,
  });
  const moved = (await commune.simEvents(SILENT_DAYS.id)).filter(
    ({ type, closed }) => type === "relay" && closed,
  );
  expect(moved).toEqual([]);
  expect(recordingsOf(commune.simData, SILENT_DAYS.id, "z1")).toEqual([]);
});

// At the same time: each has a station of its own.
test.concurrent("a gong comes first where the schedule asks for it, and only the zones that were chosen sound", async ({
  expect,
}) => {
  const id = "tram-dinh-02";
  const gonged = await scheduled(staff, announcement.id, [{ stationId: id, zones: ["z2"] }], 6_000, {
    chime: true,
  });
  await confirmed(staff, gonged.id);
  const [playout] = await proven(staff, gonged.id, 1);
  expect(playout).toMatchObject({ outcome: "played", zones: ["z2"] });
  expect(playout.line.map(({ zone }: Answer) => zone)).toEqual(["z2"]);
  const recording = await recordingAt(commune, id, "z2", gonged.startAt);
  const spoken = judged(recording, asset, gonged.startAt + CHIME_MS);
  expect(spoken.worst).toBeGreaterThan(0.9);
  expect(Math.abs(spoken.lateMs)).toBeLessThan(50);
  const begins = Math.round(
    ((gonged.startAt - recording.firstSampleAtUs / 1_000) * recording.sampleRate) / 1_000,
  );
  expect(rmsDb(recording.samples, begins, begins + recording.sampleRate)).toBeGreaterThan(-40);
  expect(recordingsOf(commune.simData, id, "z1").every((one) => endsAt(one) < gonged.startAt)).toBe(true);
});

test.concurrent("stop silences within a second, and the rest of the broadcast stays silent", async ({
  expect,
}) => {
  const next = await scheduled(staff, announcement.id, [{ stationId: "tram-cho-01" }], 6_000);
  await confirmed(staff, next.id);
  const relayClosed = async () =>
    (await commune.simEvents("tram-cho-01", next.startAt - 2_000)).some(
      ({ type, relay, closed }) => type === "relay" && relay === "z1" && closed,
    );
  await expect.poll(relayClosed, { timeout: 15_000 }).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, next.startAt + 2_000 - Date.now()));
  const stoppedAt = Date.now();
  await staff.post(`/broadcasts/${next.id}/stop`);
  const [playout] = await proven(staff, next.id, 1, 5_000);
  expect(playout).toMatchObject({ outcome: "stopped", code: "STOPPED" });
  const opened = (await commune.simEvents("tram-cho-01", stoppedAt)).find(
    ({ type, closed }) => type === "relay" && closed === false,
  );
  expect(opened.at - stoppedAt).toBeLessThan(1_000);
  const closedAgain = async () =>
    (await commune.simEvents("tram-cho-01", opened.at)).some(
      ({ type, closed }) => type === "relay" && closed,
    );
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await closedAgain()).toBe(false);
});
