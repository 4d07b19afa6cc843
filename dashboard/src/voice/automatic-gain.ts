import { factorOf, powerDb, stepShare } from "./decibels.ts";

/** Speech as the horns get it, dBFS rms while somebody speaks: announcements stand at −16 LUFS over their pauses. */
export const TARGET_DB = -18;
const MOST_GAIN_DB = 26;
const LEAST_GAIN_DB = -16;
/** A sentence: what is evened out is the speaker's distance, never a word. */
const LEVEL_SECONDS = 1.2;
/** Of the gain, dB a second; the first words find it fast. */
const RISE_DB = 4;
const FALL_DB = 10;
const FIRST_DB = 40;
const FIRST_SECONDS = 1.5;
/** The gain itself glides, so that no step is heard. */
const GLIDE_SECONDS = 0.01;

/** Evens out how loud people speak: slowly, within bounds, and only while somebody does, so that silence is never raised. */
export class AutomaticGain {
  gainDb = 0;
  readonly #sampleRate: number;
  readonly #glide: number;
  #power = 0;
  /** Speech heard so far, s. */
  #heard = 0;
  #factor = 1;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
    this.#glide = stepShare(1 / sampleRate, GLIDE_SECONDS);
  }

  /** Learns from a block of speech. */
  hear(block: Float32Array): void {
    const seconds = block.length / this.#sampleRate;
    this.#heard += seconds;
    let sum = 0;
    for (let i = 0; i < block.length; i++) sum += (block[i] as number) ** 2;
    const share = stepShare(seconds, Math.min(LEVEL_SECONDS, Math.max(seconds, this.#heard)));
    this.#power += share * (sum / block.length - this.#power);
    this.#move(seconds);
  }

  #move(seconds: number): void {
    const wanted = Math.min(MOST_GAIN_DB, Math.max(LEAST_GAIN_DB, TARGET_DB - powerDb(this.#power)));
    const first = this.#heard < FIRST_SECONDS;
    const rise = (first ? FIRST_DB : RISE_DB) * seconds;
    const fall = (first ? FIRST_DB : FALL_DB) * seconds;
    this.gainDb += Math.min(rise, Math.max(-fall, wanted - this.gainDb));
  }

  /** Raises or lowers a block in place. */
  process(block: Float32Array): void {
    const wanted = factorOf(this.gainDb);
    let factor = this.#factor;
    for (let i = 0; i < block.length; i++) {
      factor += this.#glide * (wanted - factor);
      block[i] = (block[i] as number) * factor;
    }
    this.#factor = factor;
  }
}
