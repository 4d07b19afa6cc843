import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LiveTimeline, type PlacedPacket } from "./live-timeline.ts";

const START = 1_700_000_000_000;
const DELAY = 300;
const frames = (count = 3, bytes = 60) => Array.from({ length: count }, () => new Uint8Array(bytes));

/** What a browser captures and a network carries: packets of 60 ms, drift of its clock, and when each arrives. */
interface Course {
  readonly ppm: number;
  readonly packets: number;
  readonly jitterMs: readonly number[];
  /** From the packet of this number on for `ms`, nothing arrives; then all at once. */
  readonly stalls: readonly { readonly at: number; readonly ms: number }[];
  /** Capture itself stands still, and the count with it. */
  readonly pauses: readonly { readonly at: number; readonly ms: number }[];
}

function run(course: Course, timeline = new LiveTimeline(START, DELAY)) {
  const placed: (PlacedPacket & { readonly capturedMs: number; readonly arrivesMs: number })[] = [];
  let held = 0;
  let capturedMs = 500;
  for (let n = 0; n < course.packets; n++) {
    for (const pause of course.pauses) if (pause.at === n) capturedMs += pause.ms;
    const mediaUs = n * 60_000;
    const end = capturedMs + 60;
    for (const stall of course.stalls) if (stall.at === n) held = Math.max(held, end + stall.ms);
    const arrivesMs = Math.max(held, end + 10 + (course.jitterMs[n % course.jitterMs.length] ?? 0));
    held = arrivesMs;
    const packet = timeline.place({ mediaUs, frames: frames() }, START + arrivesMs);
    if (packet) placed.push({ ...packet, capturedMs, arrivesMs });
    capturedMs += 60 / (1 + course.ppm / 1e6);
  }
  return placed;
}

const quiet: Course = { ppm: 0, packets: 100, jitterMs: [0], stalls: [], pauses: [] };
/** Of its capture to its media time: constant but for the network's promptest time. */
const skews = (placed: ReturnType<typeof run>) =>
  placed.map(({ mediaMs, capturedMs }) => mediaMs - capturedMs);

describe("the media time of live speech", () => {
  test("of the first packet is when it was captured, as far as the hub can know", () => {
    const [first] = run({ ...quiet, packets: 1 });
    expect(first?.mediaMs).toBe(520);
    expect(first?.arrivesMs).toBe(570);
  });

  const course: fc.Arbitrary<Course> = fc.record({
    ppm: fc.integer({ min: -100, max: 100 }),
    packets: fc.constant(4_000),
    jitterMs: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 50 }),
    stalls: fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 3_500 }), ms: fc.integer({ min: 0, max: 4_000 }) }),
      { maxLength: 8 },
    ),
    pauses: fc.array(
      fc.record({ at: fc.integer({ min: 1, max: 3_500 }), ms: fc.integer({ min: 0, max: 20_000 }) }),
      { maxLength: 4 },
    ),
  });

  test("never overlaps, never goes back, and lies on one grid, whatever stalls, pauses and drifts", () => {
    fc.assert(
      fc.property(course, (one) => {
        let end = 0;
        const wrong = run(one).filter(({ mediaMs, frames }) => {
          const fits = mediaMs >= end && mediaMs % 20 === 0;
          end = mediaMs + frames.length * 20;
          return !fits;
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("is never far from its capture once things have settled: no lateness is kept, and no lead", () => {
    fc.assert(
      fc.property(course, (one) => {
        const jitter = Math.max(...one.jitterMs);
        const placed = run(one);
        expect(placed.length).toBeGreaterThan(3_000);
        const last = skews(placed).slice(-20);
        for (const skew of last) {
          expect(skew).toBeGreaterThan(-60 - jitter);
          expect(skew).toBeLessThan(60 + jitter);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("does not move through a stall of the network, and what cannot sound any more is left out", () => {
    const placed = run({ ...quiet, stalls: [{ at: 50, ms: 1_500 }] });
    expect(new Set(skews(placed)).size).toBe(1);
    expect(placed.length).toBe(100 - 20);
    for (const { lateMs } of placed) expect(lateMs).toBeLessThanOrEqual(DELAY);
  });

  test("loses nothing through a stall of 150 ms", () => {
    expect(run({ ...quiet, stalls: [{ at: 50, ms: 150 }] })).toHaveLength(100);
  });

  test("follows capture that stood still, within a third of a second", () => {
    const placed = run({ ...quiet, pauses: [{ at: 50, ms: 2_000 }] });
    const lost = 100 - placed.length;
    expect(lost).toBeLessThan(7);
    expect(Math.abs(skews(placed).at(-1)!)).toBeLessThanOrEqual(20);
  });

  test("gains on a first packet that was slow: one frame a second in pauses, the quietest", () => {
    const timeline = new LiveTimeline(START, DELAY);
    timeline.place({ mediaUs: 0, frames: frames() }, START + 560);
    const [loud, quietest] = [new Uint8Array(60), new Uint8Array(3)];
    const kept = timeline.place({ mediaUs: 60_000, frames: [loud, loud, loud] }, START + 560);
    expect(kept?.frames).toHaveLength(3);
    const cut = timeline.place({ mediaUs: 120_000, frames: [loud, quietest, loud] }, START + 620);
    expect(cut).toMatchObject({ mediaMs: 620, lateMs: -60, frames: [loud, loud] });
    const next = timeline.place({ mediaUs: 180_000, frames: [loud, quietest, loud] }, START + 680);
    expect(next).toMatchObject({ mediaMs: 660, lateMs: -40 });
    expect(next?.frames).toHaveLength(3);
  });

  test("gains within some seconds also on who never pauses, and at once on what is far ahead", () => {
    const timeline = new LiveTimeline(START, DELAY);
    timeline.place({ mediaUs: 0, frames: frames() }, START + 560);
    let last = null;
    for (let n = 1; n < 150; n++)
      last = timeline.place({ mediaUs: n * 60_000, frames: frames() }, START + 500 + n * 60);
    expect(last?.lateMs).toBeGreaterThan(-20);
    const far = new LiveTimeline(START, DELAY);
    far.place({ mediaUs: 0, frames: frames() }, START + 560);
    for (let n = 1; n < 8; n++) last = far.place({ mediaUs: n * 60_000, frames: frames() }, START + 570);
    expect(far.endMs).toBeLessThan(560 + 300);
  });

  test("goes on where a connection comes back with the same count, and also with a new one", () => {
    const timeline = new LiveTimeline(START, DELAY);
    for (let n = 0; n < 10; n++)
      timeline.place({ mediaUs: n * 60_000, frames: frames() }, START + 60 + n * 60);
    timeline.reconnected();
    const same = timeline.place({ mediaUs: 40 * 60_000, frames: frames() }, START + 60 + 40 * 60);
    expect(same?.mediaMs).toBe(40 * 60);
    timeline.reconnected();
    const anew = timeline.place({ mediaUs: 0, frames: frames() }, START + 60 + 240_000);
    expect(anew?.mediaMs).toBe(240_000);
    expect(timeline.place({ mediaUs: 0, frames: frames() }, START + 240_120)).toBeNull();
  });
});
