import { randomBytes } from "node:crypto";
import { silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import { days, minutes, seconds } from "@loa/kernel/units";
import { type TimeReply, type TimeRequest, timeReply } from "@loa/protocol/time";
import { describe, expect, test } from "vitest";
import { type TimeState, TimeSync, type TimeSyncDeps } from "./time-sync.ts";

const START = Date.UTC(2026, 4, 4, 5);
const secret = randomBytes(32);

/** A hub whose time is `offsetMs` off the board's, behind a link that takes `delayMs` each way; `answer` may spoil its replies. */
class Hub {
  readonly clock = new ManualClock(START);
  readonly asked: TimeRequest[] = [];
  offsetMs = 1_234;
  delayMs: [number, number] = [10, 10];
  reachable = true;
  answer: (reply: TimeReply) => TimeReply[] = (reply) => [reply];
  changes: TimeState[] = [];
  /** When something sounds at the station, on the board's clock. */
  soundAt = Number.POSITIVE_INFINITY;

  /** How many bursts are begun while `ms` pass. */
  async bursts(ms: number): Promise<number> {
    const before = this.asked.length;
    await this.clock.advance(ms);
    return (this.asked.length - before) / 8;
  }

  station(given: Partial<TimeSyncDeps> = {}): TimeSync {
    const sync: TimeSync = new TimeSync({
      ...{ clock: this.clock, log: silentLog, secret, rtc: true, floor: 0, chance: () => 0.5 },
      soundInMs: () => Math.max(0, this.soundAt - this.clock.now()),
      send: (request) => this.#receive(request, sync),
      changed: (state) => this.changes.push(state),
      ...given,
    });
    return sync;
  }

  #receive(request: TimeRequest, sync: TimeSync): boolean {
    this.asked.push(request);
    if (!this.reachable) return false;
    const [up, down] = this.delayMs;
    this.clock.at("arrives", this.clock.now() + up, () => {
      const at = this.clock.now() + this.offsetMs;
      const replies = this.answer(timeReply(secret, { ...request, t2: at, t3: at }));
      this.clock.at("returns", this.clock.now() + down, () => {
        for (const reply of replies) sync.take(Buffer.from(JSON.stringify(reply)));
      });
    });
    return true;
  }
}

