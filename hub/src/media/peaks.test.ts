import fc from "fast-check";
import { expect, test } from "vitest";
import { PeakMeter } from "./peaks.ts";

test("peaks and length do not depend on how the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.int16Array({ maxLength: 3_000 }),
      fc.array(fc.integer({ min: 1, max: 700 })),
      (samples, cuts) => {
        const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
        const whole = new PeakMeter(100);
        whole.add(bytes);
        const pieces = new PeakMeter(100);
        let at = 0;
        for (const length of [...cuts, bytes.length]) {
          pieces.add(bytes.subarray(at, at + length));
          at += length;
        }
        expect(pieces.result()).toEqual(whole.result());
        expect(pieces.samples).toBe(samples.length);
      },
    ),
  );
});

test("each step shows its highest sample, either way", () => {
  const meter = new PeakMeter(0);
  const samples = new Int16Array(960 * 2);
  samples[10] = -16_384;
  samples[1_000] = 8_192;
  meter.add(Buffer.from(samples.buffer));
  expect(meter.result()).toEqual({ stepMs: 20, peaks: [0.5, 0.25] });
  expect(meter.durationMs).toBe(40);
});
