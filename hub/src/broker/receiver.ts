import type { Socket } from "node:net";
import type { Client } from "aedes";
import { LivePace } from "./live-pace.ts";
import type { PublishFrame } from "./publish-frame.ts";

/** With so much unsent in this process, a receiver gets no live sound: it would come late. */
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
  readonly #now: () => number;
  readonly #pace = new LivePace();
  /** What each packet says that it has not acknowledged, by packet id. */
  readonly #open = new Map<number, string | undefined>();
  #verdict: NodeJS.Timeout | null = null;

  /** `now`: any clock that does not go back, ms. */
  constructor(client: Client, now: () => number) {
    this.#client = client;
    this.#socket = client.conn as Socket;
    this.#now = now;
  }

  /** Writes a frame, with the lower of its QoS and the subscription's; passed over while it cannot be taken. */
  send(frame: PublishFrame, granted: 0 | 1): void {
    if (this.#client.closed || this.#isFrozen()) return;
    if (frame.perishable) this.#sendLive(frame, granted);
    else if (frame.qos === 0 || granted === 0) this.#socket.write(frame.fleeting);
    else if (!this.#isOnItsWay(frame)) this.#socket.write(frame.certain(this.#openId(frame)));
  }

  /** A packet was acknowledged. */
  acknowledged(id: number): void {
    this.#open.delete(id);
    this.#pace.acknowledged(id);
  }

  close(): void {
    if (this.#verdict) clearTimeout(this.#verdict);
  }

  /** Now or never; now and then so that the station acknowledges it, by which it is known to keep up. */
  #sendLive(frame: PublishFrame, granted: 0 | 1): void {
    const now = this.#now();
    if (this.#socket.writableLength > LATE_AT_BYTES || !this.#pace.keepsUp(now)) return;
    if (granted === 0 || !this.#pace.isDue(now)) {
      this.#socket.write(frame.fleeting);
      return;
    }
    const id = this.#openId(frame);
    this.#pace.asked(id, now);
    this.#socket.write(frame.certain(id));
  }

  /** TCP loses nothing: a second copy behind one that a slow network still holds would only hold up what comes after it. */
  #isOnItsWay({ about }: PublishFrame): boolean {
    return about !== undefined && this.#open.size > 0 && [...this.#open.values()].includes(about);
  }

  /** The frame's packet id, or the next that is free: unacknowledged packets of one connection have different ones. */
  #openId({ id: wished, about }: PublishFrame): number {
    let id = wished;
    while (this.#open.has(id)) id = (id % 65_535) + 1;
    this.#open.set(id, about);
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
