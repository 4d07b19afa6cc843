import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { distinct, Signal, throttled } from "./signal.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a throttled source tells the first change at once, the last one later, and nothing between", () => {
  const signal = new Signal(0);
  const told: number[] = [];
  throttled(signal, 1_000).subscribe(() => told.push(signal.value));
  for (const value of [1, 2, 3]) signal.set(value);
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([1, 3]);
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual([1, 3]);
});

test("who left a throttled source is told nothing more", () => {
  const signal = new Signal(0);
  const told = vi.fn();
  const end = throttled(signal, 1_000).subscribe(told);
  signal.set(1);
  signal.set(2);
  end();
  vi.advanceTimersByTime(5_000);
  expect(told).toHaveBeenCalledTimes(1);
});

test("a distinct source keeps quiet while what is read stays the same", () => {
  const signal = new Signal(1);
  const told = vi.fn();
  distinct(signal, () => String(signal.value > 5)).subscribe(told);
  for (const value of [2, 3, 6, 7, 1]) signal.set(value);
  expect(told).toHaveBeenCalledTimes(2);
});
