/** What the microphone heard in one step; both 0..1 of full scale. */
export interface Level {
  readonly peak: number;
  readonly rms: number;
}

/** What whoever speaks should change. `silent`: the microphone gives nothing at all. */
export type LevelHint = "silent" | "closer" | "good" | "further";

/** Full scale: the peak was cut off. */
export const CLIPPED = 0.985;
const NOTHING = 0.004;
/** Speech whose peaks stay below −22 dB drowns in the room's noise. */
const FAINT = 0.08;
const LOUD = 0.9;
/** A sentence with its pauses. */
const REMEMBERED_STEPS = 50;

/** Remembers the last seconds of levels, so that pauses between words do not count as too quiet. */
export class LevelMemory {
  #steps: Level[] = [];

  add(level: Level): void {
    this.#steps = [...this.#steps, level].slice(-REMEMBERED_STEPS);
  }

  /** Highest peak of what is remembered. */
  get peak(): number {
    return this.#steps.reduce((most, { peak }) => Math.max(most, peak), 0);
  }

  get clipped(): boolean {
    return this.peak >= CLIPPED;
  }

  /** Null until a second was heard. */
  get hint(): LevelHint | null {
    if (this.#steps.length < REMEMBERED_STEPS / 2) return null;
    const { peak } = this;
    if (peak < NOTHING) return "silent";
    if (peak < FAINT) return "closer";
    return peak > LOUD ? "further" : "good";
  }
}

/** Where a level stands on a meter from −60 to 0 dB of full scale, 0..1. */
export function meterPlace(amplitude: number): number {
  const db = 20 * Math.log10(Math.max(amplitude, 1e-4));
  return Math.min(1, Math.max(0, (db + 60) / 60));
}
