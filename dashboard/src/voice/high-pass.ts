/** Where the horns of a pole stop sounding: below is only handling noise, wind and hum. */
const CORNER_HZ = 100;

/** Second-order Butterworth high-pass at 100 Hz. Source: R. Bristow-Johnson, Audio EQ Cookbook. */
export class HighPass {
  readonly #b0: number;
  readonly #b1: number;
  readonly #a1: number;
  readonly #a2: number;
  /** The last two samples that went in, then the last two that came out. */
  readonly #past = new Float64Array(4);

  constructor(sampleRate: number) {
    const w = (2 * Math.PI * CORNER_HZ) / sampleRate;
    const alpha = Math.sin(w) / Math.SQRT2;
    const a0 = 1 + alpha;
    this.#b0 = (1 + Math.cos(w)) / 2 / a0;
    this.#b1 = -(1 + Math.cos(w)) / a0;
    this.#a1 = (-2 * Math.cos(w)) / a0;
    this.#a2 = (1 - alpha) / a0;
  }

  /** Filters a block in place. What is no number counts as silence, so that it cannot stay in the filter for ever. */
  process(block: Float32Array): void {
    const past = this.#past;
    let x1 = past[0] as number;
    let x2 = past[1] as number;
    let y1 = past[2] as number;
    let y2 = past[3] as number;
    for (let i = 0; i < block.length; i++) {
      const raw = block[i] as number;
      const x = Number.isFinite(raw) ? Math.max(-4, Math.min(4, raw)) : 0;
      const y = this.#b0 * (x + x2) + this.#b1 * x1 - this.#a1 * y1 - this.#a2 * y2;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = Math.abs(y) < 1e-20 ? 0 : y;
      block[i] = y1;
    }
    past[0] = x1;
    past[1] = x2;
    past[2] = y1;
    past[3] = y2;
  }
}
