import type { StationId } from "@loa/protocol/identity";

/** What may come at once, and what flows in again each second. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

/** What one station may do: a birth, a backlog of receipts and bursts of time fit many times over. Source: docs/protocol-rules.md */
export const STATION_LIMITS = {
  connections: { burst: 30, perSecond: 0.5 },
  messages: { burst: 1_000, perSecond: 50 },
  bytes: { burst: 8_000_000, perSecond: 256_000 },
} as const satisfies Record<string, Allowance>;

type Limited = keyof typeof STATION_LIMITS;

/** An allowance as it is used up. Pure but for what it remembers. */
export class TokenBucket {
  readonly #allowance: Allowance;
  #left: number;
  #at: number;

  constructor(allowance: Allowance, now: number) {
    this.#allowance = allowance;
    this.#left = allowance.burst;
    this.#at = now;
  }

  /** Takes `amount` out; false, and nothing is taken, when there is not so much. `now`: ms. */
  take(amount: number, now: number): boolean {
    if (!this.has(amount, now)) return false;
    this.#left -= amount;
    return true;
  }

  /** Whether so much may be taken. */
  has(amount: number, now: number): boolean {
    const { burst, perSecond } = this.#allowance;
    this.#left = Math.min(burst, this.#left + (Math.max(0, now - this.#at) * perSecond) / 1_000);
    this.#at = now;
    return this.#left >= amount;
  }
}

/** What stations used up, by their identity: connecting anew gives nothing back. */
export class StationLimits {
  readonly #used = new Map<StationId, Map<Limited, TokenBucket>>();
  readonly #now: () => number;

  /** `now`: any clock that does not go back, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a connection; false: it comes too soon after too many. */
  connects(station: StationId): boolean {
    return this.#take(station, "connections", 1);
  }

  /** Counts a message of `bytes`; false: it is too much. */
  publishes(station: StationId, bytes: number): boolean {
    return this.#take(station, "messages", 1) && this.#take(station, "bytes", bytes);
  }

  #take(station: StationId, what: Limited, amount: number): boolean {
    const now = this.#now();
    const own = this.#used.get(station) ?? new Map<Limited, TokenBucket>();
    this.#used.set(station, own);
    const bucket = own.get(what) ?? new TokenBucket(STATION_LIMITS[what], now);
    own.set(what, bucket);
    return bucket.take(amount, now);
  }
}
