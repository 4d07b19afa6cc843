import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { missingForRig, type PulseRig, type Recording, startPulseRig } from "../harness/pulse-rig.ts";
import { type Comparison, compare, decode, RATE, speech } from "../harness/sound.ts";
import { untilTime } from "../harness/until.ts";

const IDS = ["tram-alsa-01", "tram-alsa-02"] as const;
/** The playhead's loop needs an open stream for so long before it is in step. */
const SETTLE_MS = 20_000;
/**
 * What the time stamp of a recording allows: it was taken when the first bytes were seen, up to a fragment (50 ms) after their first
 * frame was rendered, and the bus renders up to as much again ahead of what a card reports as sounding.
 */
const STAMP_MS = 100;

let rig: PulseRig;
let recording: Recording;
let commune: Commune;
let broadcast: Answer;
let playouts: Answer[];
let asset: Float32Array;
let heard: { channel: Float32Array; comparison: Comparison }[];
let startedAt: number;

beforeAll(async () => {
  const missing = missingForRig();
  if (missing) throw new Error(missing);
  rig = await startPulseRig(IDS.length);
  recording = await rig.record();
  const audio = { output: "alsa", device: "default" };
  const stations = IDS.map((id, i) => ({ id, audio, env: rig.environment(i) as Record<string, string> }));
  commune = await new Commune(stations).start();
  const open = Date.now();
  const staff = await commune.person("xa");
  const file = speech(
    commune.folder,
    "tiem.wav",
    "Trạm y tế xã thông báo. Sáng thứ bảy, tám giờ, tiêm phòng cho trẻ em tại trạm.",
  );
  const announcement = await approved(commune, "Tiêm phòng", file, "tiem.wav");
  asset = decode(await staff.bytes(`/announcements/${announcement.id}/audio`));
  const targets = IDS.map((stationId) => ({ stationId }));
  broadcast = await scheduled(staff, announcement.id, targets, open + SETTLE_MS - Date.now());
  await confirmed(staff, broadcast.id);
  await untilTime(broadcast.startAt + asset.length / 48 + 1_000);
  playouts = await proven(staff, broadcast.id, IDS.length);
  await recording.stop();
  startedAt = recording.startedAt;
  const expected = Math.round(((broadcast.startAt - startedAt) * RATE) / 1_000);
  heard = IDS.map((_, i) => {
    const channel = channelOf(readFileSync(recording.path), i, IDS.length);
    return { channel, comparison: compare(channel, asset, expected) };
  });
}, 120_000);

afterAll(async () => {
  await commune?.stop();
  await rig?.close();
});

/** One channel of interleaved s16le. */
function channelOf(raw: Buffer, channel: number, channels: number): Float32Array {
  const frames = Math.floor(raw.length / 2 / channels);
  return Float32Array.from(
    { length: frames },
    (_, i) => raw.readInt16LE(2 * (i * channels + channel)) / 32_768,
  );
}

test("an announcement sounds whole out of the sound card, and nothing besides", () => {
  for (const { comparison } of heard) {
    const windows = comparison.windows.filter((correlation) => !Number.isNaN(correlation));
    expect(windows.length).toBeGreaterThan(3);
    expect(Math.min(...windows)).toBeGreaterThanOrEqual(0.9);
    expect(Math.abs(comparison.lengthErrorMs)).toBeLessThan(20);
    expect(comparison.outsideDb).toBeLessThan(-60);
  }
});

test("two stations sound in step, and when it was planned", () => {
  const [a, b] = heard.map(({ comparison }) => comparison.offset);
  expect((Math.abs((a ?? 0) - (b ?? 0)) * 1_000) / RATE).toBeLessThan(5);
  for (const { comparison } of heard) {
    const lateMs = startedAt + (comparison.offset * 1_000) / RATE - broadcast.startAt;
    expect(Math.abs(lateMs)).toBeLessThan(50 + STAMP_MS);
  }
});

test("the receipts prove it, and the relays were closed around it", async () => {
  for (const id of IDS) {
    const playout = playouts.find(({ stationId }) => stationId === id);
    expect(playout).toMatchObject({ outcome: "played", samplesRendered: playout.samplesPlanned });
    expect(Math.abs(playout.startErrorMs)).toBeLessThan(50);
    const moves = (await commune.simEvents(id)).filter(({ type }: Answer) => type === "relay");
    const at = (relay: string, closed: boolean) =>
      moves.find((move: Answer) => move.relay === relay && move.closed === closed)?.at;
    for (const zone of ["z1", "z2"]) {
      expect(at(zone, true)).toBeLessThan(broadcast.startAt);
      expect(at(zone, false)).toBeGreaterThan(broadcast.startAt + asset.length / 48);
    }
  }
});
