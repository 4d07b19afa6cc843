import { CARD_RATE } from "./card-queue.ts";

/** Time constant of the meter, ms: short against a syllable, long against a period of the voice. */
const SMOOTHING_MS = 100;
/** Below this mean square (−120 dBFS) the meter reads zero. */
const FLOOR = 1e-12;

/** Smoothed rms of what the card plays; full scale is 1. */
export class LevelMeter {
  #meanSquare = 0;

  /** rms, 0 to 1. */
  get rms(): number {
    return this.#meanSquare < FLOOR ? 0 : Math.sqrt(this.#meanSquare);
  }

  feed(samples: Int16Array | null, frames: number): void {
    if (!samples && this.#meanSquare === 0) return;
    const keep = Math.exp(-(frames * 1_000) / (CARD_RATE * SMOOTHING_MS));
    this.#meanSquare = keep * this.#meanSquare + (1 - keep) * (samples ? meanSquare(samples) : 0);
    if (this.#meanSquare < FLOOR) this.#meanSquare = 0;
  }
}

function meanSquare(samples: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] as number) ** 2;
  return sum / samples.length / 32_768 ** 2;
}
