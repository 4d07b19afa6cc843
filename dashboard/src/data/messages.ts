import { Signal } from "./signal.ts";

/** A short message about what was done, or not. */
export interface Message {
  readonly id: number;
  readonly text: string;
  readonly kind: "done" | "failed";
  /** Takes back what was done. */
  readonly undo?: () => Promise<void>;
}

/** Long enough to read a sentence. */
const LASTS_MS = 7_000;
/** Long enough to see a mistake and reach the button. */
const UNDO_LASTS_MS = 12_000;
const MOST = 3;

/** Messages on the page. Each goes by itself, but none while somebody is at one of them. */
export class Messages {
  readonly shown = new Signal<readonly Message[]>([]);
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #lastId = 0;
  #held = false;

  /** Shows a message; of too many, the oldest that offers nothing goes first. */
  add(message: Omit<Message, "id">): void {
    const before = this.shown.value;
    const surplus = before.find(({ undo }) => undo === undefined) ?? before[0];
    if (before.length >= MOST && surplus) this.drop(surplus.id);
    const added = { ...message, id: ++this.#lastId };
    this.shown.set([...this.shown.value, added]);
    if (!this.#held) this.#start(added);
  }

  drop(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.shown.set(this.shown.value.filter((message) => message.id !== id));
  }

  /** Keeps every message while the pointer or the focus is on one. */
  hold(): void {
    this.#held = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Lets time run again, from the beginning. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const message of this.shown.value) this.#start(message);
  }

  /** The newest message whose deed can be taken back. */
  undoable(): Message | undefined {
    return [...this.shown.value].reverse().find(({ undo }) => undo !== undefined);
  }

  #start({ id, undo }: Message): void {
    const lasts = undo === undefined ? LASTS_MS : UNDO_LASTS_MS;
    this.#timers.set(
      id,
      setTimeout(() => this.drop(id), lasts),
    );
  }
}
