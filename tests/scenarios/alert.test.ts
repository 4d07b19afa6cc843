import { SIRENS } from "@loa/protocol/alert";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keptAlert, roundsFollowed, samplesOf, wordsHeard } from "../harness/alert-sound.ts";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { followed } from "../harness/followed.ts";
import { endsAt, recordingAt } from "../harness/recording-at.ts";
import { decodeOpus, RATE, rmsDb, speech } from "../harness/sound.ts";
import { until, untilTime } from "../harness/until.ts";

const STATIONS = [
  { id: "tram-cho-01", crystalPpm: 60 },
  { id: "tram-dinh-02", crystalPpm: -60 },
];
const IDS = STATIONS.map(({ id }) => id);
const NOTICE =
  "Ủy ban nhân dân xã thông báo. Sáng mai, từ sáu giờ đến mười giờ, toàn xã tạm ngừng cấp điện để sửa chữa đường dây. ";

let commune: Commune;
let operator: Person;
let area: string;
let announcement: Answer;
let notice: Float32Array;

beforeAll(async () => {
  commune = await new Commune(STATIONS).start();
  operator = await commune.person("huyen");
  const staff = await commune.person("xa");
  area = (await staff.get("/me")).user.areaId;
  const file = speech(commune.folder, "dien.mp3", NOTICE.repeat(3));
  announcement = await approved(commune, "Cắt điện", file, "dien.mp3");
  notice = decodeOpus(await staff.bytes(`/announcements/${announcement.id}/audio`));
}, 150_000);

afterAll(() => commune?.stop());

const sent = (more: object = {}) =>
  operator.post("/alerts", {
    kind: "actual",
    headline: "Lũ đang lên",
    text: "Lũ đang lên. Lên ngay nơi cao.",
    targets: [{ areaId: area }],
    repeat: 1,
    expiresInSeconds: 90,
    ...more,
  });

/** Waits until an alert is so far with each of these stations; resolves with their rows. */
const reached = (id: string, states: readonly string[], ids: readonly string[] = IDS, withinMs = 30_000) =>
  until(`${id} ${states}`, withinMs, async () => {
    const { stations } = await operator.get(`/alerts/${id}`);
    const rows = stations.filter(({ stationId }: Answer) => ids.includes(stationId));
    return rows.every(({ state }: Answer) => states.includes(state)) ? (rows as Answer[]) : null;
  });

test("an alert over a broadcast is heard at once, siren and words, and the broadcast goes on after it", async () => {
  const targets = IDS.map((stationId) => ({ stationId }));
  const broadcast = await scheduled(operator, announcement.id, targets, 6_000);
  await confirmed(operator, broadcast.id);
  await untilTime(broadcast.startAt + 1_500);
  const asked = Date.now();
  const alert = await sent();
  expect(alert.startAt - asked).toBeLessThan(5_000);
  await reached(alert.id, ["done"]);
  const { issue } = keptAlert(commune, alert.id);
  const round = samplesOf(issue.sound);
  const after = issue.startAt + round.length / 48 + 2_500;
  expect(after).toBeLessThan(broadcast.startAt + notice.length / 48 - 3_000);
  const playouts = await proven(operator, broadcast.id, IDS.length);
  expect(playouts.map(({ outcome, code }) => [outcome, code])).toEqual(
    IDS.map(() => ["partial", "PREEMPTED"]),
  );

  for (const id of IDS) {
    const recording = await recordingAt(commune, id, "z1", issue.startAt + 2_000);
    const siren = followed(recording, round, issue.startAt, { fromMs: 2_000, toMs: 8_000 });
    expect(siren.worst).toBeGreaterThan(0.9);
    const [words] = wordsHeard(recording, issue.sound, issue.startAt);
    expect(words?.worst).toBeGreaterThan(0.9);
    expect(Math.abs(words?.lateMs ?? 1e9)).toBeLessThan(50);
    const resumed = await recordingAt(commune, id, "z1", after + 1_000);
    const fromMs = after - broadcast.startAt;
    const rest = followed(resumed, notice, broadcast.startAt, { fromMs, toMs: fromMs + 3_000 });
    expect(rest.worst).toBeGreaterThan(0.9);
  }
  const { playouts: proof, state } = await until("receipts of the alert", 10_000, async () => {
    const shown = await operator.get(`/alerts/${alert.id}`);
    return shown.playouts.length === IDS.length ? shown : null;
  });
  expect(state).toBe("done");
  // Whoever got it a moment after its start lacks that moment; the receipt says so.
  for (const { samplesRendered, samplesPlanned } of proof)
    expect(samplesRendered / samplesPlanned).toBeGreaterThan(0.95);
}, 120_000);

