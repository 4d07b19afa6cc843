import { expect, test } from "vitest";
import { CARD_CAPACITY, CARD_RATE, CardQueue } from "./card-queue.ts";

const START = Date.UTC(2026, 0, 1);

const ignore = () => {};

test("a crystal that is 100 ppm fast plays 100 ppm more frames in an hour, however the hour is cut", () => {
  const queue = new CardQueue(START, 100);
  for (const ms of [1, 17, 333, 3_600_000]) queue.advance(START + ms, ignore);
  expect(queue.status().underrunFrames).toBeCloseTo(CARD_RATE * 3_600 * 1.0001, -1);
});

test("queued frames are played before silence is counted", () => {
  const queue = new CardQueue(START, 0);
  queue.push(new Int16Array(480));
  queue.advance(START + 25, ignore);
  expect(queue.status()).toMatchObject({ playedFrames: 480, queuedFrames: 0, underrunFrames: 720 });
});

test("the status holds at the boundary between two frames", () => {
  const queue = new CardQueue(START, 0);
  queue.advance(START + 10.005, ignore);
  expect(queue.status().atUs).toBeCloseTo((START + (481 * 1_000) / CARD_RATE) * 1_000, -1);
});

test("samples come out in order over the end of the ring", () => {
  const queue = new CardQueue(START, 0);
  const out: number[] = [];
  const collect = (samples: Int16Array | null) => out.push(...(samples ?? []));
  let now = START;
  let next = 0;
  for (let round = 0; round < 5; round++) {
    expect(queue.push(Int16Array.from({ length: 40_000 }, () => next++ % 32_000))).toBe(true);
    now += 40_000 / 48;
    queue.advance(now, collect);
  }
  expect(out.every((sample, index) => sample === index % 32_000)).toBe(true);
  expect(out.length).toBeGreaterThan(CARD_CAPACITY * 2);
});

test("frames beyond the capacity are refused whole", () => {
  const queue = new CardQueue(START, 0);
  expect(queue.push(new Int16Array(CARD_CAPACITY))).toBe(true);
  expect(queue.push(new Int16Array(1))).toBe(false);
  expect(queue.status().queuedFrames).toBe(CARD_CAPACITY);
});

test("a drop discards what is queued and keeps the counters", () => {
  const queue = new CardQueue(START, 0);
  queue.push(new Int16Array(960));
  queue.advance(START + 10, ignore);
  queue.drop();
  expect(queue.status()).toMatchObject({ playedFrames: 480, queuedFrames: 0 });
});
