import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  agedError,
  type ClockFilter,
  CRYSTAL_PPM,
  type Exchange,
  estimate,
  localTime,
  NO_BURSTS,
  stationTime,
  takeBurst,
} from "./clock-filter.ts";

/** When bursts come, as the station's exchange paces them: quick at first, then every 10 s. */
const PACE_MS = [0, 1_200, 2_400, 3_600, 5_800, 8_000, 13_200, 18_400];

interface World {
  readonly offsetMs: number;
  readonly ppm: number;
  /** Delay of the network each way, ms, drawn evenly between nothing and this, on top of the least. */
  readonly jitterMs: readonly [up: number, down: number];
  readonly leastMs: readonly [up: number, down: number];
  /** Added to the hub's time from a station time on. */
  readonly step?: { readonly from: number; readonly until?: number; readonly byMs: number };
  readonly seed: number;
}

/** Hub time minus the station's own at station time `at`. */
function truth({ offsetMs, ppm, step }: World, at: number): number {
  const stepped = step && at >= step.from && at < (step.until ?? Infinity);
  return offsetMs + (ppm / 1e6) * at + (stepped ? step.byMs : 0);
}

function random(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function burstAt(at: number, world: World, chance: () => number): Exchange[] {
  return Array.from({ length: 8 }, (_, i) => {
    const t1 = at + i * 25;
    const [up, down] = [0, 1].map((way) => world.leastMs[way]! + chance() * world.jitterMs[way]!) as [
      number,
      number,
    ];
    const arrives = t1 + up;
    const t2 = arrives + truth(world, t1) + (world.ppm / 1e6) * up;
    const t4 = arrives + 0.2 + down;
    return { t1, t2, t3: t2 + 0.2, t4 };
  });
}

/** The filter after each of `count` bursts, `gapMs` apart once they were dense. */
function* listen(world: World, count: number, gapMs = 10_200): Generator<ClockFilter> {
  const chance = random(world.seed);
  let filter = NO_BURSTS;
  for (let i = 0; i < count; i++) {
    const at = PACE_MS[i] ?? (PACE_MS.at(-1) ?? 0) + (i - PACE_MS.length + 1) * gapMs;
    filter = takeBurst(filter, burstAt(at, world, chance));
    yield filter;
  }
}

const QUIET: World = { offsetMs: 1_000, ppm: 0, jitterMs: [0.2, 0.2], leastMs: [0.1, 0.1], seed: 1 };

/** Error of the estimate at its own time, ms. */
function errorOf(filter: ClockFilter, world: World): number {
  const { line } = estimate(filter)!;
  return stationTime(line, line.refMs) - line.refMs - truth(world, line.refMs);
}

const world = fc.record({
  offsetMs: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  ppm: fc.double({ min: -CRYSTAL_PPM, max: CRYSTAL_PPM, noNaN: true }),
  jitterMs: fc.tuple(fc.constantFrom(0, 1, 40), fc.constantFrom(0, 1, 40)),
  leastMs: fc.tuple(fc.constantFrom(0, 0.1, 5), fc.constantFrom(0, 0.1, 5)),
  seed: fc.nat(),
});

describe("the clock filter", () => {
  test("knows nothing before the first burst, nor after one without a sound exchange", () => {
    expect(estimate(NO_BURSTS)).toBeNull();
    expect(takeBurst(NO_BURSTS, [])).toBe(NO_BURSTS);
    const odd: Exchange[] = [
      { t1: 10, t2: 5, t3: 4, t4: 20 },
      { t1: 10, t2: 5, t3: 6, t4: 9 },
      { t1: Number.NaN, t2: 5, t3: 6, t4: 20 },
    ];
    expect(estimate(takeBurst(NO_BURSTS, odd))).toBeNull();
  });

  test("takes half of what the two directions leave open as its error", () => {
    const { line, errorMs } = estimate(takeBurst(NO_BURSTS, [{ t1: 0, t2: 104, t3: 105, t4: 7 }]))!;
    expect(line).toEqual({ refMs: 7, offsetMs: 101, drift: 0 });
    expect(errorMs).toBeGreaterThanOrEqual(3);
    expect(errorMs).toBeLessThan(3.01);
  });

  test("keeps the least delay of each direction apart", () => {
    const slowThere = { t1: 0, t2: 150, t3: 150, t4: 51 };
    const slowBack = { t1: 60, t2: 161, t3: 161, t4: 111 };
    const { line, errorMs } = estimate(takeBurst(NO_BURSTS, [slowThere, slowBack]))!;
    expect(line.offsetMs).toBeCloseTo(100, 1);
    expect(errorMs).toBeLessThan(1.02);
  });

  test("always holds the truth within its error, for every delay and any crystal, at once and while it ages", () => {
    fc.assert(
      fc.property(
        world,
        fc.integer({ min: 1, max: 24 }),
        fc.constantFrom(10_200, 120_000),
        (world, count, gapMs) => {
          for (const filter of listen(world, count, gapMs)) {
            const guess = estimate(filter)!;
            const { line } = guess;
            for (const age of [0, 5_000, 60_000]) {
              const at = line.refMs + age;
              const error = Math.abs(stationTime(line, at) - at - truth(world, at));
              expect(error).toBeLessThanOrEqual(agedError(guess, at) + 1e-4);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    ["no jitter", { jitterMs: [0, 0], ppm: 0 }, 0.2],
    ["no jitter and a fast crystal", { jitterMs: [0, 0], ppm: 50 }, 0.3],
    ["a wired link", { jitterMs: [1, 1], ppm: -50 }, 0.5],
    ["a mobile link", { jitterMs: [40, 40], ppm: 0 }, 4],
    ["a mobile link and a fast crystal", { jitterMs: [40, 40], ppm: 50 }, 5],
    ["a mobile link and a slow crystal", { jitterMs: [40, 40], ppm: -50 }, 5],
  ] as [string, Partial<World>, number][])(
    "over %s it is right within %f ms after two minutes",
    (_, given, ms) => {
      const errors = Array.from({ length: 20 }, (_, seed) => {
        const world = { ...QUIET, ...given, seed: seed * 7_919 + 1 };
        return Math.abs(errorOf([...listen(world, 20)].at(-1)!, world));
      });
      expect(errors.toSorted((a, b) => a - b)[17]).toBeLessThan(ms);
    },
  );

  test("finds the drift of a crystal, and none where there is none", () => {
    const driftOf = (given: Partial<World>) =>
      estimate([...listen({ ...QUIET, ...given }, 24)].at(-1)!)!.line.drift * 1e6;
    expect(driftOf({ ppm: 50 })).toBeCloseTo(50, 0);
    expect(driftOf({ ppm: -50 })).toBeCloseTo(-50, 0);
    expect(Math.abs(driftOf({ ppm: 0, jitterMs: [40, 40] }))).toBeLessThanOrEqual(30);
  });

  test.each([50, -50, 0])("still knows a drift of %i ppm when bursts are rare", (ppm) => {
    const drifts = [...listen({ ...QUIET, ppm }, 40, 120_000)]
      .slice(20)
      .map((one) => estimate(one)!.line.drift * 1e6);
    for (const drift of drifts) expect(Math.abs(drift - ppm)).toBeLessThan(0.5);
    expect(drifts).toHaveLength(20);
  });

  test("learns no drift across a step", () => {
    const world = { ...QUIET, ppm: 50, step: { from: 1_000_000, byMs: 20 } };
    for (const filter of listen(world, 40, 120_000)) {
      const { line, errorMs } = estimate(filter)!;
      if (filter.suspect === null)
        expect(Math.abs(errorOf(filter, world))).toBeLessThanOrEqual(errorMs + 1e-4);
      expect(Math.abs(line.drift * 1e6)).toBeLessThan(52);
    }
    expect(Math.abs(errorOf([...listen(world, 40, 120_000)].at(-1)!, world))).toBeLessThan(0.3);
  });

  test.each([
    [{ jitterMs: [0, 40], leastMs: [0, 0] }],
    [{ jitterMs: [40, 0], leastMs: [0, 0] }],
    [{ jitterMs: [0, 0], leastMs: [0, 30] }],
    [{ jitterMs: [0, 0], leastMs: [30, 0] }],
  ] as [Partial<World>][])("an uneven way (%o) shifts it by no more than half of the difference", (given) => {
    const world = { ...QUIET, ...given };
    const filter = [...listen(world, 20)].at(-1)!;
    expect(Math.abs(errorOf(filter, world))).toBeLessThanOrEqual(15.2);
    expect(Math.abs(errorOf(filter, world))).toBeLessThanOrEqual(estimate(filter)!.errorMs + 1e-4);
  });

  test.each([5_000, -5_000, 20, 600_000])("does not believe one burst that is off by %i ms", (byMs) => {
    const world = { ...QUIET, step: { from: 40_000, until: 50_000, byMs } };
    const offsets = [...listen(world, 20)].map((filter) => estimate(filter)!.line.offsetMs);
    for (const offset of offsets) expect(offset).toBeCloseTo(1_000, 0);
    expect(offsets).toHaveLength(20);
  });

  test.each([5_000, -5_000, 20, 600_000])("believes a step of %i ms when the next burst agrees", (byMs) => {
    const from = PACE_MS[5]!;
    const offsets = [...listen({ ...QUIET, step: { from, byMs } }, 9)].map(
      (filter) => estimate(filter)!.line.offsetMs,
    );
    expect(offsets[5]).toBeCloseTo(1_000, 0);
    for (const offset of offsets.slice(6)) expect(offset).toBeCloseTo(1_000 + byMs, 0);
  });

  test("does not believe two liars that contradict each other", () => {
    const chance = random(3);
    let filter = [...listen(QUIET, 8)].at(-1)!;
    for (const [at, byMs] of [
      [30_000, 5_000],
      [40_000, 9_000],
    ] as const) {
      filter = takeBurst(filter, burstAt(at, { ...QUIET, offsetMs: 1_000 + byMs }, chance));
      expect(estimate(filter)!.line.offsetMs).toBeCloseTo(1_000, 0);
    }
  });

  test("forgets bursts older than three minutes, and believes what comes after", () => {
    const chance = random(3);
    const old = [...listen(QUIET, 8)].at(-1)!;
    const at = PACE_MS[7]! + 200_000;
    const fresh = takeBurst(old, burstAt(at, { ...QUIET, offsetMs: 7_000 }, chance));
    expect(estimate(fresh)!.line.offsetMs).toBeCloseTo(7_000, 0);
  });
});

test("station time and local time undo each other", () => {
  const line = fc.record({
    refMs: fc.double({ min: 0, max: 2e12, noNaN: true }),
    offsetMs: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    drift: fc.double({ min: -1e-4, max: 1e-4, noNaN: true }),
  });
  fc.assert(
    fc.property(line, fc.double({ min: -1e8, max: 1e8, noNaN: true }), (line, since) => {
      const local = line.refMs + since;
      expect(Math.abs(localTime(line, stationTime(line, local)) - local)).toBeLessThan(0.002);
    }),
  );
});
