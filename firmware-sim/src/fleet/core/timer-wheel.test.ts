import fc from "fast-check";
import { expect, test } from "vitest";
import { TimerWheel } from "./timer-wheel.ts";

test("every item comes out once, never before its time and at most a slot after it", () => {
  const times = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 300 }), (ats, stepMs) => {
      const wheel = new TimerWheel<number>(10, 0);
      for (const at of ats) wheel.add(at, at);
      const out: number[] = [];
      for (let now = stepMs; now <= 5_020 + stepMs; now += stepMs)
        for (const at of wheel.due(now)) {
          expect(at).toBeLessThanOrEqual(now);
          expect(at).toBeGreaterThanOrEqual(now - stepMs - 20);
          out.push(at);
        }
      expect(out.sort((a, b) => a - b)).toEqual([...ats].sort((a, b) => a - b));
    }),
  );
});

test("what is overdue when it is added comes at the next look", () => {
  const wheel = new TimerWheel<string>(10, 1_000);
  wheel.add(0, "late");
  expect(wheel.due(1_005)).toEqual([]);
  expect(wheel.due(1_010)).toEqual(["late"]);
  expect(wheel.due(2_000)).toEqual([]);
});
