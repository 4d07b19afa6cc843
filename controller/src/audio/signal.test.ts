import { describe, expect, test } from "vitest";
import { CEILING, Limiter, peakOf } from "./limiter.ts";
import { toS16 } from "./pcm.ts";
import { resample, TAPS_AFTER, TAPS_BEFORE } from "./resampler.ts";
import { chime } from "./tones.ts";

const sine = (hz: number, level: number, frames: number, from = 0) =>
  Float32Array.from({ length: frames }, (_, i) => level * Math.sin((2 * Math.PI * hz * (i + from)) / 48_000));

describe("the limiter", () => {
  test.each([1.1, 2, 8])("holds a sudden level of %f below the ceiling", (level) => {
    const limiter = new Limiter();
    const blocks = [0.1, 0.1, level, level, 0.1, level].map((each) => sine(1_000, each, 480));
    blocks.forEach((block, i) => {
      limiter.apply(block, peakOf(blocks[i + 1] ?? new Float32Array(480)));
      expect(peakOf(block)).toBeLessThanOrEqual(CEILING + 1e-6);
    });
  });

  test("leaves what is below the ceiling as it is", () => {
    const block = sine(440, 0.8, 480);
    const before = block.slice();
    new Limiter().apply(block, 0.8);
    expect(block).toEqual(before);
  });
});

describe("the resampler", () => {
  test("returns the input at rate 1 from a whole place", () => {
    const input = sine(997, 0.7, 600);
    const out = new Float32Array(500);
    resample(input, TAPS_BEFORE, 1, out, 500);
    out.forEach((sample, i) => {
      expect(sample).toBeCloseTo(input[i + TAPS_BEFORE]!, 6);
    });
  });

  test.each([
    [300, 1.002],
    [3_000, 0.998],
    [10_000, 1.0001],
  ])("keeps a tone of %i Hz clean at rate %f", (hz, rate) => {
    const out = new Float32Array(4_000);
    resample(sine(hz, 1, 4_100), 10.37, rate, out, 4_000);
    const wrong = out.map((sample, i) => sample - Math.sin((2 * Math.PI * hz * (10.37 + i * rate)) / 48_000));
    expect(20 * Math.log10(Math.sqrt(wrong.reduce((sum, e) => sum + e * e, 0) / 4_000))).toBeLessThan(-65);
  });

  test("passes a constant unchanged", () => {
    const out = new Float32Array(100);
    resample(new Float32Array(100 + TAPS_BEFORE + TAPS_AFTER + 2).fill(0.5), TAPS_BEFORE, 1.0007, out, 100);
    for (const sample of out) expect(sample).toBeCloseTo(0.5, 5);
  });
});

describe("the chime", () => {
  const whole = new Float32Array(3 * 48_000);
  chime(0, whole.length, whole);

  test("has headroom, no offset, and ends in silence", () => {
    expect(peakOf(whole)).toBeLessThan(0.8);
    expect(peakOf(whole)).toBeGreaterThan(0.2);
    expect(Math.abs(whole.reduce((sum, sample) => sum + sample, 0) / whole.length)).toBeLessThan(0.001);
    expect(peakOf(whole.subarray(-48))).toBeLessThan(0.001);
  });

  test("is the same in pieces as in one", () => {
    const piece = new Float32Array(480);
    for (const from of [0, 28_700, 57_500, 100_000]) {
      chime(from, whole.length, piece);
      piece.forEach((sample, i) => {
        expect(sample).toBeCloseTo(whole[from + i]!, 4);
      });
    }
  });
});

test("s16 conversion holds what is too loud at full scale instead of wrapping", () => {
  const out = new Int16Array(4);
  toS16(Float32Array.of(1.5, -1.5, 0.5, 0), out, 4);
  expect([...out]).toEqual([32_767, -32_767, 16_384, 0]);
});
