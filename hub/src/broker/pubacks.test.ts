import type { Client } from "aedes";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Pubacks } from "./pubacks.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const station = () => {
  const written: Buffer[] = [];
  const client = { closed: false, conn: { write: (bytes: Buffer) => written.push(bytes) } };
  return { client: client as unknown as Client & { closed: boolean }, written };
};

test("what a station sent in a moment is acknowledged together, each packet once", () => {
  const pubacks = new Pubacks(() => 0);
  const [one, other] = [station(), station()];
  for (const id of [1, 258, 65_535]) pubacks.owe(one.client, id);
  pubacks.owe(other.client, 1);
  expect(one.written).toEqual([]);
  vi.runAllTimers();
  expect(one.written).toEqual([Buffer.from([0x40, 2, 0, 1, 0x40, 2, 1, 2, 0x40, 2, 255, 255])]);
  expect(other.written).toEqual([Buffer.from([0x40, 2, 0, 1])]);
  pubacks.owe(one.client, 2);
  vi.runAllTimers();
  expect(one.written.at(-1)).toEqual(Buffer.from([0x40, 2, 0, 2]));
});

test("thousands are told in turns, and who left is passed over", () => {
  let now = 0;
  const pubacks = new Pubacks(() => (now += 6));
  const all = Array.from({ length: 9 }, station);
  for (const { client } of all) pubacks.owe(client, 7);
  (all[4] as (typeof all)[0]).client.closed = true;
  vi.advanceTimersToNextTimer();
  const told = () => all.filter(({ written }) => written.length === 1).length;
  expect(told()).toBeGreaterThan(0);
  expect(told()).toBeLessThan(8);
  vi.runAllTimers();
  expect(told()).toBe(8);
});

test("while many come in, what they sent is taken in first, but nobody waits for longer than half a second", () => {
  const pubacks = new Pubacks(() => 0);
  const first = station();
  pubacks.owe(first.client, 1);
  vi.advanceTimersByTime(40);
  expect(first.written).toHaveLength(1);
  pubacks.owe(first.client, 2);
  for (let ms = 0; ms < 400; ms += 10) {
    for (let n = 0; n < 40; n++) pubacks.owe(station().client, 1);
    vi.advanceTimersByTime(10);
  }
  expect(first.written).toHaveLength(1);
  for (let ms = 0; ms < 200; ms += 10) {
    for (let n = 0; n < 40; n++) pubacks.owe(station().client, 1);
    vi.advanceTimersByTime(10);
  }
  expect(first.written).toHaveLength(2);
});
