import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CueProgress, LiveSpeech } from "../ports.ts";
import { CEILING } from "./limiter.ts";
import { decodedWhole, opusPackets, voice } from "./opus-packets.fixture.ts";
import { Player } from "./player.ts";
import { StationTime } from "./station-time.ts";
import { VirtualCard } from "./virtual-card.fixture.ts";

const BASE = Date.UTC(2026, 0, 1);
const SESSION = "0123456789abcdef0123456789abcdef";
/** Session start and its delay, in the test's time. */
const START = 1_000;
const DELAY = 300;
const SPOKEN_MS = 6_000;
const PACKET_MS = 60;
/** What a packet needs from its last sample to the station. */
const UNDERWAY = 15;

let frames: Uint8Array[];
let whole: Float32Array;
let card: VirtualCard;
let player: Player;
let reports: CueProgress[];

beforeAll(async () => {
  frames = (await opusPackets(voice(SPOKEN_MS))).slice(0, SPOKEN_MS / 20);
  whole = await decodedWhole(frames);
});

beforeEach(begin);

async function begin(): Promise<void> {
  card = new VirtualCard();
  reports = [];
  player = new Player({
    output: card,
    time: new StationTime(BASE),
    now: () => card.nowMs,
    bufferMs: 500,
    outputLatencyMs: 0,
    report: (progress) => reports.push(progress),
  });
  player.play({
    id: "live",
    startAt: BASE + START + DELAY,
    gainDb: 0,
    items: [
      {
        kind: "live",
        sessionId: SESSION,
        soundsFrom: BASE + START + DELAY,
        durationMs: 3_600_000,
        gainDb: 0,
      },
    ],
  });
  while (card.nowMs < START) turn();
  // The decoder is compiled meanwhile.
  player.speak({ ...speech(0), frames: [] });
  for (let wait = 0; wait < 20; wait++) await new Promise((next) => setImmediate(next));
}

function turn(): void {
  card.advance(20);
  player.tick();
}

const speech = (n: number, last = false): LiveSpeech => ({
  sessionId: SESSION,
  soundsFrom: BASE + START + DELAY,
  endsAt: BASE + 60_000,
  mediaTimeUs: n * PACKET_MS * 1_000,
  last,
  frames: frames.slice(3 * n, 3 * n + 3).map((frame) => Buffer.from(frame).toString("base64")),
});

const PACKETS = SPOKEN_MS / PACKET_MS;
/** When packet `n` comes at the earliest. */
const spokenAt = (n: number) => START + (n + 1) * PACKET_MS + UNDERWAY;

/** Delivers each packet at the time given for it (none: it is lost), while the card plays on. */
function deliver(arrivals: Iterable<readonly [number, number]>, until = START + SPOKEN_MS + 1_000): void {
  const queue = [...arrivals].sort(([, a], [, b]) => a - b);
  while (card.nowMs < until) {
    turn();
    while (queue[0] && queue[0][1] <= card.nowMs) {
      const [n] = queue.shift()!;
      player.speak(speech(n));
    }
  }
}

/** What sounded of the media time [fromMs, toMs), and what should have. */
const heard = (fromMs: number, toMs: number) =>
  Float32Array.from(
    card.heard.slice((START + DELAY + fromMs) * 48, (START + DELAY + toMs) * 48),
    (x) => x / 32_768,
  );
const spoken = (fromMs: number, toMs: number) => whole.slice(fromMs * 48, toMs * 48);

const furthest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
function likeness(a: Float32Array, b: Float32Array): number {
  const sum = (of: (i: number) => number) => a.reduce((total, _, i) => total + of(i), 0);
  return sum((i) => a[i]! * b[i]!) / Math.sqrt(sum((i) => a[i]! ** 2) * sum((i) => b[i]! ** 2) + 1e-12);
}
const loudest = (samples: Float32Array) => samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const roughest = (samples: Float32Array) =>
  samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? sample))), 0);

const ALL = Array.from({ length: PACKETS }, (_, n) => n);
/** The network holds everything from `from` on back for `ms`, then lets it go at once. */
const stalled = (from: number, ms: number) =>
  new Map(ALL.map((n) => [n, spokenAt(n) > from && spokenAt(n) < from + ms ? from + ms : spokenAt(n)]));

/** The limiter's and the converter's share of what differs. */
const CLOSE = 0.01;

