import { setImmediate } from "node:timers/promises";
import type { Client } from "aedes";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Fanout } from "./fanout.ts";

/** A connection whose socket takes nothing once it is frozen, and keeps what it was given. */
class FakeStation {
  readonly got: string[] = [];
  /** Packet ids of what it was given to acknowledge. */
  readonly owes: number[] = [];
  /** Called with each write. */
  written: () => void = () => {};
  frozen = false;
  destroyed = false;
  closed = false;
  unsent = 0;
  readonly conn = {
    write: (bytes: Buffer) => {
      this.got.push(messageIn(bytes));
      const id = packetIdIn(bytes);
      if (id !== null) this.owes.push(id);
      this.written();
      if (this.frozen) this.unsent += bytes.length;
    },
    destroy: () => {
      this.destroyed = true;
    },
    station: this,
    get writableLength() {
      return this.station.unsent;
    },
  };

  get client(): Client {
    return this as unknown as Client;
  }

  /** Acknowledges its oldest `count` packets. */
  acknowledges(fanout: Fanout, count: number): void {
    for (const id of this.owes.splice(0, count)) fanout.acknowledged(this.client, id);
  }
}

/** The packet id of a frame of QoS 1; null: it is to be acknowledged by nobody. */
function packetIdIn(frame: Buffer): number | null {
  const at = frame.indexOf("loa/1/");
  return frame[0] === 0x32 ? frame.readUInt16BE(at + frame.readUInt16BE(at - 2)) : null;
}

/** What stands after the topic and, with QoS 1, the packet id; no more than eight characters of it. */
function messageIn(frame: Buffer): string {
  const at = frame.indexOf("loa/1/");
  const length = frame.readUInt16BE(at - 2);
  const from = at + length + (frame[0] === 0x32 ? 2 : 0);
  return frame.toString("latin1", from, Math.min(frame.length, from + 8));
}

/** A clock of which each look takes a slice's whole time: a round to many goes on in the next turn. */
const hasty = () => {
  let now = 0;
  return () => (now += 30);
};

function stations(fanout: Fanout, count: number): FakeStation[] {
  return Array.from({ length: count }, (_, n) => {
    const station = new FakeStation();
    fanout.subscribe(station.client, "loa/1/area/xa/#", 1);
    fanout.subscribe(station.client, `loa/1/to/tram-${n}/#`, n % 2);
    return station;
  });
}

test("everybody gets everything once and in order, also what overtakes a round that is under way", async () => {
  const step = fc.oneof(
    fc.record({ to: fc.constant(null), qos: fc.constantFrom(0, 1) }),
    fc.record({ to: fc.nat({ max: 149 }), qos: fc.constantFrom(0, 1) }),
    fc.constantFrom("message of a station", "turn"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const fanout = new Fanout(hasty());
      const all = stations(fanout, 150);
      const wanted: string[][] = all.map(() => []);
      for (const [n, one] of steps.entries()) {
        if (one === "turn") await setImmediate();
        else if (one === "message of a station") fanout.advance();
        else {
          const topic = one.to === null ? "loa/1/area/xa/alert" : `loa/1/to/tram-${one.to}/command`;
          for (const [i, list] of wanted.entries()) if (one.to === null || one.to === i) list.push(String(n));
          void fanout.publish(topic, String(n), one.qos as 0 | 1);
        }
      }
      for (let turn = 0; turn < 400; turn++) await setImmediate();
      expect(all.map(({ got }) => got)).toEqual(wanted);
    }),
    { numRuns: 30 },
  );
});

