import { afterAll, beforeAll, expect, test } from "vitest";
import { keptAlert, samplesOf, secondHeard } from "../harness/alert-sound.ts";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { DeskSpeaker } from "../harness/desk-speaker.ts";
import { spokenFrames } from "../harness/live-speaker.ts";
import { endsAt, judged, recordingAt } from "../harness/recording-at.ts";
import { recordingsOf } from "../harness/recordings.ts";
import { correlateNear, decode, RATE, rmsDb, speech } from "../harness/sound.ts";
import { until, untilTime } from "../harness/until.ts";

const STATIONS = [
  { id: "tram-cho-01", crystalPpm: 60 },
  { id: "tram-dinh-02", crystalPpm: -60 },
];
const IDS = STATIONS.map(({ id }) => id);
const TARGETS = IDS.map((stationId) => ({ stationId }));
const DELAY_MS = 300;
const WORDS = "Bà con chú ý, nước sông đang lên nhanh. Đề nghị các hộ ven sông chuyển đồ đạc lên cao. ";
const NOTICE =
  "Ủy ban nhân dân xã thông báo. Sáng mai, từ sáu giờ đến mười giờ, toàn xã tạm ngừng cấp điện để sửa chữa đường dây. ";

let commune: Commune;
let staff: Person;
let frames: Uint8Array[];
let sound: Float32Array;

beforeAll(async () => {
  commune = await new Commune(STATIONS).start();
  staff = await commune.person("xa");
  const spoken = decode(speech(commune.folder, "truc-tiep.wav", WORDS.repeat(3), ["-ar", "48000"]));
  ({ frames, sound } = await spokenFrames(spoken.subarray(0, 12 * RATE)));
}, 150_000);

afterAll(() => commune?.stop());