describe("live speech at the card", () => {
  test("sounds at its media time and the session's delay", () => {
    deliver(stalled(0, 0));
    expect(furthest(heard(10, SPOKEN_MS - 10), spoken(10, SPOKEN_MS - 10))).toBeLessThan(CLOSE);
    expect(card.peak(0, START + DELAY - 1)).toBe(0);
    expect(reports.at(-1)?.startErrorMs).toBeLessThan(0.1);
  });

  test("a stall of 150 ms is not heard", () => {
    deliver(stalled(3_000, 150));
    expect(furthest(heard(10, SPOKEN_MS - 10), spoken(10, SPOKEN_MS - 10))).toBeLessThan(CLOSE);
  });

  test("after a stall of 1.5 s it is back at its delay, and nothing that is past is made up for", () => {
    deliver(stalled(3_000, 1_500));
    const back = 3_000 + 1_500 - START - DELAY + 80;
    expect(furthest(heard(10, 1_800), spoken(10, 1_800))).toBeLessThan(CLOSE);
    expect(card.peak(START + DELAY + 2_400, START + DELAY + back - 100)).toBe(0);
    expect(furthest(heard(back + 200, SPOKEN_MS - 10), spoken(back + 200, SPOKEN_MS - 10))).toBeLessThan(
      0.05,
    );
    expect(roughest(heard(0, SPOKEN_MS - 80))).toBeLessThan(1.5 * roughest(whole));
    const [{ late, silencedMs, concealedMs } = { late: 0, silencedMs: 0, concealedMs: 0 }] =
      player.health().live ?? [];
    expect(late).toBeGreaterThan(15);
    expect(silencedMs).toBeGreaterThan(800);
    expect(concealedMs).toBeGreaterThan(190);
  });

  test("any order, loss, duplication and lateness: what came in time is at its place, and nothing leaves the limiter's bounds", async () => {
    const fate = fc.record({
      lost: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      laterMs: fc.oneof({ weight: 4, arbitrary: fc.nat(150) }, { weight: 1, arbitrary: fc.nat(600) }),
      again: fc.boolean(),
    });
    const fates = fc.array(fate, { minLength: PACKETS, maxLength: PACKETS });
    await fc.assert(
      fc.asyncProperty(fates, async (given) => {
        await begin();
        const inTime = given.map(({ lost, laterMs }) => !lost && laterMs <= 150);
        const came = given.flatMap(({ lost, laterMs, again }, n): [number, number][] => {
          const first: [number, number][] = lost ? [] : [[n, spokenAt(n) + laterMs]];
          return again && !lost ? [...first, [n, spokenAt(n) + laterMs + 70]] : first;
        });
        deliver(came);
        const whole3 = (n: number) => [n, n - 1, n - 2, n - 3].every((one) => one >= 0 && inTime[one]);
        const alike = ALL.filter(whole3).map((n) => {
          const [from, to] = [n * PACKET_MS, (n + 1) * PACKET_MS];
          return likeness(heard(from, to), spoken(from, to));
        });
        // A decoder comes back from a loss over some packets; most are there at once.
        expect(alike.filter((one) => one > 0.8).length).toBeGreaterThanOrEqual(0.85 * alike.length);
        // A decoder that lacks packets may swing for a moment.
        expect(loudest(heard(0, SPOKEN_MS))).toBeLessThanOrEqual(CEILING + 1e-4);
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  test("a player that did not come to its turn for 200 ms goes on where it should be", () => {
    const arrivals = stalled(0, 0);
    deliver(arrivals, 3_000);
    card.advance(150);
    deliver(new Map([...arrivals].filter(([, at]) => at > 3_000)));
    expect(furthest(heard(10, SPOKEN_MS - 10), spoken(10, SPOKEN_MS - 10))).toBeLessThan(CLOSE);
  });

  test("ends after its last packet, and is silent then", () => {
    deliver(new Map(ALL.slice(0, 20).map((n) => [n, spokenAt(n)])), spokenAt(20));
    player.speak(speech(20, true));
    deliver(new Map(), 5_000);
    expect(card.peak(START + DELAY + 21 * PACKET_MS, 5_000)).toBe(0);
    expect(card.peak(START + DELAY + 20 * PACKET_MS - 50, START + DELAY + 20 * PACKET_MS)).toBeGreaterThan(
      500,
    );
  });
});
