import { createStore, delMany, entries, get, set } from "idb-keyval";

/** A take that was recorded and not saved yet. */
export interface Take {
  readonly file: Blob;
  readonly type: string;
  readonly recordedAt: number;
}

interface Head {
  readonly type: string;
  readonly recordedAt: number;
}

const store = createStore("loa-takes", "parts");
const headKey = (owner: string) => `${owner}/head`;
const partKey = (owner: string, part: number) => `${owner}/part/${String(part).padStart(6, "0")}`;

/**
 * Keeps a take part by part while it is recorded, so that neither a reload nor a crash loses it. `owner`: the user. A browser that stores
 * nothing (private windows) records all the same.
 */
export class TakeKeeper {
  readonly #owner: string;
  readonly #head: Head;
  readonly #parts: Blob[] = [];
  #kept: Promise<unknown>;

  constructor(owner: string, type: string, recordedAt: number) {
    this.#owner = owner;
    this.#head = { type, recordedAt };
    this.#kept = forgetTake(owner).then(() => set(headKey(owner), this.#head, store));
    this.#kept.catch(() => undefined);
  }

  add(part: Blob): void {
    const key = partKey(this.#owner, this.#parts.push(part));
    this.#kept = this.#kept.then(() => set(key, part, store)).catch(() => undefined);
  }

  /** The take so far. */
  get take(): Take {
    return { ...this.#head, file: new Blob(this.#parts, { type: this.#head.type }) };
  }
}

/** The take that this user has not saved yet. */
export async function unsavedTake(owner: string): Promise<Take | null> {
  try {
    const head = await get<Head>(headKey(owner), store);
    if (!head) return null;
    const parts = (await entries<string, Blob>(store))
      .filter(([key]) => key.startsWith(`${owner}/part/`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, part]) => part);
    return parts.length === 0 ? null : { ...head, file: new Blob(parts, { type: head.type }) };
  } catch {
    return null;
  }
}

/** Throws the user's unsaved take away. */
export async function forgetTake(owner: string): Promise<void> {
  try {
    const keys = (await entries<string, unknown>(store)).map(([key]) => key);
    await delMany(
      keys.filter((key) => key.startsWith(`${owner}/`)),
      store,
    );
  } catch {}
}
