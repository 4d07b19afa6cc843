import type { Socket } from "node:net";
import type { Client } from "aedes";
import type { PublishFrame } from "./publish-frame.ts";

/** With so much unsent, a receiver gets no live sound: it would come late. */
const LATE_AT_BYTES = 32_768;
/** With so much unsent, or so many packets unacknowledged, it counts as frozen: it gets nothing at all. */
const FROZEN_AT_BYTES = 1_000_000;
const MOST_OPEN = 1_000;
/** One that stays frozen for this long is closed. */
const THAW_WITHIN_MS = 8_000;

/** A station's connection as the fan-out writes to it. It holds up nobody and keeps a bounded amount. */
export class Receiver {
  readonly #client: Client;
  readonly #socket: Socket;
  /** Packet ids of QoS 1 that it has not acknowledged. */
  readonly #open = new Set<number>();
  #verdict: NodeJS.Timeout | null = null;

  constructor(client: Client) {
    this.#client = client;
    this.#socket = client.conn as Socket;
  }

  /** Writes a frame, with the lower of its QoS and the subscription's; passed over while it cannot be taken. */
  send(frame: PublishFrame, granted: 0 | 1): void {
    if (this.#client.closed || this.#isFrozen()) return;
    if (frame.perishable && this.#socket.writableLength > LATE_AT_BYTES) return;
    const certain = frame.qos === 1 && granted === 1;
    this.#socket.write(certain ? frame.certain(this.#openId(frame.id)) : frame.fleeting);
  }

  /** A packet was acknowledged. */
  acknowledged(id: number): void {
    this.#open.delete(id);
  }

  close(): void {
    if (this.#verdict) clearTimeout(this.#verdict);
  }

  /** The wished packet id, or the next that is free: unacknowledged packets of one connection have different ones. */
  #openId(wished: number): number {
    let id = wished;
    while (this.#open.has(id)) id = (id % 65_535) + 1;
    this.#open.add(id);
    return id;
  }

  #isFrozen(): boolean {
    if (!this.#isFull()) return false;
    this.#verdict ??= setTimeout(() => {
      this.#verdict = null;
      if (this.#isFull()) this.#socket.destroy(new Error("it takes nothing any more"));
    }, THAW_WITHIN_MS).unref();
    return true;
  }

  #isFull(): boolean {
    return this.#socket.writableLength > FROZEN_AT_BYTES || this.#open.size >= MOST_OPEN;
  }
}
