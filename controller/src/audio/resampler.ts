/** Input samples needed before the position that is asked for. */
export const TAPS_BEFORE = 7;
/** Input samples needed after it. */
export const TAPS_AFTER = 8;

const TAPS = TAPS_BEFORE + 1 + TAPS_AFTER;
const PHASES = 256;
const KERNEL = windowedSinc();

/**
 * Reads `input` at fractional places: output sample i is taken at index `position + i × rate`, by 16-point windowed-sinc
 * interpolation (256 phases, linear between them; images below −80 dB up to 15 kHz). No delay: a whole `position` and
 * rate 1 return the input itself. `input` must reach from TAPS_BEFORE before the first to TAPS_AFTER after the last place.
 */
export function resample(
  input: Float32Array,
  position: number,
  rate: number,
  into: Float32Array,
  frames: number,
) {
  for (let i = 0; i < frames; i++) {
    const place = position + i * rate;
    const whole = Math.floor(place);
    const phase = (place - whole) * PHASES;
    const row = Math.floor(phase);
    const blend = phase - row;
    let low = 0;
    let high = 0;
    let tap = row * TAPS;
    for (let at = whole - TAPS_BEFORE; at <= whole + TAPS_AFTER; at++, tap++) {
      const sample = input[at]!;
      low += sample * KERNEL[tap]!;
      high += sample * KERNEL[tap + TAPS]!;
    }
    into[i] = low + (high - low) * blend;
  }
}

/** One row of taps for each phase and one more for blending; every row sums to 1, so that DC passes unchanged. */
function windowedSinc(): Float32Array {
  const kernel = new Float32Array((PHASES + 1) * TAPS);
  for (let phase = 0; phase <= PHASES; phase++) {
    const row = kernel.subarray(phase * TAPS, (phase + 1) * TAPS);
    for (let tap = 0; tap < TAPS; tap++) row[tap] = tapAt(tap - TAPS_BEFORE - phase / PHASES);
    const sum = row.reduce((total, value) => total + value, 0);
    for (let tap = 0; tap < TAPS; tap++) row[tap] = row[tap]! / sum;
  }
  return kernel;
}

/** Sinc under a Kaiser window (beta 7), `distance` in samples. */
function tapAt(distance: number): number {
  const half = TAPS / 2;
  if (Math.abs(distance) >= half) return 0;
  const sinc = distance === 0 ? 1 : Math.sin(Math.PI * distance) / (Math.PI * distance);
  return (sinc * bessel(7 * Math.sqrt(1 - (distance / half) ** 2))) / bessel(7);
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
