import { TONES } from "@loa/protocol/alert";
import { describe, expect, test } from "vitest";
import { renderTone } from "./alert-tones.ts";
import { framesOf } from "./frames.ts";

const render = (tone: (typeof TONES)[number], from: number, ms: number, totalMs = 8_000): Float32Array => {
  const into = new Float32Array(framesOf(ms));
  renderTone(tone, framesOf(from), framesOf(totalMs), into);
  return into;
};
const peak = (samples: Float32Array) => samples.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0);

/** How often the wave rises through zero in a second. */
function hertz(samples: Float32Array): number {
  let rises = 0;
  for (let i = 1; i < samples.length; i++) if (samples[i - 1]! <= 0 && samples[i]! > 0) rises++;
  return (rises * 48_000) / samples.length;
}

describe("the tones of alerts", () => {
  test.each([...TONES])("%s is loud, does not clip and begins and ends without a click", (tone) => {
    const whole = render(tone, 0, 8_000);
    expect(peak(whole)).toBeGreaterThan(0.3);
    expect(peak(whole)).toBeLessThan(0.75);
    expect(Math.abs(whole[0]!)).toBeLessThan(0.01);
    expect(Math.abs(whole.at(-1)!)).toBeLessThan(0.01);
  });

  test.each([...TONES])("%s has no jumps that would crackle", (tone) => {
    const whole = render(tone, 0, 8_000);
    const steps = whole.map((sample, i) => Math.abs(sample - (whole[i - 1] ?? 0)));
    expect(peak(steps)).toBeLessThan(0.15);
  });

  test.each([...TONES])("%s can be joined anywhere", (tone) => {
    const whole = render(tone, 0, 4_000);
    const joined = render(tone, 1_730, 500);
    const apart = joined.map((sample, i) => sample - whole[framesOf(1_730) + i]!);
    expect(peak(apart)).toBeLessThan(1e-3);
  });

  test("the siren rises and falls, the attention signal alternates, the steady tone stays", () => {
    const wail = [100, 1_900, 3_800].map((from) => hertz(render("wail", from, 100)));
    expect(wail[1]! - wail[0]!).toBeGreaterThan(400);
    expect(wail[1]! - wail[2]!).toBeGreaterThan(400);
    expect(hertz(render("attention", 50, 300))).toBeCloseTo(880, -1);
    expect(hertz(render("attention", 450, 300))).toBeCloseTo(660, -1);
    expect(hertz(render("steady", 3_000, 1_000))).toBeCloseTo(620, -1);
    expect(peak(render("pulse", 600, 300))).toBe(0);
  });
});
