import { expect, test } from "vitest";
import { LevelMemory, meterPlace } from "./level.ts";

const heard = (...peaks: number[]): LevelMemory => {
  const memory = new LevelMemory();
  for (const peak of peaks) memory.add({ peak, rms: peak / 3 });
  return memory;
};
const long = (peak: number) => Array.from({ length: 40 }, () => peak);

test.each([
  [0.001, "silent"],
  [0.03, "closer"],
  [0.4, "good"],
  [0.95, "further"],
])("a voice that peaks at %d is told: %s", (peak, hint) => {
  expect(heard(...long(peak)).hint).toBe(hint);
});

test("nothing is said before a second was heard", () => {
  expect(heard(0.01, 0.01).hint).toBeNull();
});

test("a pause between words does not count as too quiet", () => {
  expect(heard(...long(0.4), ...Array.from({ length: 20 }, () => 0.001)).hint).toBe("good");
});

test("a cut-off peak is remembered for some seconds, then forgotten", () => {
  expect(heard(1, ...long(0.3)).clipped).toBe(true);
  expect(heard(1, ...long(0.3), ...long(0.3)).clipped).toBe(false);
});

test("the meter runs from −60 to 0 dB", () => {
  expect([0, 0.001, 1, 2].map(meterPlace)).toEqual([0, 0, 1, 1]);
  expect(meterPlace(0.1)).toBeCloseTo(2 / 3);
});
