import type { Socket } from "node:net";
import type { Client } from "aedes";

/**
 * Acknowledgements wait for so long; what a station sent meanwhile is acknowledged together. Long enough that what thousands say of an alert is
 * in the store by then.
 */
const GATHER_MS = 500;
/** After so long, others get their turn. */
const SLICE_MS = 10;

/**
 * Tells stations that the hub has their messages. That hurries nobody, and each telling costs a call of the system: while thousands
 * acknowledge an alert, what they say is taken in first.
 */
export class Pubacks {
  readonly #owed = new Map<Client, number[]>();
  readonly #now: () => number;
  #waiting = false;

  /** `now`: any clock that does not go back, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** `id`: the packet id, 1–65535. */
  owe(client: Client, id: number): void {
    const owed = this.#owed.get(client);
    if (owed) owed.push(id);
    else this.#owed.set(client, [id]);
    if (this.#waiting) return;
    this.#waiting = true;
    setTimeout(() => this.#pay(), GATHER_MS);
  }

  #pay(): void {
    const until = this.#now() + SLICE_MS;
    for (const [client, ids] of this.#owed) {
      this.#owed.delete(client);
      if (!client.closed) (client.conn as Socket).write(packetsOf(ids));
      if (this.#now() >= until) break;
    }
    this.#waiting = this.#owed.size > 0;
    if (this.#waiting) setImmediate(() => this.#pay());
  }
}

/** PUBACK packets. Source: MQTT 3.1.1, section 3.4 */
const packetsOf = (ids: readonly number[]) => Buffer.from(ids.flatMap((id) => [0x40, 2, id >> 8, id & 0xff]));
