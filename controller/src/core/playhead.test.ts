import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Playhead } from "./playhead.ts";

const FRAMES_PER_MS = 48;
const TURN_MS = 20;
const BUFFER_FRAMES = 4_800;

interface Fault {
  readonly atMs: number;
  readonly stallMs?: number;
  readonly clockStepMs?: number;
}

interface World {
  readonly ppm: number;
  readonly noiseMs: number;
  readonly driftPpm?: number;
  readonly seed?: number;
  readonly faults?: readonly Fault[];
  readonly reportsBreaks?: boolean;
  /** Readings of a new stream go wrong by up to this, and come back within 10 s. */
  readonly creepMs?: number;
}

/**
 * A card with a crystal of its own, a buffer that runs dry when nobody writes, and delay readings with noise. Returns
 * the true error of what sounds, sampled at each turn.
 */
function listen(world: World, forMs: number): { errors: [number, number][]; jumps: number } {
  const playhead = new Playhead(48_000);
  const restart = () => playhead.restart(world.creepMs ? 12_000 : 0);
  restart();
  const chance = random(world.seed ?? 1);
  const mediaRate = 1 + (world.driftPpm ?? 0) / 1e6;
  const perMs = FRAMES_PER_MS * (1 + world.ppm / 1e6);
  const errors: [number, number][] = [];
  let [written, media, queued, lineStepMs, lastMs, begunMs] = [0, -30 * FRAMES_PER_MS, 0, 0, 0, 0];
  const faults = [...(world.faults ?? [])];
  for (let now = TURN_MS; now < forMs; now += TURN_MS) {
    const fault = faults[0];
    if (fault && now >= fault.atMs) {
      faults.shift();
      now += fault.stallMs ?? 0;
      lineStepMs += fault.clockStepMs ?? 0;
    }
    queued -= (now - lastMs) * perMs;
    lastMs = now;
    if (queued < 0) {
      queued = 0;
      begunMs = now;
      if (world.reportsBreaks !== false) restart();
    }
    const trueDue = media / FRAMES_PER_MS / mediaRate + lineStepMs;
    const trueSounds = now + queued / perMs;
    errors.push([now, trueSounds - trueDue]);
    const order = playhead.turn({
      atMs: now,
      delayFrames: Math.round(
        queued +
          ((chance() - 0.5) * 2 * world.noiseMs + creep(now - begunMs, world.creepMs ?? 0)) * FRAMES_PER_MS,
      ),
      writtenFrames: written,
      nextFrame: written,
      dueMs: trueDue,
      mediaRate,
      sounding: false,
    });
    let frames = Math.max(0, Math.floor(BUFFER_FRAMES - queued));
    written += frames;
    queued += frames;
    if (order.jumpFrames > 0) media += order.jumpFrames;
    else frames += order.jumpFrames;
    media += frames * order.rate;
  }
  return { errors, jumps: playhead.jumps };
}

/** Rises for five seconds, falls for five. */
const creep = (ageMs: number, peakMs: number) => peakMs * Math.max(0, 1 - Math.abs(ageMs - 5_000) / 5_000);

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const worst = (errors: [number, number][], fromMs: number) =>
  Math.max(...errors.filter(([at]) => at >= fromMs).map(([, error]) => Math.abs(error)));

