import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** What goes over at once, as a packet of a slow link does. */
const PIECE_BYTES = 512;
/** An idle lane may be ahead by so much: timers are not exact. */
const CREDIT_MS = 20;

/** One direction of the line, shared by all connections. */
export class Lane {
  /** How wide it is, bytes a second. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  /** Bytes that came over so far. */
  carried = 0;
  #freeAt = 0;
  #still: PromiseWithResolvers<void> | null = null;

  /** Nothing goes over until `goOn`. */
  standStill(): void {
    this.#still ??= Promise.withResolvers();
  }

  goOn(): void {
    this.#still?.resolve();
    this.#still = null;
  }

  /** Takes from one end only what the other gets: whoever sends more feels it in their own socket. */
  async carry(from: Socket, to: Socket): Promise<void> {
    for await (const bytes of from as AsyncIterable<Buffer>)
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        const piece = bytes.subarray(at, at + PIECE_BYTES);
        await this.#turn(piece.length);
        if (to.destroyed) return;
        if (!to.write(piece)) await Promise.race([once(to, "drain"), once(to, "close")]);
        this.carried += piece.length;
      }
    to.end();
  }

  async #turn(bytes: number): Promise<void> {
    await this.#still?.promise;
    const now = performance.now();
    this.#freeAt = Math.max(this.#freeAt, now - CREDIT_MS) + (bytes * 1_000) / this.bytesPerSecond;
    if (this.#freeAt > now) await wait(this.#freeAt - now);
  }
}

/** A slow mobile link between stations and the hub's broker: every byte goes over, in order, no faster than it is told. */
export class SlowLine {
  /** From the hub to the stations. */
  readonly down = new Lane();
  /** From the stations to the hub. */
  readonly up = new Lane();
  readonly #sockets = new Set<Socket>();
  readonly #hubPort: () => number;
  readonly #server: Server;

  /** `hubPort`: where the broker listens just now. */
  constructor(hubPort: () => number) {
    this.#hubPort = hubPort;
    this.#server = createServer({ noDelay: true }, (socket) => this.#join(socket));
  }

  /** Resolves with the port for stations. */
  async listen(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Makes both directions so wide, bytes a second. */
  widen(bytesPerSecond: number): void {
    for (const lane of [this.down, this.up]) lane.bytesPerSecond = bytesPerSecond;
  }

  /** Nothing goes over for so long, ms; then everything that waited does. */
  async standStill(ms: number): Promise<void> {
    for (const lane of [this.down, this.up]) lane.standStill();
    await wait(ms);
    for (const lane of [this.down, this.up]) lane.goOn();
  }

  /** Cuts all connections; stations come back by themselves. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const lane of [this.down, this.up]) lane.goOn();
    this.cut();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  #join(station: Socket): void {
    const hub = connect({ port: this.#hubPort(), host: "127.0.0.1", noDelay: true });
    const end = () => {
      station.destroy();
      hub.destroy();
    };
    for (const socket of [station, hub]) {
      this.#sockets.add(socket);
      socket.on("error", end).on("close", end);
      socket.on("close", () => this.#sockets.delete(socket));
    }
    this.down.carry(hub, station).catch(end);
    this.up.carry(station, hub).catch(end);
  }
}
