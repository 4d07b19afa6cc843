import { expect, test } from "vitest";
import { crystalPpmOf } from "./crystal.ts";

const ids = Array.from({ length: 100 }, (_, index) => `tram-${String(index).padStart(3, "0")}`);

test("a station's crystal is always the same, within 80 ppm, and differs from its neighbours'", () => {
  const errors = ids.map(crystalPpmOf);
  expect(ids.map(crystalPpmOf)).toEqual(errors);
  expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(80);
  expect(new Set(errors).size).toBeGreaterThan(90);
  expect(Math.max(...errors) - Math.min(...errors)).toBeGreaterThan(120);
});
