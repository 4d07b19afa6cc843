import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { generate, type Packet, parser } from "mqtt-packet";

/** One TCP connection that sends any bytes and takes MQTT packets in; for conformance tests. */
export class Wire {
  readonly #socket: Socket;
  readonly #came: Packet[] = [];
  readonly #waiting: ((packet: Packet | null) => void)[] = [];
  #closed = false;

  constructor(address: string) {
    const { hostname, port } = new URL(address);
    this.#socket = connectTcp(Number(port), hostname);
    const parse = parser({ protocolVersion: 4 });
    parse.on("packet", (packet) => this.#take(packet));
    this.#socket.on("data", (bytes) => parse.parse(bytes as Buffer));
    this.#socket.on("error", () => {});
    this.#socket.once("close", () => {
      this.#closed = true;
      for (const resolve of this.#waiting.splice(0)) resolve(null);
    });
  }

  send(packet: Packet | Buffer): this {
    this.#socket.write(Buffer.isBuffer(packet) ? packet : generate(packet));
    return this;
  }

  /** The next packet; null once the connection is closed and nothing is left. */
  next(): Promise<Packet | null> {
    const [packet] = this.#came.splice(0, 1);
    if (packet || this.#closed) return Promise.resolve(packet ?? null);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Everything that came until a packet of a kind, that one included; ends early where the connection is closed. */
  async until(cmd: Packet["cmd"]): Promise<Packet[]> {
    const found: Packet[] = [];
    for (let packet = await this.next(); packet; packet = await this.next()) {
      found.push(packet);
      if (packet.cmd === cmd) break;
    }
    return found;
  }

  /** Resolves when it is connected. */
  async there(): Promise<void> {
    if (this.#socket.connecting) await once(this.#socket, "connect");
  }

  /** Says no more; what was sent still arrives. */
  leave(): void {
    this.#socket.end();
  }

  pause(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(packet: Packet): void {
    const resolve = this.#waiting.shift();
    if (resolve) resolve(packet);
    else this.#came.push(packet);
  }
}
