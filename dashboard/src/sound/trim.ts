/** The part of a take that is kept, ms from its beginning. */
export interface Trim {
  readonly startMs: number;
  readonly endMs: number;
}

/** Shorter than this the hub takes for no sound. */
const LEAST_MS = 500;
/** A voice is over −40 dB; what is below is breath and room. */
const VOICE = 0.01;
const STEP_MS = 20;
/** Kept before and after the voice, so that no consonant is cut. */
const MARGIN_MS = 200;

/** Moves one edge, but not past the other one, nor out of the take. */
export function moveEdge(trim: Trim, edge: keyof Trim, toMs: number, durationMs: number): Trim {
  const at = Math.round(toMs);
  if (edge === "startMs") return { ...trim, startMs: Math.max(0, Math.min(at, trim.endMs - LEAST_MS)) };
  return { ...trim, endMs: Math.min(durationMs, Math.max(at, trim.startMs + LEAST_MS)) };
}

/** From the first to the last sound of a voice; the whole take when there is none. */
export function voicePart(samples: Float32Array, sampleRate: number): Trim {
  const durationMs = Math.round((samples.length / sampleRate) * 1_000);
  const size = Math.round((sampleRate * STEP_MS) / 1_000);
  const loud = (step: number) => power(samples.subarray(step * size, (step + 1) * size)) > VOICE * VOICE;
  const steps = Array.from({ length: Math.floor(samples.length / size) }, (_, step) => loud(step));
  const first = steps.indexOf(true);
  if (first === -1) return { startMs: 0, endMs: durationMs };
  const startMs = Math.max(0, first * STEP_MS - MARGIN_MS);
  const endMs = Math.min(durationMs, (steps.lastIndexOf(true) + 1) * STEP_MS + MARGIN_MS);
  return endMs - startMs < LEAST_MS ? { startMs: 0, endMs: durationMs } : { startMs, endMs };
}

function power(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum / Math.max(1, samples.length);
}

/** Highest absolute sample of each of so many equal stretches. */
export function peaksOf(samples: Float32Array, count: number): number[] {
  const size = samples.length / count;
  return Array.from({ length: count }, (_, i) => {
    let peak = 0;
    for (const sample of samples.subarray(Math.floor(i * size), Math.floor((i + 1) * size)))
      peak = Math.max(peak, Math.abs(sample));
    return peak;
  });
}
