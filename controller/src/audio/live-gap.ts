import { framesOf } from "./frames.ts";

/** A gap is filled from what sounded before it for this long, then falls silent. */
export const CONCEALED = framesOf(200);
const FADE = framesOf(60);
const STEADY = framesOf(20);
/** What is left of the level when the fade begins: a repeated vowel that stays loud sounds like a machine. */
const LEAST = 0.3;
/** Pitch periods that are looked for: 60 to 400 Hz. */
const [SHORTEST, LONGEST] = [framesOf(1_000 / 400), framesOf(1_000 / 60)];
const STEP = 6;
/** Over this, the seam between the last sample and the repetition is levelled. */
const SEAM = framesOf(2);

/** Most frames before a gap that concealing looks at. */
export const HISTORY = 2 * LONGEST + framesOf(8);

/**
 * What fills a gap in live speech: the last pitch period over and over, falling over 200 ms and then faded to silence. The same gap always
 * gives the same samples, so that what was taken back from the card can be made again.
 */
export class LiveGap {
  readonly #cycle: Float32Array;
  readonly #offset: number;

  /** `history`: the samples right before the gap, at most HISTORY; none: the gap is silent. */
  constructor(history: Float32Array) {
    const period = periodOf(history);
    this.#cycle = loopOf(history, period);
    this.#offset = period > 0 ? history.at(-1)! - this.#cycle[period - 1]! : 0;
  }

  /** Sample number `frame` of the gap. */
  sample(frame: number): number {
    const { length } = this.#cycle;
    if (length === 0 || frame >= CONCEALED + FADE) return 0;
    const seam = frame < SEAM ? this.#offset * (1 - frame / SEAM) : 0;
    return (this.#cycle[frame % length]! + seam) * level(frame);
  }
}

function level(frame: number): number {
  if (frame < STEADY) return 1;
  if (frame < CONCEALED) return 1 - ((1 - LEAST) * (frame - STEADY)) / (CONCEALED - STEADY);
  return LEAST * (1 - (frame - CONCEALED) / FADE);
}

/** The period at which the end of the history is most like itself; 0 where there is too little of it. */
function periodOf(history: Float32Array): number {
  const longest = Math.min(LONGEST, history.length >> 1);
  if (longest < SHORTEST) return 0;
  const coarse = bestPeriod(history, SHORTEST, longest, STEP);
  return bestPeriod(history, Math.max(SHORTEST, coarse - STEP), Math.min(longest, coarse + STEP), 1);
}

function bestPeriod(history: Float32Array, from: number, to: number, step: number): number {
  let [found, most] = [from, Number.NEGATIVE_INFINITY];
  for (let period = from; period <= to; period += step) {
    const likeness = likenessAt(history, period, Math.min(LONGEST, history.length - period), step);
    if (likeness > most) [found, most] = [period, likeness];
  }
  return found;
}

function likenessAt(history: Float32Array, period: number, span: number, step: number): number {
  let [both, earlier] = [0, 1e-9];
  for (let i = history.length - span; i < history.length; i += step) {
    both += history[i]! * history[i - period]!;
    earlier += history[i - period]! ** 2;
  }
  return both / Math.sqrt(earlier);
}

/** The last period, bent at its end towards what came before its beginning, so that it repeats without a seam. */
function loopOf(history: Float32Array, period: number): Float32Array {
  const loop = history.slice(history.length - period);
  const bend = Math.min(period >> 2, history.length - 2 * period);
  for (let i = 1; i <= bend; i++) {
    const share = 1 - (i - 1) / bend;
    const before = history[history.length - period - i]!;
    loop[period - i] = loop[period - i]! * (1 - share) + before * share;
  }
  return loop;
}
