/** Of so many, ms, one live packet asks for an acknowledgement. */
const ASK_EVERY_MS = 500;
/** Who has not acknowledged it for so long is behind: over a slow mobile link, there and back takes a second. */
const BEHIND_AFTER_MS = 2_000;

/**
 * Whether live sound still comes to a station in time. What a socket has taken may wait for many seconds in this machine's kernel and in the
 * network, where nothing overtakes it, not even an alert. So a live packet now and then asks for an acknowledgement, and who is behind
 * with one is given no more of them until all that were asked for have come: then nothing stale is left on the way.
 */
export class LivePace {
  /** When packets that are not acknowledged yet were written, by packet id, oldest first. */
  readonly #asked = new Map<number, number>();
  #askedAt = Number.NEGATIVE_INFINITY;
  #behind = false;

  /** Whether another live packet would come in time. `now` is any clock that does not go back, ms. */
  keepsUp(now: number): boolean {
    const [oldest] = this.#asked.values();
    if (oldest === undefined) this.#behind = false;
    else if (now - oldest > BEHIND_AFTER_MS) this.#behind = true;
    return !this.#behind;
  }

  /** Whether the next live packet is to ask for an acknowledgement. */
  isDue(now: number): boolean {
    return now - this.#askedAt >= ASK_EVERY_MS;
  }

  asked(id: number, now: number): void {
    this.#asked.set(id, now);
    this.#askedAt = now;
  }

  acknowledged(id: number): void {
    this.#asked.delete(id);
  }
}
