import type { Clock, UnixMs } from "@loa/kernel/clock";
import { minutes } from "@loa/kernel/units";

const MOST_KEYS = 10_000;

/** Counts tries by key. A key's minute begins with its first try. */
export class TriesPerMinute {
  readonly #most: number;
  readonly #clock: Clock;
  readonly #tries = new Map<string, { readonly since: UnixMs; count: number }>();

  constructor(most: number, clock: Clock) {
    this.#most = most;
    this.#clock = clock;
  }

  /** Counts one; true when it is one too many. */
  count(key: string): boolean {
    const now = this.#clock.now();
    const found = this.#tries.get(key);
    const one = found && now - found.since < minutes(1) ? found : { since: now, count: 0 };
    if (this.#tries.size > MOST_KEYS) this.#tries.clear();
    this.#tries.set(key, one);
    return ++one.count > this.#most;
  }

  /** Whether the next one would be too many. */
  isUsedUp(key: string): boolean {
    const found = this.#tries.get(key);
    return found !== undefined && found.count >= this.#most && this.#clock.now() - found.since < minutes(1);
  }
}
