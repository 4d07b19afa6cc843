import type { Source } from "./signal.ts";

type Listeners = Set<() => void>;

/** Rows by id. A view watches the whole table or one row, so that a change renders only who shows it. */
export class Table<T extends { id: string }> implements Source {
  #rows = new Map<string, T>();
  #list: readonly T[] | null = null;
  readonly #watchers: Listeners = new Set();
  readonly #rowWatchers = new Map<string, Listeners>();
  /** What was told since each reading that is under way began; null: the row went. */
  readonly #readings = new Set<Map<string, T | null>>();

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  /** All rows in the order in which they first came. */
  get all(): readonly T[] {
    this.#list ??= [...this.#rows.values()];
    return this.#list;
  }

  /** These rows and no others. */
  replace(rows: readonly T[]): void {
    const touched = new Set(this.#rows.keys());
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    for (const row of rows) touched.add(row.id);
    this.#tell(touched);
  }

  /** Reads all rows anew. What is told while they are on their way is newer than they are. @throws what `fetched` throws */
  async read(fetched: () => Promise<readonly T[]>): Promise<void> {
    const told = new Map<string, T | null>();
    this.#readings.add(told);
    try {
      const rows = new Map<string, T | null>((await fetched()).map((row) => [row.id, row]));
      for (const [id, row] of told) rows.set(id, row);
      this.replace([...rows.values()].filter((row) => row !== null));
    } finally {
      this.#readings.delete(told);
    }
  }

  /** Adds rows or puts them in the place of older ones. */
  merge(rows: readonly T[]): void {
    for (const row of rows) {
      this.#rows.set(row.id, row);
      for (const told of this.#readings) told.set(row.id, row);
    }
    this.#tell(new Set(rows.map((row) => row.id)));
  }

  remove(id: string): void {
    for (const told of this.#readings) told.set(id, null);
    if (this.#rows.delete(id)) this.#tell(new Set([id]));
  }

  subscribe(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Changes of one row only. */
  row(id: string): Source {
    return { subscribe: (listener) => this.#watchRow(id, listener) };
  }

  #watchRow(id: string, listener: () => void): () => void {
    const listeners = this.#rowWatchers.get(id) ?? new Set();
    this.#rowWatchers.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#rowWatchers.delete(id);
    };
  }

  #tell(ids: ReadonlySet<string>): void {
    if (ids.size === 0) return;
    this.#list = null;
    for (const id of ids) for (const listener of [...(this.#rowWatchers.get(id) ?? [])]) listener();
    for (const listener of [...this.#watchers]) listener();
  }
}
