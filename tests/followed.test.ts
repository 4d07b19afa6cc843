import { renderTone } from "@loa/controller/audio/alert-tones";
import { voice } from "@loa/controller/audio/opus-packets.fixture";
import { resample, TAPS_AFTER, TAPS_BEFORE } from "@loa/controller/audio/resampler";
import { describe, expect, test } from "vitest";
import { followed } from "./harness/followed.ts";
import { correlateNear, RATE } from "./harness/sound.ts";

const SECONDS = 4;
const siren = new Float32Array(SECONDS * RATE);
renderTone("wail", 0, siren.length, siren);
const SOUNDS = { speech: voice(SECONDS * 1_000), "the siren": siren };
const WHOLE = { fromMs: 0, toMs: SECONDS * 1_000 };
const DUE = 1_700_000_000_000;

/** As a zone records it: from 500 ms before its time on, `lateMs` late. */
const recorded = (sound: Float32Array, lateMs = 0) => {
  const samples = new Float32Array(sound.length + RATE);
  samples.set(sound, Math.round((0.5 + lateMs / 1_000) * RATE));
  return { stationId: "s", zone: "z1", firstSampleAtUs: (DUE - 500) * 1_000, sampleRate: RATE, samples };
};
/** As a playhead sounds it that steers: `rate` frames of it a frame. */
function steered(sound: Float32Array, rate: number): Float32Array {
  const into = new Float32Array(Math.floor(sound.length / Math.max(1, rate)) - 32);
  const padded = new Float32Array(TAPS_BEFORE + sound.length + TAPS_AFTER);
  padded.set(sound, TAPS_BEFORE);
  resample(padded, TAPS_BEFORE, rate, into, into.length);
  return into;
}
/** Without, or with more of, some ms in its midst. */
const cut = (sound: Float32Array, ms: number) =>
  Float32Array.from([...sound.subarray(0, 2 * RATE), ...sound.subarray(2 * RATE + ms * 48)]);
const doubled = (sound: Float32Array, ms: number) =>
  Float32Array.from([...sound.subarray(0, 2 * RATE), ...sound.subarray(2 * RATE - ms * 48)]);

describe.each(Object.entries(SOUNDS))("%s", (_, sound) => {
  test("that sounds as it is fits throughout, and is known by its lateness", () => {
    const { worst, pieces } = followed(recorded(sound, 12), sound, DUE, WHOLE);
    expect(worst).toBeGreaterThan(0.999);
    expect(pieces).toHaveLength(4 * SECONDS);
    for (const { lateMs } of pieces) expect(lateMs).toBeCloseTo(12, 1);
  });

  test.each([1 + 0.000_31, 1 - 0.000_31])(
    "that is steered at %f fits throughout, though not in one window",
    (rate) => {
      const recording = recorded(steered(sound, rate));
      expect(followed(recording, sound, DUE, { ...WHOLE, toMs: 3_900 }).worst).toBeGreaterThan(0.97);
      expect(correlateNear(recording.samples, RATE / 2, sound, 0, 3.9 * RATE, RATE / 50)).toBeLessThan(0.9);
    },
  );

  test.each([
    ["lacks 5 ms", (whole: Float32Array) => cut(whole, 5)],
    ["gives 5 ms twice", (whole: Float32Array) => doubled(whole, 5)],
    [
      "is silent for 100 ms",
      (whole: Float32Array) => whole.map((x, i) => (i > RATE && i < 1.1 * RATE ? 0 : x)),
    ],
    ["is steered by 2 ms a second", (whole: Float32Array) => steered(whole, 1.002)],
    ["is backwards", (whole: Float32Array) => whole.toReversed()],
    ["comes 30 ms late", (whole: Float32Array) => recorded(whole, 30).samples.subarray(RATE / 2)],
  ])("that %s does not fit", (_, spoilt) => {
    const recording = recorded(spoilt(sound));
    expect(followed(recording, sound, DUE, { ...WHOLE, toMs: 3_900 }).worst).toBeLessThan(0.9);
  });
});

test("what is silent is not judged, and silence alone is no judgement", () => {
  const halves = siren.map((x, i) => (i < RATE ? 0 : x));
  expect(followed(recorded(halves), halves, DUE, WHOLE).pieces[0]).toMatchObject({ atMs: 1_000 });
  expect(() => followed(recorded(halves), halves, DUE, { fromMs: 0, toMs: 1_500 })).toThrow("silent");
});
