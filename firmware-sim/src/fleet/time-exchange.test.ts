import { timeReply } from "@loa/protocol/time";
import { expect, test } from "vitest";
import { TimeExchange } from "./time-exchange.ts";

const SECRET = Buffer.alloc(32, 7);
const bytes = (reply: object) => Buffer.from(JSON.stringify(reply));

test("of a burst the exchange with the least round trip tells the hub's time", () => {
  const time = new TimeExchange();
  time.begin();
  for (const [there, back] of [
    [40, 5],
    [2, 2],
    [3, 60],
  ] as const) {
    const { nonce, t1 } = time.ask(1_000);
    const t2 = t1 + there + 500;
    expect(time.take(bytes(timeReply(SECRET, { nonce, t1, t2, t3: t2 })), SECRET, t1 + there + back)).toBe(
      there + back,
    );
  }
  expect(time).toMatchObject({ heard: true, offsetMs: 500, errorMs: 2 });
});

test("answers that were not asked for, come twice or prove nothing are dropped", () => {
  const time = new TimeExchange();
  time.begin();
  const { nonce, t1 } = time.ask(1_000);
  const stamps = { nonce, t1, t2: 99_000, t3: 99_000 };
  expect(time.take(bytes({ ...timeReply(SECRET, stamps), t3: 98_999 }), SECRET, 1_010)).toBeNull();
  expect(time.take(bytes(timeReply(Buffer.alloc(32), stamps)), SECRET, 1_010)).toBeNull();
  expect(time.take(bytes(timeReply(SECRET, { ...stamps, nonce: "n".repeat(16) })), SECRET, 1_010)).toBeNull();
  expect(time.heard).toBe(false);
  expect(time.take(bytes(timeReply(SECRET, stamps)), SECRET, 1_010)).not.toBeNull();
  expect(time.take(bytes(timeReply(SECRET, stamps)), SECRET, 1_010)).toBeNull();
});

test("is asked for at once by a station that was just switched on, soon again, and then rarely", () => {
  const time = new TimeExchange();
  const never = Number.POSITIVE_INFINITY;
  expect(time.resumeMs(never, 0.5)).toBe(0);
  expect([1, 2, 3, 4].map(() => time.pauseMs(never, 0.5))).toEqual([10_000, 20_000, 40_000, 80_000]);
});

test("is rarely asked for by a station that comes back with its time", () => {
  const time = new TimeExchange();
  const never = Number.POSITIVE_INFINITY;
  time.begin();
  const { nonce, t1 } = time.ask(1_000);
  time.take(bytes(timeReply(SECRET, { nonce, t1, t2: t1, t3: t1 })), SECRET, t1);
  expect(time.resumeMs(never, 0.5)).toBe(30_000);
  expect([1, 2, 3].map(() => time.pauseMs(never, 0.5))).toEqual([20_000, 40_000, 80_000]);
  expect([time.resumeMs(0, 0.5), time.pauseMs(0, 0.5)]).toEqual([0, 10_000]);
});

test("a slow exchange does not spoil what a quick one told, and one that contradicts it is believed", () => {
  const time = new TimeExchange();
  const exchange = (offsetMs: number, there: number, back: number, at: number) => {
    time.begin();
    const { nonce, t1 } = time.ask(at);
    const t2 = t1 + there + offsetMs;
    time.take(bytes(timeReply(SECRET, { nonce, t1, t2, t3: t2 })), SECRET, t1 + there + back);
    return time.offsetMs;
  };
  expect(exchange(500, 2, 2, 1_000)).toBe(500);
  expect(exchange(500, 900, 10, 121_000)).toBe(500);
  expect(exchange(501, 4, 4, 241_000)).toBe(501);
  expect(exchange(9_000, 20, 20, 361_000)).toBe(9_000);
});
