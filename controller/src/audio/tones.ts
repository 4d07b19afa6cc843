import { SAMPLE_RATE } from "./frames.ts";

/** Three falling notes (E5, C5, G4), as from struck metal bars. */
const NOTES = [
  { hz: 659.26, startsAt: 0 },
  { hz: 523.25, startsAt: 0.2 },
  { hz: 392, startsAt: 0.4 },
];
/** Partials of a struck bar, softened: multiple of the note, level, and how much faster it dies away. */
const PARTIALS = [
  { multiple: 1, level: 1, haste: 1 },
  { multiple: 2, level: 0.28, haste: 1.6 },
  { multiple: 3.01, level: 0.12, haste: 2.6 },
  { multiple: 5.42, level: 0.05, haste: 5 },
];
const LEVEL = 0.32;
const STRIKE_S = 0.004;
const RELEASE_S = 0.08;

/**
 * Renders frames `from` and on of a public-address gong that lasts `totalFrames`, overwriting `into`. Peak about
 * −6 dBFS; silent before 0 and after its end.
 */
export function chime(from: number, totalFrames: number, into: Float32Array): void {
  into.fill(0);
  for (const note of NOTES) {
    const start = Math.round(note.startsAt * totalFrames);
    const decayS = (0.22 * totalFrames) / SAMPLE_RATE;
    for (const partial of PARTIALS)
      addPartial(
        into,
        from - start,
        note.hz * partial.multiple,
        LEVEL * partial.level,
        decayS / partial.haste,
      );
  }
  for (let i = 0; i < into.length; i++) into[i] = into[i]! * release(totalFrames - from - i);
}

/** Adds a decaying sine whose strike lies `-from` frames into the block, turning a phasor instead of calling sin. */
function addPartial(into: Float32Array, from: number, hz: number, level: number, decayS: number): void {
  const first = Math.max(0, -from);
  if (first >= into.length) return;
  const step = (2 * Math.PI * hz) / SAMPLE_RATE;
  const shrink = Math.exp(-1 / (decayS * SAMPLE_RATE));
  const age = from + first;
  const size = level * Math.exp(-age / (decayS * SAMPLE_RATE));
  const [turnRe, turnIm] = [Math.cos(step) * shrink, Math.sin(step) * shrink];
  let re = size * Math.cos(step * age);
  let im = size * Math.sin(step * age);
  const strike = STRIKE_S * SAMPLE_RATE;
  for (let i = first; i < into.length; i++) {
    const attack = Math.min(1, (from + i) / strike);
    into[i] = into[i]! + im * attack;
    [re, im] = [re * turnRe - im * turnIm, re * turnIm + im * turnRe];
  }
}

const release = (framesLeft: number) => Math.min(1, Math.max(0, framesLeft / (RELEASE_S * SAMPLE_RATE)));