describe("the playhead", () => {
  test.each([-200, -100, -20, 0, 20, 100, 200])("leaves no standing error on a card %i ppm off", (ppm) => {
    const { errors, jumps } = listen({ ppm, noiseMs: 0.2 }, 40_000);
    expect(worst(errors, 10_000)).toBeLessThan(0.2);
    expect(worst(errors, 30_000)).toBeLessThan(0.06);
    expect(jumps).toBeLessThanOrEqual(1);
  });

  test.each([-60, 60])("feeds a clock drift of %i ppm forward", (driftPpm) => {
    expect(worst(listen({ ppm: 0, driftPpm, noiseMs: 0.1 }, 30_000).errors, 10_000)).toBeLessThan(0.1);
  });

  test.each([80, 300, 1_500])("is back in step one second after a stall of %i ms", (stallMs) => {
    const { errors } = listen({ ppm: 40, noiseMs: 0.3, faults: [{ atMs: 12_000, stallMs }] }, 30_000);
    expect(worst(errors, 12_000 + stallMs + 1_000)).toBeLessThan(0.6);
    expect(worst(errors, 25_000)).toBeLessThan(0.1);
  });

  test.each([0.6, -1.2, 4])(
    "holds its first level while a new stream's readings creep by %i ms",
    (creepMs) => {
      const { errors, jumps } = listen(
        { ppm: 40, noiseMs: 0.1, creepMs, faults: [{ atMs: 40_000, stallMs: 300 }] },
        70_000,
      );
      const between = errors.filter(([at]) => at > 20_000 && at < 40_000);
      expect(
        worst(
          errors.filter(([at]) => at < 40_000),
          3_000,
        ),
      ).toBeLessThan(1);
      expect(worst(between, 25_000)).toBeLessThan(0.1);
      expect(worst(errors, 41_300)).toBeLessThan(0.6);
      expect(jumps).toBeLessThanOrEqual(2);
    },
  );

  test("finds out by itself that a card ran dry without saying so", () => {
    const faults = [{ atMs: 12_000, stallMs: 300 }];
    const { errors } = listen({ ppm: 40, noiseMs: 0.3, reportsBreaks: false, faults }, 20_000);
    expect(worst(errors, 13_300)).toBeLessThan(0.6);
  });

  test("takes a large step of the clock by one jump", () => {
    const { errors, jumps } = listen(
      { ppm: 0, noiseMs: 0.2, faults: [{ atMs: 10_000, clockStepMs: 700 }] },
      20_000,
    );
    expect(jumps).toBeLessThanOrEqual(2);
    expect(worst(errors, 10_900)).toBeLessThan(0.3);
  });

  test("steers a small step of the clock off without a jump", () => {
    const before = listen({ ppm: 0, noiseMs: 0.2 }, 20_000).jumps;
    const { errors, jumps } = listen(
      { ppm: 0, noiseMs: 0.2, faults: [{ atMs: 10_000, clockStepMs: -3 }] },
      20_000,
    );
    expect(jumps).toBe(before);
    expect(worst(errors, 17_000)).toBeLessThan(0.2);
  });

  test("is not led astray by readings that are wrong now and then", () => {
    const playhead = new Playhead(48_000);
    for (let turn = 1; turn < 500; turn++) {
      const atMs = turn * TURN_MS;
      const delayFrames = 4_800 + (turn % 17 === 0 ? 4_000 : 0);
      const writtenFrames = atMs * FRAMES_PER_MS + 4_800;
      const dueMs = writtenFrames / FRAMES_PER_MS;
      const { errorMs, jumpFrames } = playhead.turn({
        atMs,
        delayFrames,
        writtenFrames,
        nextFrame: writtenFrames,
        dueMs,
        mediaRate: 1,
        sounding: false,
      });
      expect([Math.abs(errorMs) < 0.001, jumpFrames]).toEqual([true, 0]);
    }
  });

  test("never steers beyond ±0.2 %, whatever it reads", () => {
    const readings = fc.array(fc.double({ min: -2_000, max: 2_000, noNaN: true }), { maxLength: 200 });
    fc.assert(
      fc.property(readings, (delays) => {
        const playhead = new Playhead(48_000);
        delays.forEach((delay, turn) => {
          const atMs = turn * TURN_MS;
          const { rate } = playhead.turn({
            atMs,
            delayFrames: delay * FRAMES_PER_MS,
            writtenFrames: atMs * FRAMES_PER_MS,
            nextFrame: atMs * FRAMES_PER_MS,
            dueMs: atMs,
            mediaRate: 1,
            sounding: false,
          });
          expect(Math.abs(rate - 1)).toBeLessThanOrEqual(0.002 + 1e-12);
        });
      }),
      { numRuns: 50 },
    );
  });

  test("while programme sounds, an error is steered off at 0.25 ms a second beyond the crystal's own", () => {
    const playhead = new Playhead(48_000);
    const turn = (n: number, sounding: boolean) =>
      playhead.turn({
        atMs: n * TURN_MS,
        delayFrames: 4_800,
        writtenFrames: n * TURN_MS * FRAMES_PER_MS + 4_800,
        nextFrame: n * TURN_MS * FRAMES_PER_MS + 4_800,
        dueMs: n * TURN_MS + 100 - 3,
        mediaRate: 1,
        sounding,
      });
    for (let n = 1; n < 20; n++) turn(n, false);
    expect(turn(20, false).rate).toBeCloseTo(1.002, 4);
    expect(turn(21, true).rate).toBeCloseTo(1.000_25, 6);
  });

  test("settles for any crystal, noise and seed", () => {
    const worlds = fc.record({
      ppm: fc.double({ min: -200, max: 200, noNaN: true }),
      noiseMs: fc.double({ min: 0, max: 0.5, noNaN: true }),
      seed: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(worlds, (world) => {
        const { errors, jumps } = listen(world, 30_000);
        expect(worst(errors, 20_000)).toBeLessThan(0.25);
        expect(jumps).toBeLessThanOrEqual(2);
      }),
      { numRuns: 30 },
    );
  });
});
