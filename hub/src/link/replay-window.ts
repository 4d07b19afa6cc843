/** How far behind the highest counter a late message is still taken. */
export const WINDOW = 1_024;

export type Freshness = "fresh" | "replayed" | "old-session";

/**
 * Remembers which (session, counter) pairs of a station were taken: each once, in any order within the window, never from
 * a session before the newest. After a restart nothing at or below the stored high-water is taken.
 */
export class ReplayWindow {
  #session: number;
  #highest: number;
  /** Nothing at or below this is taken, whatever the bits say. */
  #floor: number;
  readonly #bits = new Uint32Array(WINDOW / 32);

  constructor(session = 0, highest = 0) {
    [this.#session, this.#highest, this.#floor] = [session, highest, highest];
  }

  get session(): number {
    return this.#session;
  }

  get highest(): number {
    return this.#highest;
  }

  /** Judges a proven message and takes it when it is fresh. */
  take(session: number, counter: number): Freshness {
    if (session < this.#session) return "old-session";
    if (session > this.#session) {
      [this.#session, this.#highest, this.#floor] = [session, 0, 0];
      this.#bits.fill(0);
    }
    if (counter <= this.#floor || counter <= this.#highest - WINDOW) return "replayed";
    if (counter > this.#highest) this.#advance(counter);
    else if (this.#has(counter)) return "replayed";
    this.#bits[(counter % WINDOW) >>> 5]! |= 1 << (counter & 31);
    return "fresh";
  }

  #has(counter: number): boolean {
    return (this.#bits[(counter % WINDOW) >>> 5]! & (1 << (counter & 31))) !== 0;
  }

  #advance(counter: number): void {
    if (counter - this.#highest >= WINDOW) this.#bits.fill(0);
    else
      for (let passed = this.#highest + 1; passed <= counter; passed++)
        this.#bits[(passed % WINDOW) >>> 5]! &= ~(1 << (passed & 31));
    this.#highest = counter;
  }
}
