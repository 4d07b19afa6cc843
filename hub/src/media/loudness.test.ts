import fc from "fast-check";
import { expect, test } from "vitest";
import { correct, lower, normalise, readLoudness } from "./loudness.ts";

test("the meter's summary is read, below the gate as −Infinity", () => {
  const summary = (lufs: string, peak: string) =>
    `x Summary:\n\n  Integrated loudness:\n    I:         ${lufs} LUFS\n    Threshold: -29.6 LUFS\n\n  True peak:\n    Peak:       ${peak} dBFS\n`;
  expect(readLoudness(summary("-19.5", "-0.1"))).toEqual({ lufs: -19.5, peakDb: -0.1 });
  expect(readLoudness(summary("-70.0", "-inf"))).toEqual({ lufs: -Infinity, peakDb: -Infinity });
  expect(readLoudness("no summary")).toBeNull();
});

test("a source with headroom is only multiplied", () => {
  expect(normalise({ lufs: -26, peakDb: -20 })).toMatchObject({ gainDb: 10, limits: false });
});

test("a source without headroom is limited, and the loudness lost is made up", () => {
  const source = { lufs: -20, peakDb: -1 };
  const plan = normalise(source);
  expect(plan).toMatchObject({ gainDb: 4, limits: true });
  expect(correct(source, plan, { lufs: -17, peakDb: -2 }).gainDb).toBeCloseTo(6);
});

test("limiting never exceeds 12 dB, whatever the source", () => {
  const db = fc.double({ min: -59, max: 0, noNaN: true });
  fc.assert(
    fc.property(db, db, db, (lufs, peakDb, tried) => {
      const source = { lufs, peakDb };
      const plan = correct(source, normalise(source), { lufs: tried, peakDb });
      expect(peakDb + plan.gainDb - plan.ceilingDb).toBeLessThanOrEqual(12.001);
    }),
  );
});

test("an asset whose peak is too high is made again under a lower ceiling", () => {
  const plan = normalise({ lufs: -20, peakDb: -1 });
  expect(lower(plan, { lufs: -16, peakDb: -0.6 })?.ceilingDb).toBeCloseTo(-2.7);
  expect(lower(plan, { lufs: -16, peakDb: -1 })).toBeNull();
});
