import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AT_REST, type Effect, type Sequence, type SequenceTimes, step, type Wanted } from "./sequence.ts";

const TIMES: SequenceTimes = { warmUpMs: 1_600, zoneLeadMs: 400, tailMs: 120, idleOffMs: 10_000 };
const wantedOf = (given: Partial<Wanted> = {}): Wanted => ({
  key: "b1/0",
  zones: ["z1"],
  startAt: 5_000,
  endAt: 15_000,
  ...given,
});

/** Relays and audio as the effects leave them; throws on what must never be. */
class Cabinet {
  readonly log: string[] = [];
  amplifierSince: number | null = null;
  zones: readonly string[] = [];
  playing: string | null = null;

  take(effect: Effect, wanted: Wanted | null, now: number, times: SequenceTimes): void {
    this.log.push(`${now} ${describeEffect(effect)}`);
    if (effect.do === "amplifier") {
      if (!effect.on) expect([this.zones, this.playing]).toEqual([[], null]);
      expect(effect.on).toBe(this.amplifierSince === null);
      this.amplifierSince = effect.on ? now : null;
    } else if (effect.do === "zones") {
      this.zones = effect.closed;
      if (effect.closed.length === 0) return;
      expect(this.amplifierSince).not.toBeNull();
      expect(now - this.amplifierSince!).toBeGreaterThanOrEqual(times.warmUpMs);
      expect([null, wanted?.key]).toContain(this.playing);
    } else if (effect.do === "play") {
      expect(this.zones.length).toBeGreaterThan(0);
      expect(this.playing).toBeNull();
      this.playing = effect.key;
    } else {
      expect(this.playing).toBe(effect.key);
      this.playing = null;
    }
  }
}

function describeEffect(effect: Effect): string {
  if (effect.do === "amplifier") return `amplifier ${effect.on ? "on" : "off"}`;
  return effect.do === "zones" ? `zones ${effect.closed.join("+") || "open"}` : `${effect.do} ${effect.key}`;
}

/** Lets a sequence run by its own wake-ups from `from` to `until`; `wanted` by time. */
function run(
  wanted: (now: number) => Wanted | null,
  changes: readonly number[],
  until: number,
  times = TIMES,
) {
  const cabinet = new Cabinet();
  let sequence: Sequence = AT_REST;
  let now = 0;
  const due = [...changes].sort((a, b) => a - b);
  for (;;) {
    const { to, effects, wakeAt } = step(sequence, wanted(now), now, times);
    for (const effect of effects) cabinet.take(effect, wanted(now), now, times);
    const again = step(to, wanted(now), now, times);
    expect([again.effects, again.to, again.wakeAt]).toEqual([[], to, wakeAt]);
    expect([to.amplifierSince, to.zones, to.playing]).toEqual([
      cabinet.amplifierSince,
      cabinet.zones,
      cabinet.playing,
    ]);
    if (wakeAt !== null) expect(wakeAt).toBeGreaterThan(now);
    sequence = to;
    while (due[0] !== undefined && due[0] <= now) due.shift();
    const next = Math.min(wakeAt ?? Infinity, due[0] ?? Infinity);
    if (next > until) return { cabinet, sequence, wakeAt };
    now = next;
  }
}

