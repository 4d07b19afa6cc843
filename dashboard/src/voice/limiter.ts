/** −1 dBFS: what comes after (Opus, filters, the amplifier's input) has room for its overshoot. */
export const CEILING = 10 ** (-1 / 20);
const LOOK_AHEAD_SECONDS = 0.004;
const RELEASE_SECONDS = 0.08;

/**
 * Keeps every sample under −1 dBFS without a click: it sees peaks 4 ms ahead. The gain that a peak needs is held over the look-ahead (least of a
 * sliding window, by a queue that only rises) and averaged over the same length, so that it is reached when the peak comes out.
 */
export class Limiter {
  /** Samples by which what comes out is later than what goes in. */
  readonly delay: number;
  readonly #size: number;
  readonly #release: number;
  readonly #samples: Float32Array;
  readonly #gains: Float64Array;
  /** Gains that may still be the least, with the sample that asked for each; a ring. */
  readonly #queue: Float64Array;
  readonly #asked: Int32Array;
  #head = 0;
  #length = 0;
  /** Place of the next sample in the rings. */
  #slot = 0;
  #held = 1;

  constructor(sampleRate: number) {
    this.#size = Math.round(LOOK_AHEAD_SECONDS * sampleRate);
    this.delay = this.#size - 1;
    this.#release = 1 - Math.exp(-1 / (RELEASE_SECONDS * sampleRate));
    this.#samples = new Float32Array(this.#size);
    this.#gains = new Float64Array(this.#size).fill(1);
    this.#queue = new Float64Array(this.#size + 1);
    this.#asked = new Int32Array(this.#size + 1);
  }

  /** Limits a block in place; what stands in it afterwards is `delay` samples older. */
  process(block: Float32Array): void {
    const size = this.#size;
    let sum = 0;
    for (let i = 0; i < size; i++) sum += this.#gains[i] as number;
    let held = this.#held;
    for (let i = 0; i < block.length; i++) {
      const sample = block[i] as number;
      const loud = Math.abs(sample);
      this.#ask(loud > CEILING ? CEILING / loud : 1);
      held = Math.min(this.#queue[this.#head] as number, held + this.#release * (1 - held));
      sum += held - (this.#gains[this.#slot] as number);
      this.#gains[this.#slot] = held;
      this.#samples[this.#slot] = sample;
      this.#slot = this.#slot + 1 === size ? 0 : this.#slot + 1;
      const out = (this.#samples[this.#slot] as number) * (sum / size);
      block[i] = Math.min(CEILING, Math.max(-CEILING, out));
    }
    this.#held = held;
  }

  /** Puts a gain behind those that are less, and lets go of the one whose sample left the window. */
  #ask(gain: number): void {
    const room = this.#size + 1;
    if (this.#length > 0 && this.#asked[this.#head] === this.#slot) {
      this.#head = (this.#head + 1) % room;
      this.#length -= 1;
    }
    while (this.#length > 0 && (this.#queue[(this.#head + this.#length - 1) % room] as number) >= gain)
      this.#length -= 1;
    const last = (this.#head + this.#length) % room;
    this.#queue[last] = gain;
    this.#asked[last] = this.#slot;
    this.#length += 1;
  }
}
