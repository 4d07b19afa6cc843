import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keptAlert, samplesOf, wordsHeard } from "../harness/alert-sound.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { followed } from "../harness/followed.ts";
import { fillStore } from "../harness/full-disk.ts";
import { recordingAt } from "../harness/recording-at.ts";
import { decodeOpus, RATE, rmsDb } from "../harness/sound.ts";
import { until, untilTime } from "../harness/until.ts";

const ID = "tram-gap-nan-01";

const commune = new Commune([{ id: ID }]);
let operator: Person;

beforeAll(async () => {
  await commune.start();
  operator = await commune.person("huyen");
}, 90_000);

afterAll(() => commune.stop());

const sent = (more: object): Promise<Answer> =>
  operator.post("/alerts", {
    ...{ kind: "actual", headline: "Lũ quét", targets: [{ stationId: ID }], repeat: 1, expiresInSeconds: 90 },
    ...more,
  });
const state = async (id: string) => (await operator.get(`/alerts/${id}`)).stations[0]?.state as string;
const reached = (id: string, states: readonly string[], withinMs = 30_000) =>
  until(`${id} ${states}`, withinMs, async () => states.includes(await state(id)) || null);

test("words too long for the message come as a file, and are heard whole", async () => {
  const sentence = "Nước sông Lam đang lên rất nhanh, bà con hai bên bờ dời ngay lên nơi cao. ";
  const alert = await sent({ text: sentence.repeat(6), tone: "chime" });
  const { issue } = keptAlert(commune, alert.id);
  const [speech] = issue.sound.filter(({ kind }: Answer) => kind === "asset");
  expect(speech.durationMs).toBeGreaterThan(20_000);
  await reached(alert.id, ["done"], speech.durationMs + 40_000);
  const asset = decodeOpus(commune.asset(speech.sha256));
  const before = issue.sound.slice(0, issue.sound.indexOf(speech));
  const startAt = issue.startAt + before.reduce((sum: number, { durationMs }: Answer) => sum + durationMs, 0);
  const recording = await recordingAt(commune, ID, "z1", startAt + 15_000);
  const whole = { fromMs: 0, toMs: speech.durationMs };
  expect(followed(recording, asset, startAt, whole).worst).toBeGreaterThan(0.9);
}, 120_000);

test("with the hub's store full the alert sounds, outlives a kill, is recalled, and is in the store once there is room", async () => {
  const free = fillStore(join(commune.hubData, "hub.db"));
  const journal = join(commune.hubData, "alerts.journal");
  const alert = await sent({ text: "Lũ quét. Chạy lên đồi.", repeat: 0 });
  await reached(alert.id, ["sounding"]);
  expect(existsSync(journal)).toBe(true);
  commune.part("hub").kill("SIGKILL");
  await commune.part("hub").ended;
  await commune.startHub();
  expect(await operator.get(`/alerts/${alert.id}`)).toMatchObject({ state: "sent", headline: "Lũ quét" });
  await commune.online(ID);
  // Its siren was heard to the end.
  await untilTime(alert.startAt + 9_000);
  expect((await operator.post(`/alerts/${alert.id}/recall`, {})).state).toBe("recalled");
  await reached(alert.id, ["done"], 40_000);
  free();
  await until("the journal is in the store", 20_000, () => !existsSync(journal) || null);
  const { issue, recalledAt, content } = keptAlert(commune, alert.id);
  expect([issue.action, typeof recalledAt]).toEqual(["recall", "number"]);
  const admin = await commune.person("admin");
  const audited = (await admin.get("/audit?limit=100")).items
    .filter(({ subject }: Answer) => subject === alert.id)
    .map(({ action }: Answer) => action);
  expect(audited).toEqual(expect.arrayContaining(["alert.send", "alert.recall"]));
  const sirens = await recordingAt(commune, ID, "z1", alert.startAt + 6_000);
  const from = Math.round((alert.startAt + 5_000 - sirens.firstSampleAtUs / 1_000) * (RATE / 1_000));
  expect(rmsDb(sirens.samples, from, from + RATE)).toBeGreaterThan(-20);
  const siren = followed(sirens, samplesOf(content.sound), alert.startAt, { fromMs: 3_000, toMs: 8_000 });
  expect(siren.worst).toBeGreaterThan(0.9);
  const { scheduledAt } = await until("the correction's receipt", 20_000, async () => {
    const { playouts } = await operator.get(`/alerts/${alert.id}`);
    return playouts.find(({ segment }: Answer) => segment === 2 * issue.revision + 1);
  });
  const after = await recordingAt(commune, ID, "z1", scheduledAt + 3_000);
  const [correction] = wordsHeard(after, issue.correction, scheduledAt);
  expect(correction?.worst).toBeGreaterThan(0.9);
}, 120_000);
