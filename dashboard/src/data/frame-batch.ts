type Schedule = (run: () => void) => void;

/** A hidden tab draws no frames; it is kept current once a second. */
const browserFrame: Schedule = (run) => {
  if (document.hidden) setTimeout(run, 1_000);
  else requestAnimationFrame(run);
};

/** Collects what arrives and hands it over once per animation frame. */
export class FrameBatch<T> {
  #waiting: T[] = [];
  readonly #deliver: (items: readonly T[]) => void;
  readonly #schedule: Schedule;

  constructor(deliver: (items: readonly T[]) => void, schedule: Schedule = browserFrame) {
    this.#deliver = deliver;
    this.#schedule = schedule;
  }

  push(item: T): void {
    this.#waiting.push(item);
    if (this.#waiting.length === 1) this.#schedule(() => this.#flush());
  }

  #flush(): void {
    const items = this.#waiting;
    this.#waiting = [];
    this.#deliver(items);
  }
}
