import { mkdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import type { EventLog } from "./event-log.ts";
import {
  CARD_MESSAGE,
  type CardMessage,
  CardMessageReader,
  encodeError,
  encodeOpened,
  encodeStatus,
  openProblem,
  pcmSamples,
} from "./sound-card-wire.ts";
import type { World } from "./world.ts";

/** `sun_path` without its end. */
const MAX_SOCKET_PATH = 107;
/** A client that does not fetch its STATUS messages gets no more of them past this. */
const MAX_UNSENT_BYTES = 65_536;

/** What the card needs. */
export interface SoundCardOptions {
  readonly path: string;
  readonly world: World;
  readonly events: EventLog;
  /** Unix ms on the monotonic scale. */
  readonly now: () => number;
}

/** Serves docs/sound-card.md on a Unix socket; the world's card plays what it is given. */
export class SoundCard {
  readonly #options: SoundCardOptions;
  readonly #server: Server;
  #client: Socket | null = null;
  #opened = false;

  constructor(options: SoundCardOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /**
   * Begins to listen; a socket file left by a killed simulator gives way.
   * @throws LoaError CONFIG_INVALID when the data folder's name is too long for a socket.
   */
  async listen(): Promise<void> {
    const { path } = this.#options;
    if (Buffer.byteLength(path) > MAX_SOCKET_PATH)
      throw new LoaError(
        "CONFIG_INVALID",
        `environment: LOA_DATA: the socket ${path} has a longer name than the ${MAX_SOCKET_PATH} bytes that Unix allows`,
        { key: "LOA_DATA", path },
      );
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(path, resolve);
    });
  }

  /** Sends STATUS to the client, if there is one; the simulator's tick calls it every 10 ms. */
  tick(): void {
    if (this.#client && this.#opened && this.#client.writableLength < MAX_UNSENT_BYTES) this.#sendStatus();
  }

  async close(): Promise<void> {
    this.#client?.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.#options.path, { force: true });
  }

  #accept(socket: Socket): void {
    this.#client?.destroy();
    this.#client = socket;
    this.#opened = false;
    const reader = new CardMessageReader();
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => this.#read(socket, reader, chunk));
    socket.once("close", () => this.#left(socket));
  }

  #read(socket: Socket, reader: CardMessageReader, chunk: Buffer): void {
    for (const message of reader.push(chunk)) {
      if (this.#client !== socket) return;
      const problem = this.#obey(message);
      if (problem) this.#refuse(socket, problem);
    }
    if (reader.tooLong && this.#client === socket) this.#refuse(socket, "a message is longer than 1 MiB");
  }

  /** Does what the message asks; returns the text of the ERROR that it earns, if any. */
  #obey({ type, payload }: CardMessage): string | null {
    if (type === CARD_MESSAGE.open) return this.#open(payload);
    if (!this.#opened) return "the first message must be OPEN";
    switch (type) {
      case CARD_MESSAGE.pcm:
        return this.#play(payload);
      case CARD_MESSAGE.query:
        this.#sendStatus();
        return null;
      case CARD_MESSAGE.drop:
        this.#options.world.drop(this.#options.now());
        this.#sendStatus();
        return null;
      case CARD_MESSAGE.rewind:
        return this.#rewind(payload);
      default:
        return `unknown message type 0x${type.toString(16)}`;
    }
  }

  #open(payload: Buffer): string | null {
    if (this.#opened) return "the card is already open";
    const problem = openProblem(payload);
    if (problem) return problem;
    const now = this.#options.now();
    this.#opened = true;
    this.#options.world.openCard(now);
    this.#options.events.add(now, { type: "card", connected: true });
    this.#client?.write(encodeOpened());
    this.#sendStatus();
    return null;
  }

  #play(payload: Buffer): string | null {
    const samples = pcmSamples(payload);
    if (!samples) return "a PCM message ends within a sample";
    return this.#options.world.push(samples, this.#options.now()) ? null : "frames beyond the capacity";
  }

  #rewind(payload: Buffer): string | null {
    if (payload.length !== 4) return `REWIND has 4 bytes of payload, not ${payload.length}`;
    if (!this.#options.world.takeBack(payload.readUInt32LE(0), this.#options.now()))
      return "a REWIND reaches beyond what is queued";
    this.#sendStatus();
    return null;
  }

  #sendStatus(): void {
    this.#client?.write(encodeStatus(this.#options.world.cardStatus(this.#options.now())));
  }

  #refuse(socket: Socket, message: string): void {
    this.#options.events.add(this.#options.now(), { type: "card-error", message });
    socket.end(encodeError(message));
    this.#left(socket);
  }

  /** What the client left in the queue is not played: a real driver stops the stream at close. */
  #left(socket: Socket): void {
    if (this.#client !== socket) return;
    const now = this.#options.now();
    if (this.#opened) this.#options.events.add(now, { type: "card", connected: false });
    this.#options.world.drop(now);
    this.#client = null;
    this.#opened = false;
  }
}
