import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SystemClock } from "./system-clock.ts";
import { days } from "./units.ts";

describe("the system's clock", () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("waits longer than setTimeout can, and fires once, not early", () => {
    const clock = new SystemClock();
    const started = clock.now();
    const fired: number[] = [];
    clock.at("far", started + days(60), () => fired.push(clock.now() - started));
    vi.advanceTimersByTime(days(60) - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(days(60));
    expect(fired).toHaveLength(1);
    expect(fired[0]).toBeGreaterThanOrEqual(days(60));
    expect(fired[0]).toBeLessThan(days(60) + 2);
  });

  test("cancels a long wait after its first hop", () => {
    const clock = new SystemClock();
    const fired: string[] = [];
    const cancel = clock.at("far", clock.now() + days(60), () => fired.push("far"));
    vi.advanceTimersByTime(days(30));
    cancel();
    vi.advanceTimersByTime(days(60));
    expect(fired).toEqual([]);
  });

  test("fires what has passed at the next turn, never within the call", () => {
    const clock = new SystemClock();
    const fired: string[] = [];
    clock.at("past", clock.now() - 5_000, () => fired.push("past"));
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(["past"]);
  });

  test("repeats until it is cancelled", () => {
    let times = 0;
    const cancel = new SystemClock().every("tick", 100, () => times++);
    vi.advanceTimersByTime(350);
    cancel();
    vi.advanceTimersByTime(350);
    expect(times).toBe(3);
  });
});

test("the system's clock does not jump when the wall clock is set", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const clock = new SystemClock();
    const before = clock.now();
    vi.setSystemTime(0);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(clock.now() - before).toBeLessThan(1_000);
  } finally {
    vi.useRealTimers();
  }
});
