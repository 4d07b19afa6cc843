import type { Socket } from "node:net";
import { type Allowance, TokenBucket } from "./limits.ts";

/** Connections that have not said who they are: together, and from one address. A province may sit behind one. */
const MOST_WAITING = 6_000;
const MOST_FROM_ONE = 5_000;
/** Refused for who they say they are, from one address. Who breaks off in a storm of connections is not meant. */
const REFUSALS: Allowance = { burst: 1_000, perSecond: 20 };
const MOST_ADDRESSES = 10_000;

/** Where connections wait until they have said who they are. How long is limited by the handshake and the CONNECT. */
export class Lobby {
  readonly #waiting = new Map<string, string>();
  readonly #byAddress = new Map<string, number>();
  readonly #refusals = new Map<string, TokenBucket>();
  readonly #now: () => number;

  /** `now`: any clock that does not go back, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Lets a connection wait; false: there are too many, or too many from there were refused. */
  admits(socket: Socket): boolean {
    const { remoteAddress: address = "" } = socket;
    const from = this.#byAddress.get(address) ?? 0;
    if (this.#waiting.size >= MOST_WAITING || from >= MOST_FROM_ONE || this.#isBarred(address)) return false;
    const place = placeOf(socket);
    this.#waiting.set(place, address);
    this.#byAddress.set(address, from + 1);
    socket.once("close", () => this.#leave(place));
    return true;
  }

  /** It has proven who it is. */
  knows(socket: Socket): void {
    this.#leave(placeOf(socket));
  }

  /** It is nobody that the hub lets in. */
  refuses({ remoteAddress: address = "" }: Socket): void {
    const now = this.#now();
    if (this.#refusals.size >= MOST_ADDRESSES) this.#refusals.clear();
    const bucket = this.#refusals.get(address) ?? new TokenBucket(REFUSALS, now);
    this.#refusals.set(address, bucket);
    bucket.take(1, now);
  }

  #leave(place: string): void {
    const address = this.#waiting.get(place);
    if (address === undefined) return;
    this.#waiting.delete(place);
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }

  #isBarred(address: string): boolean {
    return this.#refusals.get(address)?.has(1, this.#now()) === false;
  }
}

/** A TLS connection and the TCP connection below it have the same. */
const placeOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
