import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { keptAlert, roundsFollowed, samplesOf } from "../harness/alert-sound.ts";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { followed } from "../harness/followed.ts";
import { endsAt, judged, recordingAt } from "../harness/recording-at.ts";
import { recordingsOf } from "../harness/recordings.ts";
import { decode, speech } from "../harness/sound.ts";
import { until, untilTime } from "../harness/until.ts";

const ID = "tram-cho-01";
const ALARM_MS = 9_000;
const NOTICE = "Ủy ban nhân dân xã thông báo. Sáng mai toàn xã tạm ngừng cấp điện để sửa chữa đường dây. ";
const ROOT = resolve(import.meta.dirname, "../..");

let commune: Commune;
let operator: Person;
let announcement: Answer;
let notice: Float32Array;

beforeAll(async () => {
  const board = { lockOutPin: 10 };
  const button = { tone: "wail", soundMinutes: ALARM_MS / 60_000 };
  commune = await new Commune([{ id: ID, crystalPpm: 60, board, button }]).start();
  operator = await commune.person("huyen");
  const file = speech(commune.folder, "dien.mp3", NOTICE.repeat(2));
  announcement = await approved(commune, "Cắt điện", file, "dien.mp3");
  notice = decode(await (await commune.person("xa")).bytes(`/announcements/${announcement.id}/audio`));
}, 150_000);

afterEach(async () => {
  await commune.mend(ID);
  await pole("release");
});
afterAll(() => commune?.stop());

/** What the person at the pole types, run as it is shipped; resolves with what is printed. */
async function pole(...args: string[]): Promise<string> {
  const env = { ...process.env, LOA_CONFIG: join(commune.stationData(ID), "station.yaml") };
  const cli = join(ROOT, "controller/src/pole/cli.ts");
  return (await promisify(execFile)(process.execPath, [cli, ...args], { env, cwd: ROOT })).stdout;
}

const FLOOD = {
  ...{ kind: "actual", headline: "Lũ đang lên", text: "Lũ đang lên. Lên ngay nơi cao." },
  ...{ targets: [{ stationId: ID }], repeat: 0, expiresInSeconds: 300 },
};
const sent = (more: object = {}) => operator.post("/alerts", { ...FLOOD, ...more });
const reached = (id: string, state: string, code?: string) =>
  until(`${id} ${state} ${code ?? ""}`, 20_000, async () => {
    const [row] = (await operator.get(`/alerts/${id}`)).stations;
    return row.state === state && row.code === code ? (row as Answer) : null;
  });
const contacts = async () => {
  const { amplifierRelay, zones } = await commune.truth(ID);
  return [amplifierRelay, ...zones.map(({ closed }: Answer) => closed)];
};
const OPEN = [false, false, false];
const sounds = () =>
  until("closed relays", 20_000, async () => ((await contacts()).join() === "true,true,true" ? true : null));

test("the alarm button sounds the siren with no hub, which ends by itself and is told once the hub is back", async () => {
  commune.part("hub").kill("SIGKILL");
  await commune.part("hub").ended;
  const pressedAt = Date.now();
  await commune.disturb(ID, "button?ms=1500");
  const recording = await until("the siren's recording", 30_000, () =>
    recordingsOf(commune.simData, ID, "z1").find((one) => one.firstSampleAtUs / 1_000 > pressedAt),
  );
  await commune.startHub();
  await commune.online(ID);
  operator = await commune.person("huyen");
  const alarm = await until("the alarm's receipt", 20_000, async () => {
    const { items } = await operator.get("/alerts");
    const found = items.find(({ origin }: Answer) => origin === "button");
    const shown = found && (await operator.get(`/alerts/${found.id}`));
    return shown?.playouts.length > 0 && shown.state === "done" ? shown : null;
  });
  const [playout] = alarm.playouts;
  expect(alarm).toMatchObject({ kind: "actual", state: "done", headline: expect.stringContaining(ID) });
  expect(playout).toMatchObject({ outcome: "played", zones: ["z1", "z2"] });
  const round = samplesOf([{ kind: "tone", tone: "wail", durationMs: ALARM_MS }]);
  const startAt = playout.startedAt - playout.startErrorMs;
  expect(followed(recording, round, startAt, { fromMs: 500, toMs: ALARM_MS - 200 }).worst).toBeGreaterThan(
    0.9,
  );
  expect(Math.abs(endsAt(recording) - startAt - ALARM_MS)).toBeLessThan(1_000);
  expect((await operator.get("/alerts")).items).toHaveLength(1);
}, 120_000);

