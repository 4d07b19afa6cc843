/** What is compared, a step of 20 ms each. */
const STEP_MS = 20;
const WINDOW = 400;
/** How often it is looked at. */
const EVERY = 20;
/** The echo comes this much before or after the time that the stations tell: the way through the air, browsers, clocks. */
const BEFORE_MS = 140;
const AFTER_MS = 500;
/** Nothing below this counts, dBFS: the room. */
const FLOOR_DB = -62;
/**
 * How alike, and how much more than at any other delay, rises and falls of both are in an echo. Measured with Vietnamese speech (espeak-ng, 130 to
 * 175 words a minute): without echo at most 0.16 at any delay; with one 3, 6, 9 dB below the voice 0.36, 0.27, 0.2 at its own.
 */
const ALIKE = 0.22;
const STANDS_OUT = 0.05;
/** A peak is as wide as a syllable's beginning, steps. */
const PEAK = 4;
/** Looks in a row that must agree on the delay, and looks without it after which the echo is gone. */
const AGREED = 3;
const GONE = 12;
/** Steps with speech in what was sent, without which there is nothing to hear. */
const LEAST_SPEECH = 40;

/** The speaker's own voice comes back: `delayMs` after it was sent. */
export interface Echo {
  readonly delayMs: number;
  readonly alike: number;
}

/**
 * Hears whether the speaker's own voice comes back from a horn into the microphone: compares the rises and falls of what the microphone hears with
 * those of what was sent a station's delay earlier. Speech is unlike itself a third of a second later; its echo is not.
 */
export class EchoGuard {
  /** The echo that is heard now, else null. */
  echo: Echo | null = null;
  readonly #mic: number[] = [];
  readonly #sent: number[] = [];
  #steps = 0;
  #candidate: Echo | null = null;
  #agreed = 0;
  #without = 0;

  /** Takes 20 ms: levels of the microphone and of what was sent, dBFS; `soundsAfterMs`: when it sounds at the stations, null if unknown. */
  hear(micDb: number, sentDb: number, soundsAfterMs: number | null): void {
    const longest = WINDOW + 6_000 / STEP_MS;
    for (const [track, db] of [
      [this.#mic, micDb],
      [this.#sent, sentDb],
    ] as const) {
      track.push(Math.max(FLOOR_DB, db));
      if (track.length > longest) track.shift();
    }
    if (++this.#steps % EVERY === 0 && soundsAfterMs !== null) this.#look(soundsAfterMs);
  }

  #look(soundsAfterMs: number): void {
    const found = echoIn(this.#mic, this.#sent, soundsAfterMs);
    if (found === null) this.#miss();
    else this.#find(found);
  }

  #find(found: Echo): void {
    const same = this.#candidate !== null && Math.abs(found.delayMs - this.#candidate.delayMs) <= 3 * STEP_MS;
    this.#agreed = same ? this.#agreed + 1 : 1;
    this.#candidate = found;
    this.#without = 0;
    if (this.#agreed >= AGREED) this.echo = found;
  }

  #miss(): void {
    this.#agreed = 0;
    this.#without += 1;
    if (this.#without >= GONE) this.echo = null;
  }
}

/** The echo in the last seconds of two tracks of levels (dBFS, a step of 20 ms each, the newest last); null when there is none. */
export function echoIn(mic: readonly number[], sent: readonly number[], soundsAfterMs: number): Echo | null {
  const first = Math.max(6, Math.round((soundsAfterMs - BEFORE_MS) / STEP_MS));
  const last = Math.round((soundsAfterMs + AFTER_MS) / STEP_MS);
  if (mic.length < WINDOW + last + PEAK + 1) return null;
  const heard = changes(mic).slice(-WINDOW);
  const spoken = changes(sent);
  const fits: number[] = [];
  for (let lag = first - PEAK; lag <= last + PEAK; lag++) {
    const until = spoken.length - lag;
    fits.push(alikeness(heard, spoken.slice(until - WINDOW, until)));
  }
  if (sent.slice(-WINDOW - last).filter((db) => db > FLOOR_DB).length < LEAST_SPEECH) return null;
  return peakOf(fits, first - PEAK);
}

function peakOf(fits: readonly number[], first: number): Echo | null {
  const best = fits.indexOf(Math.max(...fits));
  const alike = fits[best] as number;
  const others = fits.filter((_, i) => Math.abs(i - best) > PEAK);
  const inside = best >= PEAK && best < fits.length - PEAK;
  const stands = alike - Math.max(0, ...others) >= STANDS_OUT;
  return inside && alike >= ALIKE && stands ? { delayMs: (first + best) * STEP_MS, alike } : null;
}

/** From each level to the next. */
const changes = (levels: readonly number[]): number[] =>
  levels.slice(1).map((level, i) => level - (levels[i] as number));

/** Correlation of two tracks of one length, −1..1. */
function alikeness(a: readonly number[], b: readonly number[]): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
