import { EventEmitter } from "node:events";
import type { SerialPort } from "serialport";

/** What the transport tells besides the bytes. */
export interface TransportWatch {
  /** The port can no longer be used. Called once. */
  lost(reason: string): void;
  /** Bytes upset the protocol library; they are skipped. */
  upset(error: unknown): void;
}

/** A healthy port takes a few bytes at once. */
const LAST_WORD_MS = 100;

/**
 * The serial port as firmata-io sees it. The library throws out of its data handler on bytes that no healthy board
 * sends; here that ends in `upset` and not in the death of the process. A failed write is how an unplugged port shows.
 */
export class GuardedTransport extends EventEmitter {
  readonly #port: SerialPort;
  readonly #watch: TransportWatch;
  #gone = false;

  constructor(port: SerialPort, watch: TransportWatch) {
    super();
    this.#port = port;
    this.#watch = watch;
    port.on("open", () => {
      hurryReads(port);
      this.emit("open");
    });
    port.on("data", (bytes: Buffer) => this.#take(bytes));
    port.on("error", (error) => this.#lose(error.message));
    port.on("close", () => this.#lose("the port closed"));
  }

  /** Called by firmata-io. `done` runs in every case, or the library would count the write as pending for ever. */
  write(bytes: Buffer, done?: () => void): void {
    if (this.#gone || !this.#port.isOpen) {
      done?.();
      return;
    }
    this.#port.write(bytes, (error) => {
      if (error) this.#lose(error.message);
      done?.();
    });
  }

  /** Sends what is still queued, then lets go of the port. */
  async close(): Promise<void> {
    this.#gone = true;
    if (this.#port.isOpen) await new Promise<void>((resolve) => this.#port.drain(() => resolve()));
    await this.abandon();
  }

  /** Says `last`, if the port still takes it, and lets go of the port. */
  async abandon(last?: Buffer): Promise<void> {
    this.#gone = true;
    this.removeAllListeners();
    if (this.#port.opening) await opened(this.#port);
    if (last && this.#port.isOpen) await this.#say(last);
    if (this.#port.isOpen) await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }

  /** A hanging device may never take it, and must not keep the port. */
  async #say(bytes: Buffer): Promise<void> {
    const said = new Promise<void>((resolve) => this.#port.write(bytes, () => resolve()));
    await Promise.race([said, new Promise((resolve) => setTimeout(resolve, LAST_WORD_MS))]);
  }

  #take(bytes: Buffer): void {
    if (this.#gone) return;
    try {
      this.emit("data", bytes);
    } catch (error) {
      this.#watch.upset(error);
    }
  }

  #lose(reason: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#watch.lost(reason);
  }
}

/**
 * serialport's native poller calls back outside any callback scope of Node, so the promise that goes on with the read
 * waits for whatever JavaScript runs next: up to a whole idle period (measured: 300 ms). An immediate runs at once.
 */
function hurryReads(port: SerialPort): void {
  const binding = port.port as { poller?: EventEmitter } | undefined;
  binding?.poller?.on("readable", () => {
    setImmediate(() => {});
  });
}

/** Resolves when the attempt to open has ended, well or badly. */
function opened(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    port.once("open", resolve);
    port.once("error", () => resolve());
  });
}
