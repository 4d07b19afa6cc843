import { afterAll, beforeAll, expect, test } from "vitest";
import { keptAlert, wordsHeard } from "../harness/alert-sound.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { DeskSpeaker } from "../harness/desk-speaker.ts";
import { reroute } from "../harness/hostile-proxy.ts";
import { latestWords } from "../harness/late-words.ts";
import { spokenFrames } from "../harness/live-speaker.ts";
import { endsAt, judged, recordingAt } from "../harness/recording-at.ts";
import { recordingsOf } from "../harness/recordings.ts";
import { SlowLine } from "../harness/slow-line.ts";
import { decode, RATE, rmsDb, speech } from "../harness/sound.ts";
import { until, untilTime } from "../harness/until.ts";

const ID = "tram-song-yeu-01";
const TARGETS = [{ stationId: ID }];
/** As it is meant for mobile links. */
const DELAY_MS = 1_500;
/** No two sentences alike, so that each second of it is known by its sound. */
const WORDS =
  "Bà con chú ý, nước sông đang lên nhanh. Các hộ ở bãi bồi hãy đưa người già và trẻ em đến trường tiểu học. " +
  "Xã đã chuẩn bị mì gói, chăn màn, thuốc men. Đội thanh niên có ba chiếc thuyền máy trực tại bến đò cũ. " +
  "Ai cần giúp thì gọi cho trưởng xóm, số điện thoại dán ở cửa nhà văn hóa. Trâu bò lùa lên đê phía tây. " +
  "Nhớ ngắt cầu dao điện trước khi rời khỏi nhà, khóa van bình ga, mang theo giấy tờ và đèn pin. " +
  "Đường liên thôn qua cầu Máng đã ngập nửa mét, xin đi vòng lối chùa Hạ.";

const commune = new Commune([{ id: ID }]);
const hubPort = () => Number(new URL(commune.hub.mqtt ?? "").port);
const line = new SlowLine(hubPort);
let staff: Person;
let operator: Person;
let frames: Uint8Array[];
let sound: Float32Array;
/** What live speech takes on the line, bytes a second, TLS and all. */
let need = 0;

beforeAll(async () => {
  await commune.start();
  await commune.part(ID).stop();
  const address = new URL(commune.hub.mqtt ?? "");
  address.port = String(await line.listen());
  reroute(commune.stationData(ID), address.href.replace(/\/$/, ""));
  await commune.startStation(ID).ready;
  await until("the station on the line", 20_000, () => line.up.carried > 0 || null);
  await commune.online(ID);
  [staff, operator] = await Promise.all([commune.person("xa"), commune.person("huyen")]);
  const spoken = decode(speech(commune.folder, "song.wav", WORDS, ["-ar", "48000"]));
  ({ frames, sound } = await spokenFrames(spoken.subarray(0, 16 * RATE)));
  const { speaker } = await opened();
  const speaking = speaker.says(frames.slice(0, 210));
  await untilTime(Date.now() + 1_000);
  const [at, before] = [performance.now(), line.down.carried];
  await speaking;
  need = ((line.down.carried - before) * 1_000) / (performance.now() - at);
  expect(await speaker.ends()).toBe("speaker");
}, 150_000);

afterAll(async () => {
  await commune.stop();
  await line.close();
});

/** Opens live speech to the station; resolves when it may sound. */
async function opened(): Promise<{ live: Answer; speaker: DeskSpeaker }> {
  const live = await staff.post("/live", { targets: TARGETS, delayMs: DELAY_MS });
  const speaker = await DeskSpeaker.at(staff, live.id);
  await until("the station is ready", 30_000, () => speaker.state?.live.counts.ready === 1 || null);
  return { live, speaker };
}

const dueOf = ({ begunAt }: DeskSpeaker) => (begunAt ?? 0) + DELAY_MS;
const median = (of: readonly number[]) => [...of].sort((a, b) => a - b)[of.length >> 1] ?? Number.NaN;

/** How two seconds of the speech each, from these places on (s), were heard at their time. */
async function heardAt(speaker: DeskSpeaker, places: readonly number[]) {
  const found: ReturnType<typeof judged>[] = [];
  for (const at of places) {
    const due = dueOf(speaker) + at * 1_000;
    const recording = await recordingAt(commune, ID, "z1", due + 1_000);
    found.push(judged(recording, sound.subarray(at * RATE, (at + 2) * RATE), due));
  }
  return { worst: median(found.map(({ worst }) => worst)), lateMs: median(found.map((one) => one.lateMs)) };
}

/** The station's last word of how it hears. */
const receptionOf = async ({ id }: Answer) => (await staff.get(`/live/${id}`)).stations[0].reception;

test("a line a little wider than speech needs carries all of it, heard at its delay", async () => {
  const { live, speaker } = await opened();
  line.widen(1.3 * need);
  await speaker.says(frames);
  expect(await speaker.ends()).toBe("speaker");
  const { worst, lateMs } = await heardAt(speaker, [5, 7, 9, 11, 13]);
  line.widen(Number.POSITIVE_INFINITY);
  expect(worst).toBeGreaterThan(0.9);
  // Later than its delay by its way to the hub at most, and never before.
  expect(lateMs).toBeGreaterThan(-25);
  expect(lateMs).toBeLessThan(150);
  expect(await receptionOf(live)).toMatchObject({ lost: 0, late: 0 });
});

