import { correlations } from "./correlation.ts";
import { RATE, rmsDb } from "./sound.ts";

/** Frames averaged into one: at 1.5 kHz speech still differs from other speech. */
const STEP = 32;
const SECOND = RATE / STEP;
/** A second that fits the speech of another time so well was spoken then. */
const SAME = 0.8;
const SILENT_DB = -45;

/** A stretch of a zone's sound, from a moment on (Unix ms). */
export interface Heard {
  readonly samples: Float32Array;
  readonly from: number;
}

/**
 * How late the latest words were that are heard, ms: each loud second is sought in all that was due before it, up to `mostMs`. 0: none was
 * later than a quarter of a second. `due`: when the speech's first sample is due (Unix ms).
 */
export function latestWords(
  { samples, from }: Heard,
  speech: Float32Array,
  due: number,
  mostMs: number,
): number {
  const [heard, said] = [coarse(samples), coarse(speech)];
  let latest = 0;
  for (let at = 0; at + SECOND <= heard.length; at += SECOND / 2) {
    if (rmsDb(samples, at * STEP, (at + SECOND) * STEP) < SILENT_DB) continue;
    const inTime = Math.round(((from - due) / 1_000) * SECOND) + at;
    const earliest = inTime - Math.round((mostMs / 1_000) * SECOND);
    const fits = correlations(said, earliest, inTime - earliest + 1, heard.subarray(at, at + SECOND));
    const best = fits.indexOf(Math.max(...fits));
    const lateMs = ((inTime - earliest - best) * 1_000) / SECOND;
    if ((fits[best] ?? 0) > SAME && lateMs > 250) latest = Math.max(latest, lateMs);
  }
  return latest;
}

function coarse(samples: Float32Array): Float32Array {
  return Float32Array.from({ length: Math.floor(samples.length / STEP) }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < STEP; k++) sum += samples[i * STEP + k] ?? 0;
    return sum / STEP;
  });
}
