import { LoaError } from "@loa/kernel/errors";
import { minutes, seconds } from "@loa/kernel/units";

const FREE_FAILURES = 5;
const FIRST_WAIT_MS = seconds(15);
const LONGEST_WAIT_MS = minutes(15);
const FORGET_AFTER_MS = minutes(30);
/** An address that tries many accounts waits as well, later. */
const FREE_FAILURES_OF_ADDRESS = 30;
const MOST_KEYS = 20_000;

interface Failures {
  count: number;
  lastAt: number;
  lockedUntil: number;
}

/**
 * Makes guessing slow: after some failures of an account from one address (so that nobody locks out others), or of an address over
 * all accounts, each further one doubles the wait.
 */
export class LoginBackoff {
  readonly #failures = new Map<string, Failures>();

  /** @throws TOO_MANY_REQUESTS with `retryAfterSeconds` while the wait lasts */
  check(username: string, address: string, now: number): void {
    const until = Math.max(
      ...this.#keys(username, address).map(([key]) => this.#failures.get(key)?.lockedUntil ?? 0),
    );
    if (until <= now) return;
    const retryAfterSeconds = Math.ceil((until - now) / 1_000);
    throw new LoaError("TOO_MANY_REQUESTS", `too many failed attempts; wait ${retryAfterSeconds} s`, {
      retryAfterSeconds,
    });
  }

  failed(username: string, address: string, now: number): void {
    for (const [key, free] of this.#keys(username, address))
      this.#failures.set(key, this.#next(key, free, now));
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= MOST_KEYS) break;
      this.#failures.delete(key);
    }
  }

  succeeded(username: string, address: string): void {
    const [account] = this.#keys(username, address);
    if (account) this.#failures.delete(account[0]);
  }

  #keys(username: string, address: string): [key: string, freeFailures: number][] {
    return [
      [`${username.toLowerCase()}|${address}`, FREE_FAILURES],
      [address, FREE_FAILURES_OF_ADDRESS],
    ];
  }

  #next(key: string, free: number, now: number): Failures {
    const known = this.#failures.get(key);
    const count = known && now - known.lastAt < FORGET_AFTER_MS ? known.count + 1 : 1;
    const wait = count < free ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - free));
    return { count, lastAt: now, lockedUntil: now + wait };
  }
}
