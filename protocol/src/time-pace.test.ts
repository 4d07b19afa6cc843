import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RESUMED_BURSTS, SOUND_NEAR_MS, timePauseMs, timeResumeMs } from "./time-pace.ts";

const NEVER = Number.POSITIVE_INFINITY;
const pause = (bursts: number, soundInMs = NEVER, chance = 0.5) => timePauseMs({ bursts, soundInMs, chance });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const sound = fc.oneof(fc.constant(NEVER), fc.double({ min: 0, max: 1e7, noNaN: true }));

describe("the pace at which a station asks for the time", () => {
  test("is quick at first, dense for three minutes, then ever rarer", () => {
    const gaps = Array.from({ length: 28 }, (_, bursts) => pause(bursts));
    expect(gaps.slice(0, 9)).toEqual([1_000, 1_000, 1_000, 2_000, 2_000, 5_000, 5_000, 10_000, 10_000]);
    expect(gaps.slice(21)).toEqual([10_000, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
    expect(gaps.slice(0, 23).reduce((sum, gap) => sum + gap)).toBeGreaterThan(170_000);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  });

  test("is dense from a minute before it sounds until it is silent, whatever it was", () => {
    for (const soundInMs of [0, 1, SOUND_NEAR_MS]) expect(pause(1_000, soundInMs)).toBe(10_000);
    expect(pause(1_000, SOUND_NEAR_MS + 30_000)).toBe(30_000);
    expect(pause(0, 0)).toBe(1_000);
  });

  test("never lets a station sound without having asked within the minute before, nor asks more often than densely", () => {
    fc.assert(
      fc.property(fc.integer({ min: 7, max: 1_000 }), sound, chance, (bursts, soundInMs, chance) => {
        const gap = timePauseMs({ bursts, soundInMs, chance });
        expect(gap).toBeGreaterThanOrEqual(10_000);
        expect(gap).toBeLessThanOrEqual(Math.max(10_000, Math.min(144_000, soundInMs - SOUND_NEAR_MS)));
      }),
    );
  });

  test("spreads stations that were settled at the same moment", () => {
    const gaps = Array.from({ length: 100 }, (_, n) => pause(1_000, NEVER, n / 100));
    expect(new Set(gaps).size).toBe(100);
    expect([Math.min(...gaps), Math.max(...gaps)]).toEqual([96_000, expect.closeTo(143_520, 5)]);
  });
});

test("a station that comes back with a good time asks within half a minute, at once when it sounds soon, and then rarely", () => {
  fc.assert(
    fc.property(sound, chance, (soundInMs, chance) => {
      const wait = timeResumeMs({ soundInMs, chance });
      expect(wait).toBeLessThan(30_000);
      expect(wait).toBeLessThanOrEqual(Math.max(0, soundInMs - SOUND_NEAR_MS));
    }),
  );
  expect(pause(RESUMED_BURSTS)).toBe(10_000);
  expect(pause(RESUMED_BURSTS + 1)).toBe(20_000);
});
