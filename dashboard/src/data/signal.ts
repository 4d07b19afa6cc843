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

/** Tells of changes at once, but then at most once per `periodMs`; the last change is never lost. */
export function throttled(source: Source, periodMs: number): Source {
  return {
    subscribe(listener) {
      let resting: ReturnType<typeof setTimeout> | undefined;
      let waiting = false;
      const tell = () => {
        waiting = false;
        resting = setTimeout(() => {
          resting = undefined;
          if (waiting) tell();
        }, periodMs);
        listener();
      };
      const end = source.subscribe(() => {
        if (resting === undefined) tell();
        else waiting = true;
      });
      return () => {
        end();
        clearTimeout(resting);
      };
    },
  };
}

/** Tells only of those changes after which `read` answers something else. */
export function distinct(source: Source, read: () => string): Source {
  return {
    subscribe(listener) {
      let last = read();
      return source.subscribe(() => {
        const now = read();
        if (now === last) return;
        last = now;
        listener();
      });
    },
  };
}
