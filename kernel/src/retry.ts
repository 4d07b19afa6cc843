/**
 * How long to wait before attempt `attempt` (0 is the first repeat): full jitter below an exponential ceiling.
 * `chance` is a number in [0, 1), drawn by the caller.
 */
export function backoffMs(attempt: number, chance: number, { baseMs = 500, capMs = 8_000 } = {}): number {
  return Math.floor(chance * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));
}
