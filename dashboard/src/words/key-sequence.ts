/** A shortcut: the keys one after the other, e.g. `g o`; what it does is told by its name. */
export interface Shortcut<Name extends string = string> {
  readonly keys: string;
  readonly name: Name;
}

/** Keys that belong together follow each other within this. */
const WITHIN_MS = 1_200;

/** Recognises shortcuts of one key or two. Pure: time comes with each key. */
export class KeySequence<Name extends string> {
  readonly #shortcuts: readonly Shortcut<Name>[];
  #first: { key: string; at: number } | null = null;

  constructor(shortcuts: readonly Shortcut<Name>[]) {
    this.#shortcuts = shortcuts;
  }

  /** The shortcut that this key completes. */
  press(key: string, at: number): Name | null {
    const begun = this.#first !== null && at - this.#first.at <= WITHIN_MS ? `${this.#first.key} ` : "";
    const whole = this.#find(`${begun}${key}`) ?? this.#find(key);
    const begins = this.#shortcuts.some(({ keys }) => keys.startsWith(`${key} `));
    this.#first = whole === null && begins ? { key, at } : null;
    return whole;
  }

  #find(keys: string): Name | null {
    return this.#shortcuts.find((shortcut) => shortcut.keys === keys)?.name ?? null;
  }
}
