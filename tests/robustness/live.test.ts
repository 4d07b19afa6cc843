import type { Command } from "@loa/protocol/command";
import type { LiveReception } from "@loa/protocol/live-session";
import { timeReply } from "@loa/protocol/time";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AREA_PATH, enrolByHand, signedCommand } from "../harness/by-hand.ts";
import { Commune } from "../harness/commune.ts";
import { HostileHub } from "../harness/hostile-hub.ts";
import {
  fates,
  type LiveSpeaker,
  livePacket,
  liveSpeaker,
  PACKET_MS,
  speak,
  spokenFrames,
  stalledAt,
} from "../harness/live-speaker.ts";
import { recordingAt } from "../harness/recording-at.ts";
import { correlateNear, decode, RATE, rmsDb, speech } from "../harness/sound.ts";
import { keySetOf, testKeys } from "../harness/test-keys.ts";
import { until, untilTime } from "../harness/until.ts";

const ID = "tram-noi-truc-tiep-01";
const AREA = AREA_PATH[1] ?? "";
/** Time for the amplifier to warm up before the first word. */
const AHEAD_MS = 3_500;
/** Into the speech, ms: the network stands still for 150 ms. */
const STALLS = [2_200, 4_200, 6_200];
const DELAY_MS = 300;

const keys = testKeys();
const hub = new HostileHub();
const commune = new Commune([{ id: ID }]);
let frames: Uint8Array[];
let sound: Float32Array;
let commands = 0;

beforeAll(async () => {
  await Promise.all([hub.start(), commune.startSim()]);
  const secret = enrolByHand(commune, ID, hub, keys, await keySetOf(keys, 2));
  commune.writeStation(ID, {});
  hub.answersTime = ({ nonce, t1 }) => {
    const now = performance.timeOrigin + performance.now();
    return [timeReply(secret, { nonce, t1, t2: now, t3: now })];
  };
  await commune.startStation(ID).ready;
  await until("birth", 10_000, () => hub.since(0, ID, "birth")[0]);
  const text = "Bà con chú ý, nước sông đang lên nhanh. Đề nghị các hộ ven sông chuyển đồ đạc lên cao. ";
  const spoken = decode(speech(commune.folder, "truc-tiep.wav", text.repeat(4), ["-ar", "48000"]));
  ({ frames, sound } = await spokenFrames(spoken.subarray(0, 20 * RATE)));
}, 60_000);

afterAll(async () => {
  await commune.stop();
  await hub.close();
});

const command = async (body: Record<string, unknown>): Promise<string> => {
  const id = `c-truc-tiep-${++commands}`;
  await hub.send(
    `loa/1/area/${AREA}/command`,
    await signedCommand(keys.command, [AREA], { id, ...body } as Command),
  );
  return id;
};
const send = (packet: Buffer) => hub.send(`loa/1/area/${AREA}/live`, packet, 0);
const open = async ({ session }: LiveSpeaker) => {
  const place = hub.heard.length;
  const id = await command({ kind: "live", session });
  await hub.ack(place, ID, (ack) => ack.id === id && ack.state === "received", 10_000);
  return place;
};
const ended = (place: number, { session }: LiveSpeaker, state: string, withinMs = 10_000) =>
  hub.ack(place, ID, (ack) => ack.id === session.sessionId && ack.state === state, withinMs);
const receiptOf = ({ session }: LiveSpeaker) =>
  until("receipt", 10_000, () => hub.receipts(ID).find(({ sessionId }) => sessionId === session.sessionId));

/** Correlation of one stretch of the speech with what the horns gave at its time, found within 2 ms of it; NaN where nothing is said. */
async function heard({ session }: LiveSpeaker, fromMs: number, toMs: number): Promise<number> {
  const due = session.startAt + DELAY_MS + fromMs;
  const { samples, firstSampleAtUs } = await recordingAt(commune, ID, "z1", due);
  const [at, size] = [fromMs * 48, (toMs - fromMs) * 48];
  if (rmsDb(sound, at, at + size) < -50) return Number.NaN;
  return correlateNear(samples, Math.round((due - firstSampleAtUs / 1_000) * 48), sound, at, size, 96);
}
const middleOf = (found: readonly number[]): number => {
  const sorted = found.filter((one) => !Number.isNaN(one)).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
};
/** The middle one of seconds that were heard: a machine that stands still for a moment spoils one, not most. */
const typical = async (speaker: LiveSpeaker, fromMs: number, toMs: number) => {
  const found: number[] = [];
  for (let at = fromMs; at < toMs; at += 1_000)
    found.push(await heard(speaker, at, Math.min(toMs, at + 1_000)));
  return middleOf(found);
};

