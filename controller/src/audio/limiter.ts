/** −1 dBFS, which leaves the resampler's ringing between samples below full scale. */
export const CEILING = 10 ** (-1 / 20);

/** Back to full gain in about 300 ms: slow enough not to pump on speech. */
const RELEASE_PER_BLOCK = 1 / 30;

/**
 * A limiter that looks one block ahead. Its gain is a line through nodes at the blocks' borders; each node lies at or
 * below what the blocks on both sides allow, so no sample of a block can exceed the ceiling.
 */
export class Limiter {
  #node = 1;

  /** Limits `block` in place, knowing the peak (absolute, linear) of the block that follows it. */
  apply(block: Float32Array, nextPeak: number): void {
    const allowed = gainFor(peakOf(block));
    const from = Math.min(this.#node, allowed);
    const to = Math.min(allowed, gainFor(nextPeak), from + RELEASE_PER_BLOCK);
    this.#node = to;
    if (from === 1 && to === 1) return;
    const step = (to - from) / block.length;
    for (let i = 0; i < block.length; i++) block[i] = block[i]! * (from + step * i);
  }

  /** Whether silence would leave the limiter as it is. */
  get idle(): boolean {
    return this.#node === 1;
  }
}

/** The largest absolute sample. */
export function peakOf(block: Float32Array): number {
  let peak = 0;
  for (let i = 0; i < block.length; i++) {
    const size = Math.abs(block[i]!);
    if (size > peak) peak = size;
  }
  return peak;
}

const gainFor = (peak: number) => (peak > CEILING ? CEILING / peak : 1);