test("speech goes on at its delay through a line that stands still, and after one that was cut", async () => {
  const { speaker } = await opened();
  const speaking = speaker.says(frames);
  await until("something was said", 5_000, () => speaker.begunAt);
  const said = (ms: number) => untilTime((speaker.begunAt ?? 0) + ms);
  await said(5_000);
  await line.standStill(DELAY_MS * 0.6);
  await said(8_500);
  line.cut();
  await speaking;
  expect(await speaker.ends()).toBe("speaker");
  const through = await heardAt(speaker, [4, 5, 6]);
  const after = await heardAt(speaker, [12, 13, 14]);
  for (const { worst, lateMs } of [through, after]) {
    expect(worst).toBeGreaterThan(0.9);
    expect(lateMs).toBeGreaterThan(-25);
    expect(lateMs).toBeLessThan(150);
  }
});

/** First moment (Unix ms) from `since` on at which the zone gives a tone, or anything as loud. */
const loudFrom = (since: number) =>
  until("something loud", 90_000, () => {
    for (const { firstSampleAtUs, samples } of recordingsOf(commune.simData, ID, "z1"))
      for (let at = 0; at < samples.length; at += RATE / 10) {
        const when = firstSampleAtUs / 1_000 + at / 48;
        if (when >= since && rmsDb(samples, at, at + RATE / 10) > -30) return when;
      }
    return null;
  });

/** Sends an alert with few words; resolves once it is over at the station, with the time from asking for it to its sound, ms. */
async function alertWait(notBefore: number): Promise<number> {
  const asked = Date.now();
  const alert = await operator.post("/alerts", {
    ...{ kind: "actual", headline: "Vỡ đê", text: "Vỡ đê. Chạy lên đồi.", targets: TARGETS },
    ...{ tone: "chime", repeat: 1, expiresInSeconds: 120 },
  });
  await until("the alert is over at the station", 120_000, async () => {
    const { stations } = await operator.get(`/alerts/${alert.id}`);
    return stations[0].state === "done" ? true : null;
  });
  return (await loudFrom(Math.max(asked, notBefore))) - asked;
}

test("on a line too narrow for speech no word comes late, and an alert after it does not wait behind stale speech", async () => {
  const control = { samples: sound.subarray(0, 6 * RATE), from: 3_000 };
  expect(latestWords(control, sound, 0, 10_000)).toBeGreaterThan(2_900);

  line.widen(0.4 * need);
  const idle = await alertWait(0);
  const { live, speaker } = await opened();
  await speaker.says(frames);
  expect(await speaker.ends()).toBe("speaker");
  const lastDue = dueOf(speaker) + (frames.length / 3) * 60;
  const after = await alertWait(lastDue + 500);
  const reception = await receptionOf(live);
  line.widen(Number.POSITIVE_INFINITY);

  expect(reception.lost).toBeGreaterThan(frames.length / 3 / 4);
  const due = dueOf(speaker);
  const late = recordingsOf(commune.simData, ID, "z1")
    .filter((one) => endsAt(one) > due && one.firstSampleAtUs / 1_000 < lastDue + 30_000)
    .map(({ samples, firstSampleAtUs }) =>
      latestWords({ samples, from: firstSampleAtUs / 1_000 }, sound, due, 20_000),
    );
  expect(late.length).toBeGreaterThan(0);
  expect(Math.max(...late)).toBe(0);
  expect(after).toBeLessThan(2 * idle);
});

test("a recall over such a line silences long before its words are there, does not wait behind copies of its alert, and is then spoken", async () => {
  const width = 0.4 * need;
  line.widen(width);
  const { id } = await operator.post("/alerts", {
    ...{ kind: "actual", headline: "Nước lên", text: WORDS.slice(0, 100), targets: TARGETS },
    ...{ repeat: 0, expiresInSeconds: 300 },
  });
  const shown = () => operator.get(`/alerts/${id}`);
  await until("it sounds", 90_000, async () => (await shown()).stations[0].state === "sounding" || null);
  await until("the correction's words", 15_000, () => keptAlert(commune, id).correction);
  await untilTime(Date.now() + 3_000);

  const recalledAt = Date.now();
  await operator.post(`/alerts/${id}/recall`, {});
  await until("the station said that it is silent", 90_000, async () => {
    const [{ state, receivedAt = 0 }] = (await shown()).stations;
    return (state === "received" && receivedAt >= recalledAt) || null;
  });
  const spoken = await until("the correction was spoken", 90_000, async () => {
    const { revision, playouts } = await shown();
    return playouts.find((one: Answer) => one.segment === 2 * revision + 1);
  });
  line.widen(Number.POSITIVE_INFINITY);

  const { correction } = keptAlert(commune, id).issue;
  const takesMs = (JSON.stringify(correction).length * 1_000) / width;
  const cutOff = await recordingAt(commune, ID, "z1", recalledAt - 500);
  expect(endsAt(cutOff) - recalledAt).toBeLessThan(takesMs / 4);
  expect(spoken.startedAt - recalledAt).toBeGreaterThan(takesMs / 2);
  const after = await recordingAt(commune, ID, "z1", spoken.scheduledAt + 3_000);
  expect(wordsHeard(after, correction, spoken.scheduledAt)[0]?.worst).toBeGreaterThan(0.9);
});