describe("the station's time", () => {
  test.each([
    ["with a battery-backed clock", { rtc: true }, { synchronised: true, source: "rtc" }],
    ["without one", { rtc: false }, { synchronised: false, source: "none" }],
    [
      "with a battery-backed clock behind the last stored instant",
      { rtc: true, floor: START + 5 },
      { synchronised: false, source: "none" },
    ],
    [
      "with the last stored instant behind it",
      { rtc: true, floor: START },
      { synchronised: true, source: "rtc" },
    ],
  ] as [string, Partial<TimeSyncDeps>, object][])("before the hub is heard, %s", (_, given, expected) => {
    const sync = new Hub().station(given);
    expect(sync.state()).toMatchObject(expected);
    expect(sync.now()).toBe(Math.max(START, given.floor ?? 0));
  });

  test("goes on from the last stored instant where the board's clock is far behind it, and never back", async () => {
    for (const rtc of [true, false]) {
      const hub = new Hub();
      const sync = hub.station({ rtc, floor: START + minutes(10) });
      for (let passed = 0; passed < 20; passed++) {
        expect(sync.now() - START).toBe(minutes(10 + passed));
        expect(sync.state().synchronised).toBe(rtc && passed >= 10);
        await hub.clock.advance(minutes(1));
      }
    }
  });

  test("is the hub's within half a second of the link coming up", async () => {
    const hub = new Hub();
    const sync = hub.station({ rtc: false });
    sync.start();
    await hub.clock.advance(500);
    expect(hub.asked).toHaveLength(8);
    expect(new Set(hub.asked.map(({ nonce }) => nonce)).size).toBe(8);
    expect(sync.state()).toMatchObject({ synchronised: true, source: "hub" });
    expect(Math.abs(sync.now() - hub.clock.now() - 1_234)).toBeLessThan(0.1);
    expect(sync.state().errorMs).toBeLessThan(10.2);
    expect(hub.changes).toHaveLength(1);
  });

  test("is asked for quickly at first, densely until it has settled, then rarely", async () => {
    const hub = new Hub();
    hub.station().start();
    expect(await hub.bursts(seconds(10))).toBe(6);
    expect(await hub.bursts(seconds(170))).toBeGreaterThan(15);
    await hub.clock.advance(minutes(5));
    expect(await hub.bursts(minutes(20))).toBeLessThanOrEqual(10);
  });

  test.each([20, 25, 30, 35])(
    "is asked for densely from a minute before something sounds, planned %i s ahead of that minute, until it is silent",
    async (aheadS) => {
      const hub = new Hub();
      hub.station().start();
      await hub.clock.advance(minutes(20));
      hub.soundAt = hub.clock.now() + minutes(1) + seconds(aheadS);
      await hub.clock.advance(seconds(aheadS));
      expect(await hub.bursts(minutes(1))).toBeGreaterThanOrEqual(5);
      expect(await hub.bursts(minutes(10))).toBeGreaterThanOrEqual(56);
      hub.soundAt = Number.POSITIVE_INFINITY;
      expect(await hub.bursts(minutes(10))).toBeLessThanOrEqual(6);
    },
  );

  test("is asked for within seconds when something is to sound that nobody had planned", async () => {
    const hub = new Hub();
    hub.station().start();
    await hub.clock.advance(minutes(20));
    hub.soundAt = hub.clock.now() + seconds(2);
    expect(await hub.bursts(seconds(15))).toBeGreaterThanOrEqual(1);
  });

  test("is asked for densely again when the process stood still", async () => {
    const hub = new Hub();
    let aheadMs = 0;
    const clock = Object.assign(Object.create(hub.clock) as typeof hub.clock, {
      now: () => hub.clock.now() + aheadMs,
      at: (name: string, when: number, run: () => void) => hub.clock.at(name, when - aheadMs, run),
      every: hub.clock.every.bind(hub.clock),
    });
    hub.station({ clock }).start();
    await hub.clock.advance(minutes(20));
    aheadMs = 1_500;
    expect(await hub.bursts(seconds(15))).toBeGreaterThanOrEqual(6);
  });

  test("has an error bound that holds between rare bursts, whatever the crystal does", async () => {
    const hub = new Hub();
    const sync = hub.station();
    const start = hub.clock.now();
    const truth = () => hub.clock.now() + 1_234 + (hub.clock.now() - start) * 40e-6;
    const answer = hub.answer;
    hub.answer = (reply) => {
      const driftMs = (hub.clock.now() - start) * 40e-6;
      const { nonce, t1, t2, t3 } = reply;
      return answer(timeReply(secret, { nonce, t1, t2: t2 + driftMs, t3: t3 + driftMs }));
    };
    sync.start();
    let worst = 0;
    for (let n = 0; n < 180; n++) {
      await hub.clock.advance(seconds(10));
      const off = Math.abs(sync.now() - truth());
      expect(off).toBeLessThanOrEqual(sync.state().errorMs);
      if (n > 30) worst = Math.max(worst, off);
    }
    expect(worst).toBeLessThan(0.2);
  });

  test("goes with a burst that lost answers once its patience is over", async () => {
    const hub = new Hub();
    let heard = 0;
    hub.answer = (reply) => (++heard % 4 === 0 ? [reply] : []);
    const sync = hub.station({ rtc: false });
    sync.start();
    await hub.clock.advance(1_499);
    expect(sync.state().source).toBe("none");
    await hub.clock.advance(1);
    expect(sync.state().source).toBe("hub");
  });

  const forged = randomBytes(32);
  test.each([
    ["forged", (reply) => [timeReply(forged, { ...reply, t2: reply.t2 + 3e6, t3: reply.t3 + 3e6 })]],
    ["changed on their way", (reply) => [{ ...reply, t2: reply.t2 + 3e6, t3: reply.t3 + 3e6 }]],
    ["for nonces that nobody sent", (reply) => [timeReply(secret, { ...reply, nonce: "n".repeat(16) })]],
    ["for another sending time", (reply) => [timeReply(secret, { ...reply, t1: reply.t1 - 1 })]],
  ] as [string, (reply: TimeReply) => TimeReply[]][])(
    "is not moved by answers that are %s",
    async (_, answer) => {
      const hub = new Hub();
      hub.answer = answer;
      const sync = hub.station();
      sync.start();
      await hub.clock.advance(minutes(5));
      expect([sync.state().source, sync.now(), hub.changes]).toEqual(["rtc", hub.clock.now(), []]);
    },
  );

  test("counts an answer once, and not after its burst", async () => {
    const hub = new Hub();
    const kept: TimeReply[] = [];
    hub.answer = (reply) => {
      kept.push(reply);
      return [];
    };
    const sync = hub.station();
    sync.start();
    await hub.clock.advance(seconds(30));
    hub.answer = (reply) => [reply, reply, ...kept];
    await hub.clock.advance(seconds(30));
    expect(Math.abs(sync.now() - hub.clock.now() - 1_234)).toBeLessThan(0.1);
    expect(sync.state().errorMs).toBeLessThan(11.5);
  });

  test.each(["", "{}", '{"nonce":5}', "\u0000"])("refuses %j as malformed", (payload) => {
    expect(() => new Hub().station().take(Buffer.from(payload))).toThrow(
      expect.objectContaining({ code: "SCHEMA_INVALID" }),
    );
  });

  test("does not follow the hub by a step that the board's clock does not share", async () => {
    const hub = new Hub();
    const sync = hub.station();
    sync.start();
    await hub.clock.advance(minutes(1));
    hub.offsetMs = -minutes(40);
    await hub.clock.advance(minutes(30));
    expect(Math.abs(sync.now() - hub.clock.now() - 1_234)).toBeLessThan(1);
    hub.offsetMs = 1_300;
    await hub.clock.advance(minutes(5));
    expect(Math.abs(sync.now() - hub.clock.now() - 1_300)).toBeLessThan(1);
  });

  test("follows a small step when two bursts agree", async () => {
    const hub = new Hub();
    const sync = hub.station();
    sync.start();
    await hub.clock.advance(minutes(1));
    const seen: number[] = [];
    hub.offsetMs += 1_500;
    const before = hub.asked.length;
    for (let n = 0; n < 200; n++) {
      await hub.clock.advance(100);
      const bursts = Math.floor((hub.asked.length - before) / 8);
      if (bursts < 2) seen.push(Math.round(sync.now() - hub.clock.now()));
    }
    expect(new Set(seen)).toEqual(new Set([1_234]));
    expect(Math.round(sync.now() - hub.clock.now())).toBe(2_734);
  });

  test("is asked for quickly again when the hub contradicts what was known", async () => {
    const hub = new Hub();
    const sync = hub.station();
    sync.start();
    await hub.clock.advance(minutes(30));
    hub.offsetMs += 1_500;
    expect(await hub.bursts(minutes(3))).toBeGreaterThanOrEqual(5);
    expect(Math.round(sync.now() - hub.clock.now())).toBe(2_734);
  });

  test("follows a large step back to where the board's clock is", async () => {
    const hub = new Hub();
    hub.offsetMs = minutes(40);
    const sync = hub.station({ rtc: false });
    sync.start();
    await hub.clock.advance(minutes(1));
    hub.offsetMs = 100;
    await hub.clock.advance(minutes(1));
    expect(Math.round(sync.now() - hub.clock.now())).toBe(100);
  });

  test("is not below the last stored instant, whatever the hub says", async () => {
    const hub = new Hub();
    hub.offsetMs = -minutes(5);
    const floor = START - minutes(1);
    const sync = hub.station({ floor });
    sync.start();
    await hub.clock.advance(minutes(3));
    expect(sync.state().source).toBe("rtc");
    expect(sync.now()).toBeGreaterThanOrEqual(floor);
    await hub.clock.advance(minutes(3));
    expect(sync.state().source).toBe("hub");
  });

  test("loses its worth while the hub is away, and is believed anew when it is back, whatever it says then", async () => {
    const hub = new Hub();
    hub.offsetMs = days(3);
    const sync = hub.station({ rtc: false });
    sync.start();
    await hub.clock.advance(minutes(1));
    sync.pause();
    const asked = hub.asked.length;
    await hub.clock.advance(days(10));
    expect(sync.state()).toMatchObject({ synchronised: true, source: "hub" });
    await hub.clock.advance(days(2));
    expect([sync.state().synchronised, hub.asked.length]).toEqual([false, asked]);
    hub.offsetMs = days(3) + seconds(70);
    sync.start();
    await hub.clock.advance(seconds(10));
    expect(sync.state().synchronised).toBe(true);
    expect(Math.round(sync.now() - hub.clock.now())).toBe(days(3) + seconds(70));
  });

  test("is asked for within a minute when the link is back and the time still well known, and not while it is down", async () => {
    const hub = new Hub();
    const sync = hub.station();
    sync.start();
    sync.start();
    await hub.clock.advance(minutes(1));
    sync.pause();
    expect(hub.clock.pending()).toEqual([]);
    hub.asked.length = 0;
    expect(hub.asked).toEqual([]);
    sync.start();
    expect(await hub.bursts(seconds(25))).toBe(0);
    expect(await hub.bursts(seconds(35))).toBeGreaterThanOrEqual(1);
  });

  test.each([
    ["the time has lost its worth", days(1), Number.POSITIVE_INFINITY],
    ["something sounds soon", minutes(2), seconds(30)],
  ])("is asked for at once when the link is back and %s", async (_, awayMs, soundInMs) => {
    const hub = new Hub();
    const sync = hub.station();
    sync.start();
    await hub.clock.advance(minutes(1));
    sync.pause();
    await hub.clock.advance(awayMs);
    hub.soundAt = hub.clock.now() + soundInMs;
    hub.asked.length = 0;
    sync.start();
    await hub.clock.advance(0);
    expect(hub.asked).toHaveLength(1);
  });
});
