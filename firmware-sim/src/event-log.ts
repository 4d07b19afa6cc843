/** Something that happened at a simulated station. `at` is Unix ms on the simulator's monotonic scale. */
export type SimEvent = { readonly seq: number; readonly at: number } & SimHappening;

/** What can happen; `relay` is `amplifier` or a zone's id and tells of the contact, not of the pin. */
export type SimHappening =
  | { readonly type: "relay"; readonly relay: string; readonly closed: boolean }
  | { readonly type: "amplifier"; readonly state: "off" | "warming" | "on" }
  | { readonly type: "heartbeat"; readonly alive: boolean }
  | { readonly type: "board-reset" | "unplugged" | "replugged" | "faults-cleared" }
  | { readonly type: "fault"; readonly code: string; readonly zone?: string }
  | { readonly type: "button"; readonly pressed: boolean }
  | { readonly type: "card"; readonly connected: boolean }
  | { readonly type: "card-error"; readonly message: string }
  | { readonly type: "recording"; readonly zone: string; readonly state: "started" | "finished" };

/** The last events of one station, oldest first; `capacity` bounds the memory. */
export class EventLog {
  readonly #events: SimEvent[] = [];
  readonly #capacity: number;
  #seq = 0;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  add(at: number, happening: SimHappening): void {
    this.#events.push({ seq: ++this.#seq, at, ...happening });
    // Cutting in bulk keeps the cost of an event constant.
    if (this.#events.length >= this.#capacity * 1.1)
      this.#events.splice(0, this.#events.length - this.#capacity);
  }

  /** Events later than `at`, Unix ms. */
  since(at: number): SimEvent[] {
    return this.#events.slice(-this.#capacity).filter((event) => event.at > at);
  }
}
