/** Something that tells when it changed. */
export interface Source {
  /** Calls `listener` after each change; the answer ends it. */
  subscribe(listener: () => void): () => void;
}

/** One value that can be watched. */
export class Signal<T> implements Source {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Takes a new value; tells nobody when it is the same. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
