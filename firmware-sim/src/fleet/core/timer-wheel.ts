/** Thousands of deadlines behind one tick. An item comes out at the first look after its time, never before it. */
export class TimerWheel<Item> {
  readonly #slotMs: number;
  readonly #slots = new Map<number, Item[]>();
  #reached: number;

  /** `slotMs`: how fine times are told apart. */
  constructor(slotMs: number, now: number) {
    this.#slotMs = slotMs;
    this.#reached = Math.floor(now / slotMs);
  }

  add(at: number, item: Item): void {
    const slot = Math.max(Math.ceil(at / this.#slotMs), this.#reached + 1);
    const items = this.#slots.get(slot);
    if (items) items.push(item);
    else this.#slots.set(slot, [item]);
  }

  /** Takes out what is due, earliest slot first. */
  due(now: number): Item[] {
    const until = Math.floor(now / this.#slotMs);
    const due: Item[] = [];
    while (this.#reached < until) {
      const items = this.#slots.get(++this.#reached);
      if (!items) continue;
      this.#slots.delete(this.#reached);
      due.push(...items);
    }
    return due;
  }
}
