import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TARGET_DB } from "./automatic-gain.ts";
import { HighPass } from "./high-pass.ts";
import { CEILING, Limiter } from "./limiter.ts";
import { RATE, room, seeded, speakingDb, speechLike } from "./speech.fixture.ts";
import { silentReading, VoiceChain } from "./voice-chain.ts";

const BLOCK = 128;

/** What comes out of a chain, block by block as a browser gives it. */
function through(chain: VoiceChain, samples: Float32Array, each: () => void = () => undefined): Float32Array {
  const out = samples.slice();
  for (let at = 0; at + BLOCK <= out.length; at += BLOCK) {
    chain.process(out.subarray(at, at + BLOCK));
    each();
  }
  return out;
}

function talking(): VoiceChain {
  const chain = new VoiceChain(RATE);
  chain.talking = true;
  return chain;
}

const mixed = (a: Float32Array, b: Float32Array) => a.map((sample, i) => sample + (b[i] as number));
const peak = (samples: Float32Array) => samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);

test.each([-40, -34, -28, -22, -16, -10, -6])(
  "speech of %i dBFS comes out within 2 dB of the target",
  (db) => {
    const spoken = mixed(speechLike(14, db, 3), room(14, Math.min(-62, db - 28)));
    const out = through(talking(), spoken).subarray(6 * RATE);
    expect(Math.abs(speakingDb(out) - TARGET_DB)).toBeLessThan(2);
  },
);

test.each([-75, -65, -55, -48])(
  "a room of %i dBFS in which nobody speaks closes the gate and is never raised",
  (db) => {
    const chain = talking();
    let openAfterASecond = 0;
    let blocks = 0;
    const reading = silentReading();
    const out = through(chain, room(20, db), () => {
      chain.read(reading);
      if (++blocks * BLOCK > 10 * RATE && reading.gateOpen) openAfterASecond += 1;
    });
    expect(openAfterASecond).toBe(0);
    expect(reading.gainDb).toBeLessThanOrEqual(20);
    expect(peak(out.subarray(12 * RATE))).toBe(0);
  },
);

test("the gain stays where speech left it through a long silence", () => {
  const chain = talking();
  const reading = silentReading();
  through(chain, mixed(speechLike(6, -30), room(6, -64)));
  chain.read(reading);
  const before = reading.gainDb;
  through(chain, room(20, -64));
  chain.read(reading);
  expect(Math.abs(reading.gainDb - before)).toBeLessThan(2);
});

test("a phrase is not chopped: within it the gate stays open", () => {
  const chain = talking();
  const reading = silentReading();
  through(chain, mixed(speechLike(3, -36), room(3, -66)));
  const steady = Float32Array.from(
    { length: RATE },
    (_, i) => 0.02 * Math.sin(i / 30) * Math.sin(i / 2_000) ** 2,
  );
  let closed = 0;
  through(chain, steady, () => {
    chain.read(reading);
    if (!reading.gateOpen) closed += 1;
  });
  expect(closed).toBe(0);
});

test("nothing but digital silence leaves while nobody talks", () => {
  const chain = new VoiceChain(RATE);
  expect(peak(through(chain, speechLike(2, -20)))).toBe(0);
  chain.talking = true;
  expect(peak(through(chain, speechLike(2, -20)))).toBeGreaterThan(0.01);
  chain.talking = false;
  const out = through(chain, speechLike(2, -20));
  expect(peak(out.subarray(RATE / 10))).toBe(0);
});

test("easing takes its decibels off", () => {
  const [plain, eased] = [talking(), talking()];
  eased.easeDb = 12;
  const spoken = speechLike(8, -20);
  const difference =
    speakingDb(through(plain, spoken).subarray(4 * RATE)) -
    speakingDb(through(eased, spoken).subarray(4 * RATE));
  expect(difference).toBeGreaterThan(11);
});

test("no sample ever passes the ceiling or stops being a number, whatever comes in", () => {
  const wild = fc.oneof(
    fc.double({ min: -8, max: 8, noNaN: true }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, -1, 0),
  );
  fc.assert(
    fc.property(fc.array(wild, { minLength: BLOCK, maxLength: 12 * BLOCK }), (samples) => {
      const out = through(talking(), Float32Array.from(samples));
      const whole = out.subarray(0, out.length - (out.length % BLOCK));
      return whole.every((sample) => Math.abs(sample) <= CEILING + 1e-6);
    }),
    { numRuns: 60 },
  );
});

describe("the limiter", () => {
  const limited = (samples: Float32Array) => {
    const limiter = new Limiter(RATE);
    const out = samples.slice();
    for (let at = 0; at + BLOCK <= out.length; at += BLOCK) limiter.process(out.subarray(at, at + BLOCK));
    return { out, delay: limiter.delay };
  };

  test("turns bursts down smoothly instead of cutting them off", () => {
    const random = seeded(5);
    const bursts = Float32Array.from({ length: RATE }, () => (random() > 0.999 ? 6 : 0.5) * (0.1 + random()));
    const { out, delay } = limited(bursts);
    const factor = (i: number) => (out[i] as number) / (bursts[i - delay] as number);
    let steepest = 0;
    for (let i = delay + 1; i < RATE - BLOCK; i++)
      steepest = Math.max(steepest, Math.abs(factor(i) - factor(i - 1)));
    expect(steepest).toBeLessThan(0.01);
    expect(Math.max(...out)).toBeGreaterThan(CEILING - 0.01);
  });

  test("leaves what is under the ceiling as it is, 4 ms later", () => {
    const spoken = speechLike(1, -20).map((sample) => Math.max(-0.85, Math.min(0.85, sample)));
    const { out, delay } = limited(spoken);
    const off = out.subarray(delay).map((sample, i) => sample - (spoken[i] as number));
    expect(peak(off.subarray(0, RATE - 2 * BLOCK - delay))).toBeLessThan(1e-6);
  });
});

test.each([
  [25, -20],
  [50, -10],
])("%i Hz loses at least %i dB in the high-pass", (hz, db) => {
  const out = Float32Array.from({ length: RATE }, (_, i) => Math.sin((2 * Math.PI * hz * i) / RATE));
  new HighPass(RATE).process(out);
  expect(20 * Math.log10(peak(out.subarray(RATE / 2)))).toBeLessThan(db);
});

/** Boxed numbers of a JavaScript engine that has not compiled all of it yet; a block of samples would be over 512 bytes. */
const BOXED_BYTES = 256;

test("a block allocates no memory for samples", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const chain = talking();
  const block = speechLike(0.1, -20).subarray(0, BLOCK);
  const reading = silentReading();
  const run = (blocks: number) => {
    for (let n = 0; n < blocks; n++) {
      chain.process(block);
      chain.read(reading);
    }
  };
  run(8_000);
  collect();
  const before = process.memoryUsage().heapUsed;
  run(8_000);
  expect((process.memoryUsage().heapUsed - before) / 8_000).toBeLessThan(BOXED_BYTES);
});
