import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";

describe("a manual clock", () => {
  test("stands still until it is told to advance", async () => {
    const clock = new ManualClock(1_000);
    let fired = false;
    clock.at("later", 1_010, () => {
      fired = true;
    });
    expect([clock.now(), fired]).toEqual([1_000, false]);
    await clock.advance(9);
    expect([clock.now(), fired]).toEqual([1_009, false]);
    await clock.advance(1);
    expect([clock.now(), fired]).toEqual([1_010, true]);
  });

  test("fires a timer whose time has passed at the next advance, without going back", async () => {
    const clock = new ManualClock(1_000);
    const seen: number[] = [];
    clock.at("past", 5, () => seen.push(clock.now()));
    expect(seen).toEqual([]);
    await clock.advance(0);
    expect(seen).toEqual([1_000]);
  });

  test("fires in order of time, each at its own time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 20 }), async (delays) => {
        const clock = new ManualClock(0);
        const seen: [number, number][] = [];
        for (const delay of delays) clock.at("one", delay, () => seen.push([delay, clock.now()]));
        await clock.advance(500);
        expect(seen.map(([due]) => due)).toEqual(delays.toSorted((a, b) => a - b));
        expect(seen.every(([due, at]) => due === at)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("repeats every period, first after one, until it is cancelled", async () => {
    const clock = new ManualClock(0);
    const seen: number[] = [];
    const cancel = clock.every("tick", 100, () => seen.push(clock.now()));
    await clock.advance(350);
    cancel();
    cancel();
    await clock.advance(1_000);
    expect(seen).toEqual([100, 200, 300]);
  });

  test("fires what a timer sets within the same advance, and names what waits, soonest first", async () => {
    const clock = new ManualClock(0);
    const seen: number[] = [];
    clock.at("outer", 10, () => clock.at("inner", 20, () => seen.push(clock.now())));
    clock.at("far", 900, () => {});
    expect(clock.pending()).toEqual(["outer", "far"]);
    await clock.advance(10);
    expect(clock.pending()).toEqual(["inner", "far"]);
    await clock.advance(10);
    expect(seen).toEqual([20]);
  });

  test("lets promises settle between two timers", async () => {
    const clock = new ManualClock(0);
    const seen: string[] = [];
    clock.at("first", 1, () => void Promise.resolve().then(() => seen.push("settled")));
    clock.at("second", 2, () => seen.push("second"));
    await clock.advance(5);
    expect(seen).toEqual(["settled", "second"]);
  });
});