/** Seconds of the speech that are listened to. */
const PIECES_AT = [5, 7, 9];
const median = (of: readonly number[]) =>
  [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;

/** Opens live speech to both stations; resolves when they may sound. */
async function opened(): Promise<{ live: Answer; speaker: DeskSpeaker }> {
  const live = await staff.post("/live", { targets: TARGETS, delayMs: DELAY_MS });
  const speaker = await DeskSpeaker.at(staff, live.id);
  return { live, speaker };
}

test("speech is heard at its delay, in step, with everybody's state told to the speaker, and is kept", async () => {
  const { live, speaker } = await opened();
  // The amplifier warms up behind the first words.
  await speaker.says(frames);
  const begunAt = speaker.begunAt ?? 0;
  const { state } = speaker;
  expect(state).toMatchObject({ live: { state: "speaking", counts: { stations: 2, sounding: 2 } } });
  expect(state.level).toBeGreaterThan(-50);
  expect(state.soundsAfterMs).toBeGreaterThan(0);
  expect(state.soundsAfterMs).toBeLessThan(DELAY_MS);
  expect(await speaker.ends()).toBe("speaker");

  const due = begunAt + DELAY_MS;
  const pieces: { lateMs: number; worst: number }[][] = [];
  for (const id of IDS) {
    const recording = await recordingAt(commune, id, "z1", due + 8_000);
    pieces.push(
      // Each for itself: a frame that was left out of a pause moves what follows.
      PIECES_AT.map((at) => judged(recording, sound.subarray(at * RATE, (at + 2) * RATE), due + at * 1_000)),
    );
    const at = Math.round((due + 6_000 - recording.firstSampleAtUs / 1_000) * 48);
    expect(rmsDb(recording.samples, at, at + 4 * RATE)).toBeGreaterThan(-35);
  }
  const [here = [], there = []] = pieces;
  for (const heard of pieces) {
    expect(median(heard.map(({ worst }) => worst))).toBeGreaterThan(0.9);
    // Later than its delay by its way to the hub at most, and never before.
    expect(median(heard.map(({ lateMs }) => lateMs))).toBeGreaterThan(-25);
    expect(median(heard.map(({ lateMs }) => lateMs))).toBeLessThan(150);
  }
  expect(median(here.map(({ lateMs }, n) => Math.abs(lateMs - (there[n]?.lateMs ?? 0))))).toBeLessThan(20);

  const ended = await until("the recording and both receipts", 20_000, async () => {
    const shown = await staff.get(`/live/${live.id}`);
    return shown.recording && shown.playouts.length === IDS.length ? shown : null;
  });
  expect(ended).toMatchObject({ state: "ended", end: "speaker", by: { name: expect.any(String) } });
  expect(ended.stations.map(({ state, code }: Answer) => [state, code])).toEqual(
    IDS.map(() => ["done", undefined]),
  );
  expect(ended.playouts.every(({ sessionId }: Answer) => sessionId === live.id)).toBe(true);
  const kept = decode(await staff.bytes(`/live/${live.id}/audio`));
  const alike = PIECES_AT.map((at) => correlateNear(kept, at * RATE, sound, at * RATE, 2 * RATE, RATE / 5));
  expect(median(alike)).toBeGreaterThan(0.95);
  const written = await staff.patch(`/live/${live.id}`, { transcript: WORDS });
  expect(written.transcript).toBe(WORDS);
}, 180_000);

test("a second speaker is told who speaks; a stop of the area by others silences at once", async () => {
  const { live, speaker } = await opened();
  const speaking = speaker.says(frames);
  const other = await commune.person("xa2");
  await until("both sound", 20_000, () => speaker.state?.live.counts.sounding === 2 || null);
  const me = (await staff.get("/me")).user;
  await expect(other.post("/live", { targets: TARGETS.slice(1) })).rejects.toMatchObject({
    status: 409,
    problem: { code: "LIVE_HELD", holder: { id: me.id, name: me.name, since: live.createdAt } },
  });
  const stoppedAt = Date.now();
  await other.post("/stop", { areaId: me.areaId });
  await until("the speaker is told", 5_000, () => speaker.told.find(({ kind }) => kind === "ended"));
  expect(await staff.get(`/live/${live.id}`)).toMatchObject({ state: "ended", end: "stopped" });
  await speaking;
  const [id = ""] = IDS;
  const opened2 = await until("relays open", 10_000, async () =>
    (await commune.simEvents(id, stoppedAt)).find(({ type, closed }) => type === "relay" && closed === false),
  );
  expect(opened2.at - stoppedAt).toBeLessThan(2_000);
  speaker.close();
}, 120_000);

test("a broadcast gives way to live speech and goes on after it, where it would be", async () => {
  const file = speech(commune.folder, "dien.mp3", NOTICE.repeat(5));
  const announcement = await approved(commune, "Cắt điện", file, "dien.mp3");
  const notice = decode(await staff.bytes(`/announcements/${announcement.id}/audio`));
  const broadcast = await scheduled(staff, announcement.id, TARGETS, 8_000);
  await confirmed(staff, broadcast.id);
  await untilTime(broadcast.startAt + 4_000);
  const { speaker } = await opened();
  await speaker.says(frames.slice(0, 300));
  const begunAt = speaker.begunAt ?? 0;
  expect(await speaker.ends()).toBe("speaker");
  const after = begunAt + 6_000 + DELAY_MS + 3_000;
  expect(after).toBeLessThan(broadcast.startAt + notice.length / 48 - 5_000);
  await untilTime(after + 3_500);
  // What goes on was heard for long enough; its recording is whole once it has ended.
  await staff.post(`/broadcasts/${broadcast.id}/stop`);
  await proven(staff, broadcast.id, IDS.length);
  for (const id of IDS) {
    const recording = await recordingAt(commune, id, "z1", begunAt + 3_000);
    const frame = (at: number) => Math.round((at - recording.firstSampleAtUs / 1_000) * (RATE / 1_000));
    // Each second for itself: a frame that was left out of a pause moves what follows.
    const alike = [2, 3, 4].map((second) => {
      const due = frame(begunAt + DELAY_MS + second * 1_000);
      return correlateNear(recording.samples, due, sound, second * RATE, RATE, 7_000);
    });
    expect(median(alike)).toBeGreaterThan(0.9);
    const resumed = await recordingAt(commune, id, "z1", after + 1_000);
    const place = Math.round((after - broadcast.startAt) * (RATE / 1_000));
    const where = Math.round((after - resumed.firstSampleAtUs / 1_000) * (RATE / 1_000));
    // Second by second: the playhead is still steered here.
    for (const later of [0, RATE])
      expect(
        correlateNear(resumed.samples, where + later, notice, place + later, RATE, 5_000),
      ).toBeGreaterThan(0.9);
  }
}, 180_000);

test("an alert is spoken by its operator: its tone, then the voice; when the speaker ends, it is done and the zones are silent", async () => {
  const operator = await commune.person("huyen");
  const live = await operator.post("/live", {
    targets: TARGETS,
    delayMs: DELAY_MS,
    alert: { kind: "actual", headline: "Vỡ đê", tone: "siren", expiresInSeconds: 300 },
  });
  const id = live.alertId;
  const speaker = await DeskSpeaker.at(operator, live.id);
  await until("the siren sounds at both", 20_000, async () =>
    (await operator.get(`/alerts/${id}`)).counts.sounding === 2 ? true : null,
  );
  const { issue } = keptAlert(commune, id);
  expect(issue.sound.map(({ kind }: Answer) => kind)).toEqual(["tone", "silence", "live"]);
  // What is said while the siren sounds is not heard.
  await speaker.says([...frames, ...frames]);
  expect(await operator.get(`/alerts/${id}`)).toMatchObject({ state: "sent", counts: { sounding: 2 } });
  expect(speaker.state.live).toMatchObject({ state: "speaking", alertId: id, counts: { sounding: 2 } });
  expect(await speaker.ends()).toBe("speaker");
  const over = await until("the alert is over", 20_000, async () => {
    const alert = await operator.get(`/alerts/${id}`);
    return alert.state === "done" && alert.playouts.length >= IDS.length ? alert : null;
  });
  expect(over.stations.map(({ state, code }: Answer) => [state, code])).toEqual(
    IDS.map(() => ["done", undefined]),
  );

  const siren = samplesOf(issue.sound.slice(0, 1));
  const due = (speaker.begunAt ?? 0) + (frames.length / 3) * 60 + DELAY_MS;
  expect(due).toBeGreaterThan(issue.startAt + siren.length / 48);
  const lastDue = due + (frames.length / 3) * 60;
  for (const station of IDS) {
    const recording = await recordingAt(commune, station, "z1", due + 1_000);
    // The playhead is still steered in its first seconds.
    const tone = [5, 6, 7].map((second) => secondHeard(recording, siren, issue.startAt, second));
    expect(median(tone)).toBeGreaterThan(0.9);
    const words = PIECES_AT.map((at) =>
      judged(recording, sound.subarray(at * RATE, (at + 2) * RATE), due + at * 1_000),
    );
    expect(median(words.map(({ worst }) => worst))).toBeGreaterThan(0.9);
    expect(median(words.map(({ lateMs }) => lateMs))).toBeGreaterThan(-25);
    expect(median(words.map(({ lateMs }) => lateMs))).toBeLessThan(150);
    // Its own silence would end an alert's voice after half a minute; the speaker's word does at once, and not before it was heard.
    expect(endsAt(recording) - lastDue).toBeGreaterThan(-60);
    expect(endsAt(recording) - lastDue).toBeLessThan(5_000);
    expect(recordingsOf(commune.simData, station, "z1").at(-1)?.firstSampleAtUs).toBe(
      recording.firstSampleAtUs,
    );
    expect((await commune.truth(station)).zones.map(({ closed }: Answer) => closed)).toEqual([false, false]);
  }
  expect(await operator.get(`/live/${live.id}`)).toMatchObject({
    state: "ended",
    end: "speaker",
    alertId: id,
  });
}, 180_000);