test("who leaves while a round is under way gets nothing more, and the round goes on", async () => {
  const fanout = new Fanout(hasty());
  const all = stations(fanout, 100);
  const over = fanout.publish("loa/1/area/xa/alert", "a", 1);
  const last = all.at(-1) as FakeStation;
  expect(last.got).toEqual([]);
  fanout.drop(last.client);
  await over;
  expect(last.got).toEqual([]);
  expect(all.slice(0, -1).every(({ got }) => got.length === 1)).toBe(true);
});

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("a frozen station is passed over, keeps a bounded amount, and is closed when it does not thaw; others get all", () => {
  const fanout = new Fanout(() => 0);
  const [frozen, well] = stations(fanout, 2) as [FakeStation, FakeStation];
  frozen.frozen = true;
  for (let n = 0; n < 100; n++) void fanout.publish("loa/1/area/xa/alert", Buffer.alloc(50_000), 1);
  expect(well.got).toHaveLength(100);
  expect(frozen.unsent).toBeLessThan(1_100_000);
  vi.advanceTimersByTime(7_999);
  expect(frozen.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect([frozen.destroyed, well.destroyed]).toEqual([true, false]);
});

test("one that thaws in time stays, and gets what comes then", () => {
  const fanout = new Fanout(() => 0);
  const [slow] = stations(fanout, 1) as [FakeStation];
  slow.frozen = true;
  for (let n = 0; n < 30; n++) void fanout.publish("loa/1/area/xa/alert", Buffer.alloc(50_000), 1);
  const before = slow.got.length;
  [slow.frozen, slow.unsent] = [false, 0];
  vi.advanceTimersByTime(10_000);
  expect(slow.destroyed).toBe(false);
  void fanout.publish("loa/1/area/xa/alert", "b", 1);
  expect(slow.got).toHaveLength(before + 1);
});

test("live sound that would come late is left out, and what must arrive is not", () => {
  const fanout = new Fanout(() => 0);
  const [slow] = stations(fanout, 1) as [FakeStation];
  slow.frozen = true;
  slow.unsent = 100_000;
  void fanout.publish("loa/1/area/xa/live", "live", 0);
  void fanout.publish("loa/1/area/xa/alert", "alert", 1);
  void fanout.publish("loa/1/to/tram-0/time", "time", 0);
  expect(slow.got).toEqual(["alert", "time"]);
});

test("a live packet is acknowledged now and then; who is late with it gets no more until it has caught up", () => {
  let now = 0;
  const fanout = new Fanout(() => now);
  const [slow, well] = stations(fanout, 2) as [FakeStation, FakeStation];
  /** Speaks up to a time, 60 ms a packet; one station acknowledges all at once. */
  const speak = (until: number) => {
    for (; now < until; now += 60) {
      void fanout.publish("loa/1/area/xa/live", "live", 0);
      well.acknowledges(fanout, Number.POSITIVE_INFINITY);
    }
  };
  speak(2_000);
  expect(slow.got).toHaveLength(34);
  const asked = slow.owes.length;
  expect([asked > 2, asked < 6]).toEqual([true, true]);
  speak(10_000);
  expect(well.got).toHaveLength(167);
  expect(slow.got.length).toBeLessThan(40);
  const given = slow.got.length;
  void fanout.publish("loa/1/area/xa/alert", "alert", 1);
  expect(slow.got.at(-1)).toBe("alert");
  // All that were asked for, not only the oldest: the way is free then.
  slow.acknowledges(fanout, slow.owes.length - 2);
  speak(11_000);
  expect(slow.got).toHaveLength(given + 1);
  slow.acknowledges(fanout, Number.POSITIVE_INFINITY);
  speak(12_000);
  expect(slow.got.length).toBeGreaterThan(given + 15);
});

test("what is sent again is passed over where a copy of it is still on its way", () => {
  const fanout = new Fanout(() => 0);
  const [slow, well] = stations(fanout, 2) as [FakeStation, FakeStation];
  const send = (payload: string, about?: string) =>
    void fanout.publish("loa/1/area/xa/alert", payload, 1, about);
  send("alert", "a 1");
  well.acknowledges(fanout, 1);
  send("again", "a 1");
  send("update", "a 2");
  for (const payload of ["x", "x"]) send(payload);
  expect(slow.got).toEqual(["alert", "update", "x", "x"]);
  expect(well.got).toEqual(["alert", "again", "update", "x", "x"]);
  slow.acknowledges(fanout, 1);
  send("again", "a 1");
  expect(slow.got.at(-1)).toBe("again");
  fanout.drop(well.client);
  fanout.subscribe(well.client, "loa/1/area/xa/#", 1);
  send("anew", "a 2");
  expect([slow.got.at(-1), well.got.at(-1)]).toEqual(["again", "anew"]);
});

test("live sound to one that acknowledges nothing by its own wish is never asked for", () => {
  let now = 0;
  const fanout = new Fanout(() => now);
  const station = new FakeStation();
  fanout.subscribe(station.client, "loa/1/area/xa/#", 0);
  for (; now < 10_000; now += 60) void fanout.publish("loa/1/area/xa/live", "live", 0);
  expect([station.got.length, station.owes.length]).toEqual([167, 0]);
});

test("live sound to more than can be served is thinned out for all alike, and an alert goes before it", async () => {
  let now = 0;
  const fanout = new Fanout(() => now);
  const all = stations(fanout, 200);
  const alerted: number[] = [];
  for (const station of all)
    station.written = () => {
      now += 1;
      station.acknowledges(fanout, Number.POSITIVE_INFINITY);
      if (station.got.at(-1) === "alert") alerted.push(now);
    };
  const late: number[] = [];
  const first = all[0] as FakeStation;
  const heard = first.written;
  first.written = () => {
    heard();
    if (first.got.at(-1) !== "alert") late.push(now - 60 * Number(first.got.at(-1)));
  };
  // A packet each 60 ms, of which each takes 200 ms to write.
  for (let n = 0; n < 100; n++) {
    void fanout.publish("loa/1/area/xa/live", String(n), 0);
    while (now < 60 * (n + 1)) {
      await setImmediate();
      now += 1;
    }
  }
  const published = now;
  void fanout.publish("loa/1/area/xa/alert", "alert", 1);
  for (let turn = 0; turn < 2_000; turn++) await setImmediate();
  expect(Math.max(...alerted) - published).toBeLessThan(300);
  expect(alerted).toHaveLength(200);
  expect(Math.max(...late)).toBeLessThan(500);
  const live = all.map(({ got }) => got.filter((one) => one !== "alert"));
  expect(live[0]?.length).toBeGreaterThan(20);
  expect(live.every((got) => got.join() === live[0]?.join())).toBe(true);
});
