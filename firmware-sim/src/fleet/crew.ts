import type { Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import type { KeySet, PublicKey } from "@loa/protocol/key-set";
import { addLatency, type Latency, noLatency } from "./core/latency.ts";
import { TimerWheel } from "./core/timer-wheel.ts";
import type { Reception } from "./reception.ts";

/** What is measured of the way of messages. */
export const MEASURED = [
  "connect",
  "plan",
  "command",
  "alert",
  "silent",
  "live",
  "taken",
  "receipt",
  "time",
] as const;
export type Measured = (typeof MEASURED)[number];

/** What all stations of one hub believe and reach. */
export interface HubFacts {
  readonly hubId: string;
  /** PEM; null where the hub runs without TLS. */
  readonly ca: string;
  readonly root: PublicKey;
  readonly keySet: KeySet;
  readonly mqtt: string;
  readonly assets: string;
}

const SLOT_MS = 10;
const REFUSAL_HOLDS_MS = 50;

/** What the stations of one process share: time, timers, judgement, and the counts of what they do. */
export class Crew {
  readonly clock: Clock;
  readonly log: Logger;
  readonly hub: HubFacts;
  readonly reception: Reception;
  readonly session: number;
  readonly counts: Record<string, number> = {};
  readonly latencies: Record<Measured, Latency>;
  keySet: KeySet;
  /** When a connection was last refused because nobody listens there. */
  #refusedAt = Number.NEGATIVE_INFINITY;
  readonly #wheel: TimerWheel<() => void>;

  constructor(parts: {
    clock: Clock;
    log: Logger;
    hub: HubFacts;
    reception: Reception;
    session: number;
  }) {
    ({ clock: this.clock, log: this.log, hub: this.hub, reception: this.reception } = parts);
    this.session = parts.session;
    this.keySet = parts.hub.keySet;
    this.latencies = Object.fromEntries(MEASURED.map((name) => [name, noLatency()])) as Record<
      Measured,
      Latency
    >;
    this.#wheel = new TimerWheel(SLOT_MS, this.clock.now());
  }

  /** Runs what is due; to be called every 10 ms. */
  tick(): void {
    for (const run of this.#wheel.due(this.clock.now())) run();
  }

  /** Calls `run` at the first tick after `at`, Unix ms on this machine's clock. */
  at(at: number, run: () => void): void {
    this.#wheel.add(at, run);
  }

  /** Nobody listened a moment ago: of thousands that come back, not each needs a socket to learn it. */
  get isRefused(): boolean {
    return this.clock.now() - this.#refusedAt < REFUSAL_HOLDS_MS;
  }

  /** Nobody listens where a station wanted to connect. */
  refused(): void {
    this.#refusedAt = this.clock.now();
  }

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  measure(what: Measured, ms: number): void {
    addLatency(this.latencies[what], ms);
  }
}
