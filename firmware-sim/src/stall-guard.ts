/** A pause of the process longer than this is a stall: real hardware would not have paused with it. */
const STALL_MS = 30;

/**
 * The simulator's time. Hardware does not stand still when this process is kept from running: what clients wrote meanwhile has
 * to count as arrived in time. So after a stall time stays where it was until the waiting input has been read, and only
 * then moves on.
 */
export class StallGuard {
  readonly #clock: () => number;
  #tickedAt: number;

  /** `clock`: Unix ms on the monotonic scale. */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#tickedAt = clock();
  }

  now(): number {
    const now = this.#clock();
    return now - this.#tickedAt > STALL_MS ? this.#tickedAt : now;
  }

  /** Runs a tick at the present time; after a stall behind the event loop's next look at its inputs. */
  tick(run: () => void): void {
    const go = () => {
      this.#tickedAt = this.#clock();
      run();
    };
    if (this.#clock() - this.#tickedAt > STALL_MS) setImmediate(go);
    else go();
  }
}