test("a recall silences the siren within a second and speaks the correction", async () => {
  const alert = await sent({ headline: "Vỡ đập", text: "Vỡ đập. Chạy ngay lên đồi.", repeat: 5 });
  await reached(alert.id, ["sounding"]);
  await until("the correction's words", 15_000, () => keptAlert(commune, alert.id).correction);
  await untilTime(Date.now() + 1_500);
  const recalledAt = Date.now();
  const recalled = await operator.post(`/alerts/${alert.id}/recall`, {});
  expect(recalled.state).toBe("recalled");
  await reached(alert.id, ["done"]);
  const { issue } = keptAlert(commune, alert.id);
  for (const id of IDS) {
    const recording = await recordingAt(commune, id, "z1", issue.startAt + 3_000);
    const [words] = wordsHeard(recording, issue.correction, issue.startAt);
    expect(words?.worst).toBeGreaterThan(0.9);
    expect(Math.abs(words?.lateMs ?? 1e9)).toBeLessThan(100);
    const before = await recordingAt(commune, id, "z1", recalledAt - 1_000);
    const siren = Math.round((recalledAt - 1_000 - before.firstSampleAtUs / 1_000) * (RATE / 1_000));
    expect(rmsDb(before.samples, siren, siren + RATE / 2)).toBeGreaterThan(-20);
    // The relays opened at once, and the breath before the rising notes is silent.
    expect(endsAt(before) - recalledAt).toBeLessThan(1_000);
    expect(issue.startAt - recalledAt).toBeLessThan(500);
    const breath = Math.round((issue.startAt + 250 - recording.firstSampleAtUs / 1_000) * (RATE / 1_000));
    expect(rmsDb(recording.samples, breath, breath + RATE / 10)).toBeLessThan(-50);
    const notes = followed(recording, samplesOf(issue.correction), issue.startAt, {
      fromMs: 500,
      toMs: 2_400,
    });
    expect(notes.worst).toBeGreaterThan(0.9);
  }
}, 90_000);

test("a recall over a broadcast speaks the correction, and the broadcast goes on after it", async () => {
  const targets = IDS.map((stationId) => ({ stationId }));
  const broadcast = await scheduled(operator, announcement.id, targets, 6_000);
  await confirmed(operator, broadcast.id);
  await untilTime(broadcast.startAt + 1_500);
  const alert = await sent({ repeat: 5 });
  await reached(alert.id, ["sounding"]);
  await operator.post(`/alerts/${alert.id}/recall`, {});
  await reached(alert.id, ["done"]);
  const { issue } = keptAlert(commune, alert.id);
  const after = issue.startAt + samplesOf(issue.correction).length / 48 + 2_500;
  expect(after).toBeLessThan(broadcast.startAt + notice.length / 48 - 3_000);
  await proven(operator, broadcast.id, IDS.length);
  for (const id of IDS) {
    const recording = await recordingAt(commune, id, "z1", issue.startAt + 3_000);
    const [words] = wordsHeard(recording, issue.correction, issue.startAt);
    expect(words?.worst).toBeGreaterThan(0.9);
    const resumed = await recordingAt(commune, id, "z1", after + 1_000);
    const fromMs = after - broadcast.startAt;
    const rest = followed(resumed, notice, broadcast.startAt, { fromMs, toMs: fromMs + 3_000 });
    expect(rest.worst).toBeGreaterThan(0.9);
  }
}, 120_000);

test("an exercise is announced as one before and after, and never sounds the siren", async () => {
  const refused = sent({ kind: "exercise", tone: "siren" });
  await expect(refused).rejects.toMatchObject({ problem: { code: "SIREN_NOT_ALLOWED" } });
  const [id] = IDS as [string];
  const drill = await sent({ kind: "exercise", targets: [{ stationId: id }] });
  await reached(drill.id, ["done"], [id], 60_000);
  const { issue } = keptAlert(commune, drill.id);
  expect(issue.sound.filter(({ kind }: Answer) => kind === "opus")).toHaveLength(3);
  expect(issue.sound.filter(({ tone }: Answer) => SIRENS.has(tone))).toEqual([]);
  const recording = await recordingAt(commune, id, "z1", issue.startAt + 3_000);
  const words = wordsHeard(recording, issue.sound, issue.startAt);
  expect(words).toHaveLength(3);
  for (const { worst } of words) expect(worst).toBeGreaterThan(0.9);
  const [playout] = await until("the exercise's receipt", 10_000, async () => {
    const { playouts } = await operator.get(`/alerts/${drill.id}`);
    return playouts.length > 0 ? (playouts as Answer[]) : null;
  });
  // The amplifier was cold: it took some of the tone, and no word.
  expect(playout).toMatchObject({ outcome: "played" });
  expect(playout?.samplesRendered).toBeLessThan(playout?.samplesPlanned);
}, 90_000);

test("a station that was away comes back while the alert holds, and joins it; the hub too was started anew meanwhile", async () => {
  const [here, away] = IDS as [string, string];
  commune.part(away).kill("SIGKILL");
  await commune.part(away).ended;
  const alert = await sent({ headline: "Cháy chợ", text: "Cháy chợ. Rời ngay khỏi chợ.", repeat: 0 });
  await reached(alert.id, ["sounding"], [here]);
  commune.part("hub").kill("SIGKILL");
  await commune.part("hub").ended;
  await commune.startHub();
  operator = await commune.person("huyen");
  const back = commune.startStation(away);
  await back.ready;
  const [row] = (await reached(alert.id, ["sounding"], [away], 40_000)) as [Answer];
  await untilTime(Date.now() + 7_000);
  await operator.post(`/alerts/${alert.id}/recall`, {});
  await reached(alert.id, ["done"]);
  const { content } = keptAlert(commune, alert.id);
  const from = row.soundingAt + 2_000;
  const recording = await recordingAt(commune, away, "z1", from);
  const { sound } = content;
  const joined = roundsFollowed(recording, { startAt: alert.startAt, sound }, from, from + 4_000);
  expect(joined.worst).toBeGreaterThan(0.9);
}, 120_000);
