import fc from "fast-check";
import { expect, test } from "vitest";
import { correlations } from "./harness/correlation.ts";

/** By its definition, one place at a time. */
function plainly(recording: Float32Array, at: number, window: Float32Array): number {
  let [product, there, own] = [0, 0, 0];
  window.forEach((sample, i) => {
    const other = recording[at + i] ?? 0;
    product += sample * other;
    there += other * other;
    own += sample * sample;
  });
  return there === 0 || own === 0 ? 0 : product / Math.sqrt(there * own);
}

const sound = (most: number) =>
  fc
    .array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: most })
    .map((samples) => Float32Array.from(samples, (sample) => sample / 32_768));

test("every place has the correlation that its definition gives, also where the recording begins, ends and is silent", () => {
  fc.assert(
    fc.property(
      sound(300),
      sound(40),
      fc.integer({ min: -50, max: 320 }),
      fc.integer({ min: 1, max: 80 }),
      (recording, window, from, count) => {
        const found = correlations(recording, from, count, window);
        expect(found).toHaveLength(count);
        for (const [place, fit] of found.entries())
          expect(fit).toBeCloseTo(plainly(recording, from + place, window), 6);
      },
    ),
  );
});

test("a stretch of a sound fits best where it was taken from", () => {
  const recording = Float32Array.from({ length: 48_000 }, (_, i) => Math.sin(i * i * 1e-5));
  const fits = correlations(recording, 0, 40_000, recording.slice(12_345, 12_345 + 4_800));
  expect(fits.indexOf(Math.max(...fits))).toBe(12_345);
  expect(fits[12_345]).toBeCloseTo(1, 6);
  expect(correlations(new Float32Array(9_600), 0, 100, recording.slice(0, 4_800))).toEqual(
    new Float64Array(100),
  );
});
