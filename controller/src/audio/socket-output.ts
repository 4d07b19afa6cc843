import { connect, type Socket } from "node:net";
import { SAMPLE_RATE } from "./frames.ts";
import type { Output, OutputReading } from "./output.ts";
import { type CardMessage, CardReader, openMessage, pcmMessage, rewindMessage } from "./sound-card-wire.ts";

const RECONNECT_MS = 250;
/** The card reports every 10 ms; one that is silent for this long is gone. */
const SILENT_MS = 1_000;

type Status = Extract<CardMessage, { type: "status" }>;

/** What the output needs to know of local time. */
export interface SocketOutputOptions {
  readonly path: string;
  /** Unix ms on the machine's monotonic scale. */
  readonly now: () => number;
  /** Subtracted from that scale to give the times of readings. */
  readonly base: number;
}

/** A card behind a Unix socket, by docs/sound-card.md. Reconnects every 250 ms while there is none. */
export class SocketOutput implements Output {
  readonly #options: SocketOutputOptions;
  #socket: Socket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #status: Status | null = null;
  #capacity = 0;
  #written = 0;
  #stream = 0;
  #underruns = 0;

  constructor(options: SocketOutputOptions) {
    this.#options = options;
  }

  open(): void {
    this.#closed = false;
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.destroy();
    this.#lose();
  }

  restart(): void {
    this.#socket?.destroy();
  }

  poll(): OutputReading | null {
    const status = this.#status;
    if (!status) return null;
    if (this.#options.now() - status.atMs > SILENT_MS) {
      this.#socket?.destroy();
      return null;
    }
    const delayFrames = this.#written - status.played;
    return {
      atMs: status.atMs - this.#options.base,
      delayFrames,
      room: Math.max(0, this.#capacity - delayFrames),
      stream: this.#stream,
      creepMs: 0,
      underruns: this.#underruns,
    };
  }

  write(samples: Int16Array, frames: number): number {
    if (!this.#socket || !this.#status) return 0;
    this.#socket.write(pcmMessage(samples, frames));
    this.#written += frames;
    return frames;
  }

  takeBack(frames: number): number {
    if (!this.#socket || !this.#status) return 0;
    this.#socket.write(rewindMessage(frames));
    this.#written -= frames;
    return frames;
  }

  #connect(): void {
    const socket = connect(this.#options.path);
    const reader = new CardReader();
    this.#socket = socket;
    socket.on("connect", () => socket.write(openMessage(SAMPLE_RATE)));
    socket.on("data", (bytes: Buffer) => {
      try {
        for (const message of reader.push(bytes)) this.#take(message);
      } catch {
        socket.destroy();
      }
    });
    // `close` follows every error and is where the next attempt is made.
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#lose();
      if (!this.#closed) this.#retry = setTimeout(() => this.#connect(), RECONNECT_MS);
    });
  }

  #take(message: CardMessage): void {
    if (message.type === "opened") this.#capacity = message.capacity;
    if (message.type !== "status" || this.#capacity === 0) return;
    if (!this.#status) {
      // Frames of the connection before this one do not count: the stream begins with what the card has now.
      this.#written = message.played + message.queued;
      this.#stream++;
    } else if (message.underrun > this.#status.underrun && this.#written > 0) {
      this.#stream++;
      this.#underruns++;
    }
    this.#status = message;
  }

  #lose(): void {
    this.#socket = null;
    this.#status = null;
    this.#capacity = 0;
  }
}
