import type { Socket } from "node:net";
import type { Client } from "aedes";

/** What a station sends within this time is acknowledged together. */
const GATHER_MS = 20;
/** While more than this come in within that time, their acknowledgements wait for a lull; */
const FEW = 32;
/** but so many times at most: half a second, by which what thousands say of an alert is in the store. */
const MOST_WAITS = 25;
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
  #cameIn = 0;

  /** `now`: any clock that does not go back, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** `id`: the packet id, 1–65535. */
  owe(client: Client, id: number): void {
    const owed = this.#owed.get(client);
    if (owed) owed.push(id);
    else this.#owed.set(client, [id]);
    this.#cameIn++;
    if (this.#waiting) return;
    this.#waiting = true;
    this.#gather(0);
  }

  #gather(waits: number): void {
    this.#cameIn = 0;
    setTimeout(() => {
      if (this.#cameIn > FEW && waits < MOST_WAITS) this.#gather(waits + 1);
      else this.#pay();
    }, GATHER_MS);
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
