import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { LiveSound } from "./live-sound.ts";
import { decodedWhole, opusPackets, voice } from "./opus-packets.fixture.ts";

const MS = 48;
const FRAME = 20 * MS;
const BASE = 1_000 * MS;
const NEVER_LATE = 0;

let frames: Uint8Array[];
let whole: Float32Array;

beforeAll(async () => {
  frames = (await opusPackets(voice(3_000))).slice(0, 150);
  whole = await decodedWhole(frames);
});

/** Packets of three frames each, by number. */
const packet = (n: number) => ({ us: n * 60_000, frames: frames.slice(3 * n, 3 * n + 3) });

async function sound(): Promise<LiveSound> {
  const made = new LiveSound(BASE);
  await made.ready;
  return made;
}

/** Reads [fromMs, toMs) of media time in blocks of 10 ms. */
function read(from: LiveSound, fromMs: number, toMs: number): Float32Array {
  const all = new Float32Array((toMs - fromMs) * MS);
  for (let at = 0; at < all.length; at += 480) from.read(BASE + fromMs * MS + at, all.subarray(at, at + 480));
  return all;
}

/** Largest step from one sample to the next. */
const roughest = (samples: Float32Array) =>
  samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? sample))), 0);

function correlation(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! ** 2;
    bb += b[i]! ** 2;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

describe("live speech", () => {
  test("is the encoder's sound, each sample at its media time, after its first 5 ms", async () => {
    const speech = await sound();
    for (let n = 0; n < 10; n++) speech.take(packet(n).us, packet(n).frames, NEVER_LATE);
    const heard = read(speech, 0, 600);
    expect(Math.max(...heard.slice(5 * MS).map((x, i) => Math.abs(x - whole[i + 5 * MS]!)))).toBeLessThan(
      1e-6,
    );
  });

  test("any order, loss and duplication of packets: what came sounds at its media time, what did not is a gap", async () => {
    const deliveries = fc
      .array(fc.record({ n: fc.nat(19), lost: fc.boolean() }), { minLength: 1, maxLength: 40 })
      .map((list) => list.filter(({ lost }) => !lost).map(({ n }) => n));
    await fc.assert(
      fc.asyncProperty(deliveries, async (order) => {
        const speech = await sound();
        for (const n of order) speech.take(packet(n).us, packet(n).frames, NEVER_LATE);
        const came = [...new Set(order)].sort((a, b) => a - b);
        const expected = await decodedWhole(came.flatMap((n) => packet(n).frames));
        const heard = read(speech, 0, 1_200);
        for (const [place, n] of came.entries()) {
          const afterJoin = heard.subarray((n * 60 + 5) * MS, (n + 1) * 60 * MS);
          expect(afterJoin).toEqual(expected.subarray((place * 60 + 5) * MS, (place + 1) * 60 * MS));
        }
        speech.close();
      }),
      { numRuns: 30 },
    );
  });

  test("a gap is concealed without a click, for 200 ms; then it is silent, and what follows begins without a click", async () => {
    const speech = await sound();
    for (const n of [0, 1, 2, 3, 4, 12, 13, 14]) speech.take(packet(n).us, packet(n).frames, NEVER_LATE);
    const heard = read(speech, 0, 900);
    const level = (fromMs: number, toMs: number) =>
      Math.max(...heard.slice(fromMs * MS, toMs * MS).map(Math.abs));
    expect(level(300, 400)).toBeGreaterThan(0.05);
    expect(level(300, 400)).toBeLessThan(1.5 * level(200, 300));
    expect(level(561, 720)).toBe(0);
    expect(level(740, 900)).toBeGreaterThan(0.05);
    expect(roughest(heard)).toBeLessThan(1.5 * roughest(whole));
  });

  test("a lost packet is hidden: the level hardly falls, and the pitch goes on", async () => {
    const speech = await sound();
    for (let n = 0; n < 20; n++) if (n !== 7) speech.take(packet(n).us, packet(n).frames, NEVER_LATE);
    const [gap, spoken] = [read(speech, 420, 480), whole.subarray(420 * MS, 480 * MS)];
    const power = (samples: Float32Array) => samples.reduce((sum, x) => sum + x * x, 0);
    expect(power(gap) / power(spoken)).toBeGreaterThan(0.2);
    expect(power(gap) / power(spoken)).toBeLessThan(3);
    expect(correlation(gap.subarray(0, 20 * MS), spoken.subarray(0, 20 * MS))).toBeGreaterThan(0.7);
  });

  test("reading again what was taken back gives the same samples, also in a gap", async () => {
    const speech = await sound();
    for (const n of [0, 1, 2, 5, 6]) speech.take(packet(n).us, packet(n).frames, NEVER_LATE);
    expect(read(speech, 100, 400)).toEqual(read(speech, 100, 400));
  });

  test("what comes too late is dropped and counted; what comes in time for its second half is joined there without a click", async () => {
    const speech = await sound();
    for (const n of [0, 1, 2]) speech.take(packet(n).us, packet(n).frames, NEVER_LATE);
    const before = read(speech, 100, 270);
    speech.take(packet(3).us, packet(3).frames, BASE + 250 * MS);
    speech.take(packet(4).us, packet(4).frames, BASE + 270 * MS);
    speech.take(packet(2).us, packet(2).frames, BASE + 270 * MS);
    expect(speech.counts.late).toBe(3);
    const after = read(speech, 270, 300);
    expect(correlation(after.subarray(8 * MS), whole.subarray(278 * MS, 300 * MS))).toBeGreaterThan(0.8);
    expect(roughest(Float32Array.from([...before, ...after]))).toBeLessThan(1.5 * roughest(whole));
  });

  test("gaps are counted when they have sounded: concealed for 200 ms, silent after it, nothing before the first packet", async () => {
    const speech = await sound();
    speech.pass(BASE);
    for (const n of [1, 2, 10, 11]) speech.take(packet(n).us, packet(n).frames, NEVER_LATE);
    for (let ms = 0; ms <= 720; ms += 7) speech.pass(BASE + ms * MS);
    speech.pass(BASE + 720 * MS);
    expect(speech.counts).toEqual({ late: 0, concealedMs: 200, silencedMs: 220 });
  });

  test("it ends over 80 ms: after its last packet, by its latest time, or at once when the last packet came late", async () => {
    for (const end of [
      (speech: LiveSound) => speech.endAfter(300_000, NEVER_LATE),
      (speech: LiveSound) => speech.endBy(BASE + 300 * MS),
      (speech: LiveSound) => speech.endAfter(100_000, BASE + 220 * MS),
    ]) {
      const speech = await sound();
      for (let n = 0; n < 10; n++) speech.take(packet(n).us, packet(n).frames, NEVER_LATE);
      end(speech);
      const heard = read(speech, 0, 600);
      expect(heard.subarray(300 * MS).every((sample) => sample === 0)).toBe(true);
      expect(correlation(heard.subarray(0, 215 * MS), whole.subarray(0, 215 * MS))).toBeGreaterThan(0.99);
      expect(roughest(heard)).toBeLessThan(1.1 * roughest(whole));
      expect(speech.covers(BASE + 10_000 * MS)).toBe(true);
    }
  });

  test("knows what is here", async () => {
    const speech = await sound();
    expect(speech.covers(BASE)).toBe(false);
    speech.take(packet(0).us, packet(0).frames, NEVER_LATE);
    expect([60, 61].map((ms) => speech.covers(BASE + ms * MS))).toEqual([true, false]);
    expect(speech.aheadOf(BASE + 10 * MS)).toBe(50);
  });

  test("a damaged Opus packet and speech for another day harm nothing", async () => {
    const speech = await sound();
    speech.take(0, [Buffer.from("ffffffff", "hex"), frames[1]!, frames[2]!], NEVER_LATE);
    speech.take(1e15, [frames[3]!], NEVER_LATE);
    const heard = read(speech, 0, 60);
    expect(heard.every(Number.isFinite)).toBe(true);
    expect(Math.max(...heard.map(Math.abs))).toBeLessThan(1);
    expect(speech.aheadOf(BASE)).toBe(60);
  });
});

test("frames have 20 ms", () => expect(whole.length).toBe(150 * FRAME));
