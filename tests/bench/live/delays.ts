/** Frames a second in which speech is sought: its melody stands below 2 kHz, and a place is known to a quarter of a millisecond. */
const SEEK_RATE = 4_000;
const WINDOW_S = 1;
/** No delay is longer than this. */
const LONGEST_MS = 1_500;
/** Windows with less than this say nothing. */
const SILENT_RMS = 0.01;
const LIKE = 0.5;

/** A stretch of sound on the clock of this machine. */
export interface Sound {
  readonly samples: Float32Array;
  readonly rate: number;
  /** Unix ms of the first sample. */
  readonly firstAt: number;
}

/** What became of the windows in which somebody spoke. */
export interface Delays {
  /** From the microphone to the horn, ms, a window of a second each. */
  readonly found: readonly number[];
  /** Windows that nobody could hear at the horn. */
  readonly missing: number;
}

/** How much later a horn sounds what a microphone heard, by correlation of windows of a second between two times (Unix ms). */
export function delaysOf(microphone: Sound, horn: Sound, from: number, until: number): Delays {
  const [spoken, heard] = [slowed(microphone), slowed(horn)];
  const found: number[] = [];
  let missing = 0;
  for (let at = from; at + 1_000 * WINDOW_S <= until; at += 1_000 * WINDOW_S) {
    const first = Math.round(((at - microphone.firstAt) / 1_000) * SEEK_RATE);
    const window = spoken.subarray(first, first + WINDOW_S * SEEK_RATE);
    if (window.length < WINDOW_S * SEEK_RATE || rms(window) < SILENT_RMS) continue;
    const delay = delayOf(window, heard, Math.round(((at - horn.firstAt) / 1_000) * SEEK_RATE));
    if (delay === null) missing += 1;
    else found.push(delay);
  }
  return { found, missing };
}

function delayOf(window: Float32Array, heard: Float32Array, due: number): number | null {
  let best = { lag: 0, like: 0 };
  for (let lag = 0; lag <= (LONGEST_MS * SEEK_RATE) / 1_000; lag++) {
    const like = Math.abs(likeness(window, heard, due + lag));
    if (like > best.like) best = { lag, like };
  }
  return best.like < LIKE ? null : (best.lag * 1_000) / SEEK_RATE;
}

function likeness(window: Float32Array, heard: Float32Array, at: number): number {
  let [ab, aa, bb] = [0, 0, 1e-9];
  for (let i = 0; i < window.length; i++) {
    const [a, b] = [window[i] as number, heard[at + i] ?? 0];
    ab += a * b;
    aa += a * a;
    bb += b * b;
  }
  return ab / Math.sqrt(aa * bb);
}

const rms = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

/** Means of as many samples as one of the slower rate stands for. */
function slowed({ samples, rate }: Sound): Float32Array {
  const step = rate / SEEK_RATE;
  return Float32Array.from({ length: Math.floor(samples.length / step) }, (_, i) => {
    const [from, to] = [Math.round(i * step), Math.round((i + 1) * step)];
    let sum = 0;
    for (let k = from; k < to; k++) sum += samples[k] ?? 0;
    return sum / (to - from);
  });
}