describe("the sequence of a playout", () => {
  test("goes from mains relay to warm-up, zones, audio, and back", () => {
    const { cabinet, wakeAt } = run(() => wantedOf(), [3_000], 60_000);
    expect(cabinet.log).toEqual([
      "0 amplifier on",
      "4600 zones z1",
      "4600 play b1/0",
      "15120 silence b1/0",
      "15120 zones open",
      "25000 amplifier off",
    ]);
    expect(wakeAt).toBeNull();
  });

  test("that begins late waits for the amplifier all the same", () => {
    const { cabinet } = run((now) => (now < 5_500 ? null : wantedOf()), [5_500], 10_000);
    expect(cabinet.log).toEqual(["5500 amplifier on", "7100 zones z1", "7100 play b1/0"]);
  });

  test("that is taken back falls silent, opens its zones at once, and the amplifier goes off when idle", () => {
    const { cabinet } = run((now) => (now < 8_000 ? wantedOf() : null), [8_000], 60_000);
    expect(cabinet.log.slice(3)).toEqual(["8000 silence b1/0", "8000 zones open", "18000 amplifier off"]);
  });

  test("that is taken back while the amplifier warms up never closes a zone", () => {
    const { cabinet } = run((now) => (now < 1_000 ? wantedOf() : null), [1_000], 60_000);
    expect(cabinet.log).toEqual(["0 amplifier on", "10000 amplifier off"]);
  });

  test("does nothing when nothing is wanted", () => {
    expect(step(AT_REST, null, 0, TIMES)).toMatchObject({ effects: [], wakeAt: null });
  });

  test("that follows at once keeps the amplifier, and changes zones before it sounds", () => {
    const next = wantedOf({ key: "b2/0", zones: ["z2"], startAt: 15_000, endAt: 20_000 });
    const { cabinet } = run((now) => (now < 15_000 ? wantedOf() : next), [15_000], 60_000);
    expect(cabinet.log.slice(3)).toEqual([
      "15000 silence b1/0",
      "15000 zones z2",
      "15000 play b2/0",
      "20120 silence b2/0",
      "20120 zones open",
      "30000 amplifier off",
    ]);
  });

  test("that follows after a pause leaves the zones open in between, after the tail of the first", () => {
    const next = wantedOf({ key: "b2/0", zones: ["z2"], startAt: 16_000, endAt: 20_000 });
    const { cabinet } = run((now) => (now < 15_000 ? wantedOf() : next), [15_000], 20_000);
    expect(cabinet.log.slice(3)).toEqual([
      "15000 silence b1/0",
      "15120 zones open",
      "15600 zones z2",
      "15600 play b2/0",
    ]);
  });

  test("that takes over in the middle silences the other first", () => {
    const emergency = wantedOf({ key: "e/0", zones: ["z1", "z2"], startAt: 8_000, endAt: 9_000 });
    const { cabinet } = run((now) => (now < 8_000 ? wantedOf() : emergency), [8_000], 9_000);
    expect(cabinet.log.slice(3)).toEqual(["8000 silence b1/0", "8000 zones z1+z2", "8000 play e/0"]);
  });

  test("keeps sounding when the clock is set back", () => {
    const { to } = step(AT_REST, wantedOf(), 0, TIMES);
    const { to: playing } = step(to, wantedOf(), 4_700, TIMES);
    const back = step(playing, wantedOf(), 3_000, TIMES);
    expect([back.effects, back.to.playing, back.to.zones]).toEqual([[], "b1/0", ["z1"]]);
  });

  test("begins anew from rest after the board was lost", () => {
    const { to, effects } = step(AT_REST, wantedOf(), 9_000, TIMES);
    expect(effects.map(describeEffect)).toEqual(["amplifier on"]);
    const { effects: then } = step(to, wantedOf(), 10_600, TIMES);
    expect(then.map(describeEffect)).toEqual(["zones z1", "play b1/0"]);
  });
});

const times = fc.record({
  warmUpMs: fc.constantFrom(0, 1_600),
  zoneLeadMs: fc.constantFrom(50, 400),
  tailMs: fc.constantFrom(0, 120),
  idleOffMs: fc.constantFrom(0, 3_000),
});
/** Wishes that change at will: each holds from its time on. */
const wishes = fc.array(
  fc.record({
    from: fc.nat(30_000),
    wanted: fc.option(
      fc
        .record({
          key: fc.constantFrom("a/0", "b/0", "c/0"),
          zones: fc.constantFrom(["z1"], ["z2"], ["z2", "z1"], ["z1", "z2"]),
          startAt: fc.nat(30_000),
          lengthMs: fc.integer({ min: 1, max: 10_000 }),
        })
        .map(({ lengthMs, ...rest }) => ({ ...rest, endAt: rest.startAt + lengthMs })),
    ),
  }),
  { maxLength: 8 },
);

describe("whatever is wanted, the sequence", () => {
  test("never closes a zone on a cold amplifier, nor sounds into open zones; steps twice as once; ends at rest", () => {
    fc.assert(
      fc.property(wishes, times, (wishes, times) => {
        const sorted = wishes.toSorted((a, b) => a.from - b.from);
        const wanted = (now: number) =>
          now >= 60_000 ? null : (sorted.findLast(({ from }) => from <= now)?.wanted ?? null);
        const { cabinet, sequence, wakeAt } = run(
          wanted,
          [...sorted.map(({ from }) => from), 60_000],
          1e6,
          times,
        );
        expect([cabinet.amplifierSince, cabinet.zones, cabinet.playing, wakeAt]).toEqual([
          null,
          [],
          null,
          null,
        ]);
        expect(sequence).toMatchObject({ amplifierSince: null, zones: [], playing: null });
      }),
      { numRuns: 400 },
    );
  });

  test("is silent with open zones at once when nothing is wanted", () => {
    fc.assert(
      fc.property(wishes, times, fc.nat(30_000), (wishes, times, stopAt) => {
        const sorted = wishes.toSorted((a, b) => a.from - b.from);
        const wanted = (now: number) =>
          now >= stopAt ? null : (sorted.findLast(({ from }) => from <= now)?.wanted ?? null);
        const { cabinet } = run(wanted, [...sorted.map(({ from }) => from), stopAt], stopAt, times);
        expect([cabinet.zones, cabinet.playing]).toEqual([[], null]);
      }),
      { numRuns: 200 },
    );
  });
});