test("speech sounds at its delay, through a stall of 150 ms, losses, and a stall of 1.5 s, to its end", async () => {
  const startAt = Date.now() + AHEAD_MS;
  const speaker = liveSpeaker({ startAt, delayMs: DELAY_MS });
  const stranger = { ...speaker, key: keys.stranger.key };
  const place = await open(speaker);
  const lossy = (n: number, at: number) =>
    at > startAt + 8_000 && at < startAt + 12_000 && n % 20 === 7 ? null : at;
  const fate = fates(
    lossy,
    ...STALLS.map((at) => stalledAt(startAt + at, 150)),
    stalledAt(startAt + 13_000, 1_500),
  );
  await speak(
    speaker,
    frames,
    async (packet, n) => {
      await send(packet);
      // Beside each true one a forged one, and an old one once more.
      await send(livePacket(stranger, frames, (n + 50) % 200));
      if (n > 20 && n % 20 !== 7) await send(livePacket(speaker, frames, n - 20));
    },
    fate,
  );
  await ended(place, speaker, "finished");
  for (const state of ["ready", "started"]) await ended(place, speaker, state);
  const durationMs = (frames.length / 3) * PACKET_MS;
  const figures = {
    plain: await typical(speaker, 0, 8_000),
    stalled: middleOf(await Promise.all(STALLS.map((at) => heard(speaker, at - 300, at + 300)))),
    lossy: await typical(speaker, 8_000, 12_000),
    back: await typical(speaker, 15_500, durationMs - 100),
  };
  expect(figures.plain).toBeGreaterThan(0.9);
  expect(figures.stalled).toBeGreaterThan(0.9);
  expect(figures.lossy).toBeGreaterThan(0.7);
  expect(figures.back).toBeGreaterThan(0.9);
  const receipt = await receiptOf(speaker);
  expect(receipt).toMatchObject({ outcome: "partial", zones: ["z1", "z2"] });
  const reception = hub
    .since(place, ID, "health")
    .map(({ body }) => body.live as LiveReception | undefined)
    .findLast((live) => live !== undefined);
  expect(reception).toMatchObject({ sessionId: speaker.session.sessionId });
  expect(reception?.forged).toBeGreaterThan(100);
  expect(reception?.lost).toBeGreaterThanOrEqual(3);
  expect(reception?.late).toBeGreaterThan(10);
  expect(reception?.silencedMs).toBeGreaterThan(500);
});

test("forged speech stays silent, and a stop opens the relays", async () => {
  const startAt = Date.now() + AHEAD_MS;
  const speaker = liveSpeaker({ startAt, delayMs: DELAY_MS });
  const place = await open(speaker);
  await speak({ ...speaker, key: keys.stranger.key }, frames.slice(0, 150), send);
  await command({ kind: "stop", sessionId: speaker.session.sessionId, by: "thử" });
  expect(await ended(place, speaker, "failed")).toMatchObject({ code: "STOPPED" });
  const recording = await recordingAt(commune, ID, "z1", startAt + 1_000);
  expect(rmsDb(recording.samples)).toBeLessThan(-70);
  expect(await receiptOf(speaker)).toMatchObject({ outcome: "stopped", samplesRendered: 0, startedAt: null });
});

test("a station whose process was killed comes back into the speech by itself, at its delay", async () => {
  const startAt = Date.now() + AHEAD_MS;
  const speaker = liveSpeaker({ startAt, delayMs: DELAY_MS });
  const place = await open(speaker);
  const speaking = speak(speaker, frames, send);
  await untilTime(startAt + 2_000);
  commune.part(ID).kill("SIGKILL");
  await commune.part(ID).ended;
  const restarted = Date.now();
  await commune.startStation(ID).ready;
  await speaking;
  await ended(place, speaker, "finished");
  const started = hub
    .since(place, ID, "ack")
    .filter(({ body }) => body.id === speaker.session.sessionId && body.state === "started");
  expect(started.length).toBeGreaterThan(0);
  expect(
    await typical(speaker, (frames.length / 3) * PACKET_MS - 2_000, (frames.length / 3) * PACKET_MS - 100),
  ).toBeGreaterThan(0.9);
  expect(restarted).toBeLessThan(startAt + 5_000);
  expect(await receiptOf(speaker)).toMatchObject({ outcome: "partial", code: "INTERRUPTED" });
});
