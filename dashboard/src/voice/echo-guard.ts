/** What is compared, a step of 20 ms each. */
const STEP_MS = 20;
const WINDOW = 200;
/** How often it is looked at. */
const EVERY = 20;
/** The echo comes this much before or after the time that the stations tell: the way through the air, browsers, clocks. */
const BEFORE_MS = 140;
const AFTER_MS = 500;
/** Nothing below this counts, dBFS: the room. */
const FLOOR_DB = -62;
/** Slower changes than this many steps say nothing: people get louder and quieter. */
const SLOW = 25;
/** How alike, and how much more than at any other delay, what is heard and what was sent are in an echo. */
const ALIKE = 0.4;
const STANDS_OUT = 0.12;
/** A peak is as wide as a syllable's beginning, steps. */
const PEAK = 4;
/** Looks in a row that must agree on the delay, and looks without it after which the echo is gone. */
const AGREED = 3;
const GONE = 20;
/** Steps with speech in what was sent, without which there is nothing to hear. */
const LEAST_SPEECH = 40;

/** The speaker's own voice comes back: `delayMs` after it was sent. */
export interface Echo {
  readonly delayMs: number;
  readonly alike: number;
}

/**
 * Hears whether the speaker's own voice comes back from a horn into the microphone: compares the ups and downs of what the microphone hears with
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
    const longest = WINDOW + SLOW + 5_000 / STEP_MS;
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
    const same =
      this.#candidate !== null && Math.abs(found.delayMs - this.#candidate.delayMs) <= 3 * STEP_MS;
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
export function echoIn(
  mic: readonly number[],
  sent: readonly number[],
  soundsAfterMs: number,
): Echo | null {
  const first = Math.max(6, Math.round((soundsAfterMs - BEFORE_MS) / STEP_MS));
  const last = Math.round((soundsAfterMs + AFTER_MS) / STEP_MS);
  if (mic.length < WINDOW + last + SLOW) return null;
  const heard = lively(mic).slice(-WINDOW);
  const spoken = lively(sent);
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

/** Levels without their slow changes. */
function lively(levels: readonly number[]): number[] {
  const sums = [0];
  for (const level of levels) sums.push((sums.at(-1) as number) + level);
  return levels.map((level, i) => {
    const [from, to] = [Math.max(0, i - SLOW), Math.min(levels.length, i + SLOW + 1)];
    return level - ((sums[to] as number) - (sums[from] as number)) / (to - from);
  });
}

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
