import { MESSAGE_MS } from "./live-packets.ts";

/** Speech that waits longer than this to leave the browser is left out: it would only make everything after it late. */
export const MOST_BACKLOG_MS = 300;
/** Before anything was sent: 60 ms at 32 kbit/s with the headers. */
const FIRST_BYTES = 260;

/** Knows how much speech waits in a connection, from its bytes. */
export class Backlog {
  #bytesAMessage = FIRST_BYTES;

  /** Whether a message may go, `waiting` bytes being on their way; it counts for the mean size. */
  admits(bytes: number, waiting: number): boolean {
    this.#bytesAMessage += 0.1 * (bytes - this.#bytesAMessage);
    return (waiting / this.#bytesAMessage) * MESSAGE_MS <= MOST_BACKLOG_MS;
  }
}
