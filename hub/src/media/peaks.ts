import type { Peaks } from "@loa/protocol/http/announcements";

const SAMPLES_PER_MS = 48;
const WANTED_PEAKS = 1_500;
const SHORTEST_STEP_MS = 20;

/** Takes a stream of mono 16-bit samples at 48 kHz and keeps the highest of each step, and how many there were. */
export class PeakMeter {
  readonly stepMs: number;
  readonly #peaks: number[] = [];
  readonly #step: number;
  #samples = 0;
  #highest = 0;
  /** The first byte of a sample that lies across two chunks. */
  #rest: Buffer = Buffer.alloc(0);

  /** `expectedMs` sets the step so that a picture of any length has some 1,500 points. */
  constructor(expectedMs: number) {
    this.stepMs = Math.max(SHORTEST_STEP_MS, Math.ceil(expectedMs / WANTED_PEAKS / 10) * 10);
    this.#step = this.stepMs * SAMPLES_PER_MS;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Exact length of what came in, ms. */
  get durationMs(): number {
    return this.#samples / SAMPLES_PER_MS;
  }

  add(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const end = bytes.length - (bytes.length % 2);
    for (let at = 0; at < end; at += 2) this.#sample(bytes.readInt16LE(at));
    this.#rest = bytes.subarray(end);
  }

  result(): Peaks {
    const peaks = this.#samples % this.#step === 0 ? this.#peaks : [...this.#peaks, rounded(this.#highest)];
    return { stepMs: this.stepMs, peaks };
  }

  #sample(value: number): void {
    const level = value < 0 ? -value : value;
    if (level > this.#highest) this.#highest = level;
    if (++this.#samples % this.#step !== 0) return;
    this.#peaks.push(rounded(this.#highest));
    this.#highest = 0;
  }
}

const rounded = (level: number) => Math.min(1, Math.round((level / 32_768) * 1_000) / 1_000);
