/** Exchanges of a burst, and the gap between their questions, ms. */
export const TIME_BURST = 8;
export const TIME_BURST_GAP_MS = 25;

/** Gaps between bursts from an unknown time on: quick at first, then dense until drift and offset have settled, then ever rarer. */
const QUICK_MS = [1_000, 1_000, 1_000, 2_000, 2_000, 5_000, 5_000];
const DENSE_MS = 10_000;
/** So many bursts fill the clock filter's window of three minutes. */
const SETTLED_BURSTS = 23;
const RARER_MS = [20_000, 40_000, 80_000];
const RARE_MS = 120_000;
/** Rare gaps differ by so much either way, so that thousands of stations do not march in step. */
const SWAY = 0.2;
/** From so long before it sounds until it is silent a station asks densely, for what sounds must sound in step. */
export const SOUND_NEAR_MS = 60_000;
/** A station that knows the time spreads its first burst after a reconnection over this. */
const RESUME_MS = 30_000;

/** How many bursts a station counts as done that came back with a time that is still good: it checks it, and asks rarely again. */
export const RESUMED_BURSTS = SETTLED_BURSTS - 1;

/** What the next gap depends on. */
export interface TimePace {
  /** Bursts since the time was last unknown. */
  readonly bursts: number;
  /** Until something sounds, ms; 0 while it does, Infinity when nothing is planned. */
  readonly soundInMs: number;
  /** In [0, 1), drawn for this gap. */
  readonly chance: number;
}

/** Pause between a burst and the next, ms. It ends in time for what sounds next. Source: docs/protocol-rules.md */
export function timePauseMs({ bursts, soundInMs, chance }: TimePace): number {
  const quick = QUICK_MS[bursts];
  if (quick !== undefined) return quick;
  if (bursts < SETTLED_BURSTS || soundInMs <= SOUND_NEAR_MS) return DENSE_MS;
  const rare = (RARER_MS[bursts - SETTLED_BURSTS] ?? RARE_MS) * (1 - SWAY + 2 * SWAY * chance);
  return Math.max(DENSE_MS, Math.min(rare, soundInMs - SOUND_NEAR_MS));
}

/** When a station that knows the time asks for it again after a reconnection, ms: at once where something sounds soon. */
export function timeResumeMs({ soundInMs, chance }: Omit<TimePace, "bursts">): number {
  return soundInMs <= SOUND_NEAR_MS ? 0 : Math.min(chance * RESUME_MS, soundInMs - SOUND_NEAR_MS);
}