test("a lock-out silences an alert at once, nothing from afar or a restart ends it, and the alert sounds again after it", async () => {
  const alert = await sent();
  await reached(alert.id, "sounding");
  await sounds();
  expect(await pole("lock-out", "20")).toContain("LOCKED OUT");
  const lockedAt = Date.now();
  expect(await contacts()).toEqual(OPEN);
  await reached(alert.id, "failed", "LOCKED_OUT");
  const area = (await operator.get(`/stations/${ID}`)).areaId;
  const { faulty } = await operator.post("/alerts/rehearse", {
    ...{ kind: "actual", headline: "Thử", targets: [{ areaId: area }], expiresInSeconds: 60 },
  });
  expect(faulty).toMatchObject([{ stationId: ID, codes: expect.arrayContaining(["LOCKED_OUT"]) }]);

  await operator.post(`/alerts/${alert.id}/update`, { headline: "Lũ đang lên nhanh" });
  await operator.post("/stop", { areaId: area });
  await reached(alert.id, "failed", "LOCKED_OUT");
  commune.part(ID).kill("SIGKILL");
  await commune.part(ID).ended;
  const restartedAt = Date.now();
  await commune.startStation(ID).ready;
  const health = await until("health after the restart", 20_000, async () => {
    const shown = (await operator.get(`/stations/${ID}`)).health;
    return shown?.at > restartedAt ? shown : null;
  });
  expect(health.lockedOutUntil).toBeGreaterThan(restartedAt);
  await reached(alert.id, "failed", "LOCKED_OUT");
  expect(await contacts()).toEqual(OPEN);
  expect(await pole("status")).toContain("LOCKED OUT");
  for (const one of recordingsOf(commune.simData, ID, "z1")) expect(endsAt(one)).toBeLessThan(lockedAt);

  const releasedAt = Date.now();
  expect(await pole("release")).toContain("not locked out");
  await reached(alert.id, "sounding");
  await sounds();
  const soundsAt = Date.now();
  await untilTime(soundsAt + 4_000);
  await commune.disturb(ID, "faults", { code: "LOCK_OUT_SWITCH" });
  await reached(alert.id, "failed", "LOCKED_OUT");
  expect(await contacts()).toEqual(OPEN);
  expect(await pole("release")).toContain("switch");
  const [again, ...more] = recordingsOf(commune.simData, ID, "z1").filter((one) => endsAt(one) > releasedAt);
  if (!again) throw new Error("nothing was recorded after the release");
  expect(more).toEqual([]);
  const { issue } = keptAlert(commune, alert.id);
  expect(roundsFollowed(again, issue, soundsAt, soundsAt + 4_000).worst).toBeGreaterThan(0.9);
  await commune.mend(ID);
  await reached(alert.id, "sounding");
  await operator.post(`/alerts/${alert.id}/recall`, { text: "Hết báo động." });
}, 150_000);

test("a broadcast that says restart begins anew after an alert, and is heard whole", async () => {
  await until("silence", 30_000, async () => ((await contacts()).join() === OPEN.join() ? true : null));
  const words = { text: "Lũ lên.", tone: "none", repeat: 1 };
  // Its words are spoken for that, so that it goes out at once.
  await operator.post("/alerts/rehearse", { ...FLOOD, ...words });
  const broadcast = await scheduled(operator, announcement.id, [{ stationId: ID }], 5_000, {
    onPreempt: "restart",
  });
  await confirmed(operator, broadcast.id);
  await untilTime(broadcast.startAt + 3_000);
  const alert = await sent(words);
  await reached(alert.id, "done");
  const [playout] = await proven(operator, broadcast.id, 1);
  expect(playout).toMatchObject({ outcome: "played", startedAt: expect.any(Number) });
  expect(playout?.startedAt).toBeGreaterThan(alert.startAt);
  const recording = await recordingAt(commune, ID, "z1", playout?.startedAt + 2_000);
  const heard = judged(recording, notice, playout?.startedAt);
  expect(heard.worst).toBeGreaterThan(0.9);
  const { playouts } = await operator.get(`/alerts/${alert.id}`);
  expect(playouts).toMatchObject([{ outcome: "played" }]);
}, 120_000);
