const FULL_SCALE = 32_767;

/** Converts samples of ±1 to s16 without wrapping; what exceeds ±1 is held at full scale. Rounds to nearest. */
export function toS16(from: Float32Array, into: Int16Array, frames: number): void {
  for (let i = 0; i < frames; i++) {
    const scaled = Math.round(from[i]! * FULL_SCALE);
    into[i] = Math.max(-FULL_SCALE, Math.min(FULL_SCALE, scaled));
  }
}
