/** `warming`: has supply, gives no output yet. */
export type AmplifierState = "off" | "warming" | "on";

/** Times of the amplifier and of the monostable before it, ms. */
export interface AmplifierTiming {
  /** How long the monostable holds after an edge of the heartbeat. */
  readonly holdMs: number;
  readonly warmUpMs: number;
}

/**
 * The amplifier with the fail-safe monostable in its mains relay's way: it has supply while the relay pin is high, the
 * last heartbeat edge is younger than `holdMs`, and the cabinet has power. Changes that come by time alone take effect
 * in `settle`; `nextChangeAt` tells when to call it.
 */
export class Amplifier {
  readonly #timing: AmplifierTiming;
  #relayPin = false;
  #supply = true;
  #lastEdgeAt = Number.NEGATIVE_INFINITY;
  #alive = false;
  #poweredAt: number | null = null;
  #warm = false;

  constructor(timing: AmplifierTiming) {
    this.#timing = timing;
  }

  get state(): AmplifierState {
    if (this.#poweredAt === null) return "off";
    return this.#warm ? "on" : "warming";
  }

  /** Whether the monostable holds. */
  get alive(): boolean {
    return this.#alive;
  }

  get relayClosed(): boolean {
    return this.#relayPin && this.#alive;
  }

  /** Unix ms of the last heartbeat edge; −Infinity before the first. */
  get lastEdgeAt(): number {
    return this.#lastEdgeAt;
  }

  setRelay(high: boolean, now: number): void {
    this.#relayPin = high;
    this.settle(now);
  }

  setSupply(on: boolean, now: number): void {
    this.#supply = on;
    this.settle(now);
  }

  /** An edge, up or down, on the heartbeat pin. */
  beat(now: number): void {
    this.#lastEdgeAt = now;
    this.settle(now);
  }

  /** When the state next changes by itself; Infinity when it rests. */
  nextChangeAt(): number {
    const expires = this.#alive ? this.#lastEdgeAt + this.#timing.holdMs : Number.POSITIVE_INFINITY;
    const warms =
      this.state === "warming" ? (this.#poweredAt ?? 0) + this.#timing.warmUpMs : Number.POSITIVE_INFINITY;
    return Math.min(expires, warms);
  }

  settle(now: number): void {
    this.#alive = now < this.#lastEdgeAt + this.#timing.holdMs;
    const powered = this.relayClosed && this.#supply;
    if (!powered) this.#poweredAt = null;
    else this.#poweredAt ??= now;
    this.#warm = this.#poweredAt !== null && now >= this.#poweredAt + this.#timing.warmUpMs;
  }
}
