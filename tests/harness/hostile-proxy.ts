import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from "mqtt-packet";

/** A message that went by. `up`: from the station to the hub. */
export interface Passing {
  readonly station: string;
  readonly up: boolean;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
}

/** What becomes of a message: it arrives after each of these delays, ms. None: it is lost; two: it arrives twice. */
export type Tactic = (message: Passing) => readonly number[];

/** Everything arrives once, at once. */
export const HONEST: Tactic = () => [0];

/** Late by up to `latestMs`, therefore out of order, and sometimes twice. */
export const chaotic =
  (latestMs: number): Tactic =>
  () => {
    const late = () => (Math.random() < 0.4 ? 0 : Math.random() * latestMs);
    return Math.random() < 0.3 ? [late(), late()] : [late()];
  };

interface Link {
  readonly station: string;
  readonly sides: { readonly up: Socket; readonly down: Socket };
}

/**
 * A network that lies between stations and the hub's broker, without TLS. It takes every message over from its sender, acknowledges it
 * in the receiver's name, and does with it what `tactic` says. It remembers all it saw and sends whatever the test wants to either side.
 */
export class HostileProxy {
  tactic: Tactic = HONEST;
  /** Everything that went by, oldest first. */
  readonly seen: Passing[] = [];
  /** The last will of each station's newest connection. */
  readonly wills = new Map<string, { topic: string; payload: Buffer }>();
  readonly #links = new Map<string, Link>();
  readonly #sockets = new Set<Socket>();
  readonly #hubPort: () => number;
  readonly #server: Server;
  #messageId = 0;

  /** `hubPort`: where the broker listens just now. */
  constructor(hubPort: () => number) {
    this.#hubPort = hubPort;
    this.#server = createServer((socket) => this.#join(socket));
  }

  /** Resolves with the address for stations. */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  /** Cuts a station's connection; it comes back by itself. */
  cut(station: string): void {
    this.#links.get(station)?.sides.down.destroy();
  }

  /** What a station said, or was told, so far. */
  of(station: string, up: boolean, kind = ""): Passing[] {
    return this.seen.filter(
      (one) => one.station === station && one.up === up && one.topic.endsWith(kind && `/${kind}`),
    );
  }

  /** Sends a message as if it had come from the other end; false while the station has no connection. */
  inject(station: string, message: Omit<Passing, "station">): boolean {
    const link = this.#links.get(station);
    if (link) this.#pass(link, { station, ...message });
    return link !== undefined;
  }

  /** Sends bytes that need not be MQTT to a station. */
  injectRaw(station: string, bytes: Uint8Array): void {
    this.#links.get(station)?.sides.down.write(bytes);
  }

  #join(down: Socket): void {
    const up = connect(this.#hubPort(), "127.0.0.1");
    let link: Link = { station: "", sides: { up, down } };
    const end = () => {
      up.destroy();
      down.destroy();
      if (this.#links.get(link.station) === link) this.#links.delete(link.station);
    };
    for (const socket of [up, down]) {
      this.#sockets.add(socket);
      socket.on("error", end).on("close", end);
      socket.on("close", () => this.#sockets.delete(socket));
    }
    this.#read(down, (packet) => {
      if (packet.cmd === "connect") {
        link = { ...link, station: packet.clientId };
        this.#remember(packet);
      }
      if (packet.cmd === "subscribe") this.#links.set(link.station, link);
      this.#relay(link, true, packet);
    });
    this.#read(up, (packet) => this.#relay(link, false, packet));
  }

  #read(from: Socket, take: (packet: Packet) => void): void {
    const packets = parser({ protocolVersion: 4 });
    packets.on("packet", take);
    packets.on("error", () => from.destroy());
    from.on("data", (bytes) => packets.parse(bytes as Buffer));
  }

  #remember({ clientId, will }: IConnectPacket): void {
    if (will) this.wills.set(clientId, { topic: will.topic, payload: Buffer.from(will.payload as Buffer) });
  }

  #relay(link: Link, up: boolean, packet: Packet): void {
    if (packet.cmd === "publish") this.#take(link, up, packet);
    // Every message was acknowledged on arrival, and is numbered anew.
    else if (packet.cmd !== "puback") write(up ? link.sides.up : link.sides.down, packet);
  }

  #take(link: Link, up: boolean, { topic, payload, qos, messageId }: IPublishPacket): void {
    if (qos === 1 && messageId !== undefined)
      write(up ? link.sides.down : link.sides.up, { cmd: "puback", messageId });
    const { station } = link;
    const message: Passing = {
      station,
      up,
      topic,
      payload: Buffer.from(payload as Buffer),
      qos: qos === 1 ? 1 : 0,
    };
    this.seen.push(message);
    for (const delay of this.tactic(message))
      if (delay === 0) this.#pass(link, message);
      else setTimeout(() => this.#pass(link, message), delay);
  }

  #pass({ sides }: Link, { up, topic, payload, qos }: Passing): void {
    this.#messageId = (this.#messageId % 65_535) + 1;
    const numbered = qos === 1 ? { messageId: this.#messageId } : {};
    write(up ? sides.up : sides.down, {
      ...{ cmd: "publish", topic, payload, qos, dup: false, retain: false },
      ...numbered,
    });
  }
}

/** Makes a station that is enrolled connect elsewhere from its next start on. */
export function reroute(stationData: string, mqtt: string): void {
  const file = join(stationData, "identity.json");
  const identity = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...identity, mqtt }));
}

function write(socket: Socket, packet: Packet): void {
  if (socket.writable) socket.write(generate(packet));
}
