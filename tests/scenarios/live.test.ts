import { afterAll, beforeAll, expect, test } from "vitest";
import { keptAlert, samplesOf } from "../harness/alert-sound.ts";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { DeskSpeaker } from "../harness/desk-speaker.ts";
import { type Followed, followed } from "../harness/followed.ts";
import { type KeptSpeech, keptSpeech, speechFollowed } from "../harness/kept-speech.ts";
import { spokenFrames } from "../harness/live-speaker.ts";
import { endsAt, recordingAt } from "../harness/recording-at.ts";
import { recordingsOf } from "../harness/recordings.ts";
import { decode, decodeOpus, RATE, rmsDb, speech } from "../harness/sound.ts";
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

beforeAll(async () => {
  commune = await new Commune(STATIONS).start();
  staff = await commune.person("xa");
  const spoken = decode(speech(commune.folder, "truc-tiep.wav", WORDS.repeat(3), ["-ar", "48000"]));
  ({ frames } = await spokenFrames(spoken.subarray(0, 12 * RATE)));
}, 150_000);

afterAll(() => commune?.stop());

/** Opens live speech to both stations; resolves when they may sound. */
async function opened(): Promise<{ live: Answer; speaker: DeskSpeaker }> {
  const live = await staff.post("/live", { targets: TARGETS, delayMs: DELAY_MS });
  const speaker = await DeskSpeaker.at(staff, live.id);
  return { live, speaker };
}

/** What the hub kept of live speech that has ended. */
const keptOf = async ({ id }: Answer, said: readonly Uint8Array[]) =>
  keptSpeech(await staff.bytes(`/live/${id}/audio`), said);

/** Follows live speech from some ms of it on at both stations: it is whole, as loud as speech, and sounds at its delay. */
async function heardAtBoth(kept: KeptSpeech, due: number, fromMs: number): Promise<[Followed, Followed]> {
  const heard = await Promise.all(
    IDS.map(async (id) => {
      const recording = await recordingAt(commune, id, "z1", due + fromMs + 1_000);
      const at = Math.round((due + fromMs - recording.firstSampleAtUs / 1_000) * 48);
      expect(rmsDb(recording.samples, at, at + 4 * RATE)).toBeGreaterThan(-35);
      return speechFollowed(recording, kept, due, fromMs);
    }),
  );
  for (const { worst, pieces } of heard) {
    expect(worst).toBeGreaterThan(0.9);
    // Later than its delay by its way to the hub at most, and never before.
    expect(Math.min(...pieces.map(({ lateMs }) => lateMs))).toBeGreaterThan(-25);
    expect(Math.max(...pieces.map(({ lateMs }) => lateMs))).toBeLessThan(150);
  }
  return heard as [Followed, Followed];
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

  const ended = await until("the recording and both receipts", 20_000, async () => {
    const shown = await staff.get(`/live/${live.id}`);
    return shown.recording && shown.playouts.length === IDS.length ? shown : null;
  });
  expect(ended).toMatchObject({ state: "ended", end: "speaker", by: { name: expect.any(String) } });
  expect(ended.stations.map(({ state, code }: Answer) => [state, code])).toEqual(
    IDS.map(() => ["done", undefined]),
  );
  expect(ended.playouts.every(({ sessionId }: Answer) => sessionId === live.id)).toBe(true);
  const kept = await keptOf(live, frames);
  // So that none comes later than need be, but at most one a second.
  expect(frames.length - kept.said.length).toBeLessThanOrEqual(12);
  const [here, there] = await heardAtBoth(kept, begunAt + DELAY_MS, 5_000);
  const apart = here.pieces.map(({ lateMs }, n) => Math.abs(lateMs - (there.pieces[n]?.lateMs ?? 1e9)));
  expect(Math.max(...apart)).toBeLessThan(20);
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
  const file = speech(commune.folder, "dien.mp3", NOTICE.repeat(3));
  const announcement = await approved(commune, "Cắt điện", file, "dien.mp3");
  const notice = decodeOpus(await staff.bytes(`/announcements/${announcement.id}/audio`));
  const broadcast = await scheduled(staff, announcement.id, TARGETS, 6_000);
  await confirmed(staff, broadcast.id);
  await untilTime(broadcast.startAt + 2_000);
  const { live, speaker } = await opened();
  const said = frames.slice(0, 300);
  await speaker.says(said);
  const begunAt = speaker.begunAt ?? 0;
  expect(await speaker.ends()).toBe("speaker");
  const after = begunAt + 6_000 + DELAY_MS + 3_000;
  expect(after).toBeLessThan(broadcast.startAt + notice.length / 48 - 5_000);
  await untilTime(after + 3_500);
  // What goes on was heard for long enough; its recording is whole once it has ended.
  await staff.post(`/broadcasts/${broadcast.id}/stop`);
  await proven(staff, broadcast.id, IDS.length);
  await heardAtBoth(await keptOf(live, said), begunAt + DELAY_MS, 1_000);
  for (const id of IDS) {
    const resumed = await recordingAt(commune, id, "z1", after + 1_000);
    const fromMs = after - broadcast.startAt;
    const rest = followed(resumed, notice, broadcast.startAt, { fromMs, toMs: fromMs + 3_000 });
    expect(rest.worst).toBeGreaterThan(0.9);
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
  const before = frames.slice(0, 450);
  const said = [...before, ...frames];
  await speaker.says(said);
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
  const begunDue = (speaker.begunAt ?? 0) + DELAY_MS;
  const fromMs = (before.length / 3) * 60;
  expect(begunDue + fromMs).toBeGreaterThan(issue.startAt + siren.length / 48);
  const lastDue = begunDue + (said.length / 3) * 60;
  await heardAtBoth(await keptOf(live, said), begunDue, fromMs);
  for (const station of IDS) {
    const recording = await recordingAt(commune, station, "z1", begunDue + fromMs + 1_000);
    const tone = followed(recording, siren, issue.startAt, { fromMs: 2_000, toMs: 8_000 });
    expect(tone.worst).toBeGreaterThan(0.9);
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
