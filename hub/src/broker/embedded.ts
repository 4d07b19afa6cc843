import { createServer as createPlainServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { StationId } from "@loa/protocol/identity";
import { Aedes, type AedesOptions, type Client } from "aedes";
import type { Broker } from "../ports.ts";
import type { ServerIdentity } from "../trust/hub-trust.ts";
import type { StationGate } from "./access.ts";
import { mayPublish, maySubscribe } from "./authorize.ts";
import { limitPackets, MAX_PACKET_BYTES } from "./packet-limit.ts";
import { peerCertificate } from "./peer-certificate.ts";

/** Beyond this a subscriber counts as frozen: it is passed over, and closed when it has not drained in time. */
const FROZEN_AT_BYTES = 1_000_000;
/** Some seconds of live speech: what waits behind more than this would come too late to sound. */
const LATE_AT_BYTES = 16_000;
/** Stations keep alive every 20 s; nobody may ask for more than this, or a lost one would go unseen. */
const KEEPALIVE_LIMIT_S = 60;

/** Measured settings: with the broker's own, one frozen subscriber stalled everybody for 55 s. */
const SETTINGS: AedesOptions = {
  concurrency: 10_000,
  drainTimeout: 8_000,
  connectTimeout: 8_000,
  keepaliveLimit: KEEPALIVE_LIMIT_S,
  queueLimit: 64,
  maxTopicLevels: 8,
  maxInflightInbound: 1,
  heartbeatInterval: 3_600_000,
};

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** null: plain text, on loopback alone. */
  readonly tls: (ServerIdentity & { readonly ca: string }) | null;
  readonly gate: StationGate;
  readonly log: Logger;
}

/** aedes in this process, behind the Broker port. Identity is the certificate's name; without TLS, a proof by the secret. */
export class EmbeddedBroker implements Broker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #clients = new Map<StationId, Client>();
  readonly #listeners = {
    message: [] as Parameters<Broker["onMessage"]>[0][],
    connected: [] as Parameters<Broker["onConnected"]>[0][],
    disconnected: [] as Parameters<Broker["onDisconnected"]>[0][],
  };

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    this.#aedes = new Aedes({ ...SETTINGS, ...this.#hooks() });
    this.#server = this.#listener();
    this.#follow();
  }

  async listen(): Promise<string> {
    const { host, port, tls } = this.#options;
    await this.#aedes.listen();
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address();
    if (!address || typeof address === "string") throw new LoaError("INTERNAL", "the broker has no port");
    return `${tls ? "mqtts" : "mqtt"}://${host}:${address.port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  /**
   * Hands the packet to the emitter itself and not to `aedes.publish`: that looks up offline subscribers first for QoS 1, so
   * a QoS 0 message of the same tick overtakes it, and the overtaken one is then dropped as a duplicate.
   */
  async publish(topic: string, payload: string | Uint8Array, qos: 0 | 1): Promise<void> {
    const packet = { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain: false, dup: false };
    emitterOf(this.#aedes).emit(packet, () => {});
  }

  onMessage(listener: Parameters<Broker["onMessage"]>[0]): void {
    this.#listeners.message.push(listener);
  }

  onConnected(listener: Parameters<Broker["onConnected"]>[0]): void {
    this.#listeners.connected.push(listener);
  }

  onDisconnected(listener: Parameters<Broker["onDisconnected"]>[0]): void {
    this.#listeners.disconnected.push(listener);
  }

  disconnect(station: StationId): void {
    this.#clients.get(station)?.close();
  }

  #listener(): Server {
    const { tls, log } = this.#options;
    const accept = (socket: Socket) => limitPackets(this.#aedes.handle(socket), log);
    const server = tls
      ? createTlsServer(
          {
            ...tls,
            requestCert: true,
            rejectUnauthorized: true,
            minVersion: "TLSv1.2",
            handshakeTimeout: 10_000,
          },
          accept,
        ).on("tlsClientError", (error) => log.debug({ reason: error.message }, "a TLS handshake failed"))
      : createPlainServer(accept);
    return server.on("error", (error) => log.error({ err: error }, "the broker's listener failed"));
  }

  #hooks(): AedesOptions {
    const { gate } = this.#options;
    return {
      preConnect: (_client, packet, done) => {
        const { clientId, will, clean } = packet as unknown as ConnectRequest;
        const wrong = !clean
          ? "a session that is not clean"
          : will && (will.retain || will.qos === 2 || !mayPublish(clientId, will.topic))
            ? `a last will on ${will.topic}`
            : null;
        if (wrong) gate.refused({ station: clientId, action: "connect", subject: clientId, reason: wrong });
        done(wrong ? new Error(wrong) : null, !wrong);
      },
      authenticate: (client, username, password, done) => {
        const station = this.#identify(client, username, password);
        const known = station !== null && station === client.id;
        if (!known)
          gate.refused({ station: client.id, action: "connect", subject: client.id, reason: "not it" });
        done(null, known);
      },
      authorizePublish: (client, packet, done) => {
        if (!client) return done(null);
        const wrong = !mayPublish(client.id, packet.topic)
          ? "topic of another"
          : packet.retain
            ? "retained"
            : packet.qos === 2
              ? "QoS 2"
              : packet.payload.length > MAX_PACKET_BYTES
                ? "too large"
                : null;
        if (wrong)
          gate.refused({ station: client.id, action: "publish", subject: packet.topic, reason: wrong });
        done(wrong ? new Error(`publish refused: ${wrong}`) : null);
      },
      authorizeSubscribe: (client, subscription, done) => {
        const { topic } = subscription;
        if (maySubscribe(client.id, gate.areaPath(client.id), topic)) return done(null, subscription);
        gate.refused({ station: client.id, action: "subscribe", subject: topic, reason: "not its own" });
        done(null, null);
      },
      authorizeForward: (client, packet) =>
        (client.conn as Socket).writableLength > (isLive(packet.topic) ? LATE_AT_BYTES : FROZEN_AT_BYTES)
          ? null
          : packet,
      published: (packet, client, done) => {
        if (client) this.#deliver(client.id, packet.topic, packet.payload);
        done(null);
      },
    };
  }

  #identify(client: Client, username?: string, password?: Buffer): StationId | null {
    const { gate, tls } = this.#options;
    if (!tls) return gate.byProof(username ?? "", "mqtt", password?.toString("latin1") ?? "");
    const certificate = peerCertificate(client.conn as TLSSocket);
    return certificate && gate.byCertificate(certificate);
  }

  #deliver(station: StationId, topic: string, payload: string | Buffer): void {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    for (const listener of this.#listeners.message) listener(station, topic, bytes);
  }

  #follow(): void {
    const { log } = this.#options;
    this.#aedes.on("client", (client) => this.#clients.set(client.id, client));
    this.#aedes.on("clientReady", (client) => {
      for (const listener of this.#listeners.connected) listener(client.id);
    });
    this.#aedes.on("clientDisconnect", (client) => {
      if (this.#clients.get(client.id) === client) this.#clients.delete(client.id);
      for (const listener of this.#listeners.disconnected) listener(client.id);
    });
    const closed = (client: Client, error: Error) =>
      log.debug({ station: client.id, reason: error.message }, "a connection failed");
    this.#aedes.on("clientError", closed);
    this.#aedes.on("connectionError", closed);
    this.#aedes.on("closed", () => this.#clients.clear());
  }
}

interface ConnectRequest {
  readonly clientId: string;
  readonly clean: boolean;
  readonly will?: { readonly topic: string; readonly retain: boolean; readonly qos: number };
}

const isLive = (topic: string) => topic.endsWith("/live");

/** aedes' emitter is public in its code and absent from its types. */
function emitterOf(aedes: Aedes): { emit(packet: object, done: () => void): void } {
  return (aedes as unknown as { mq: { emit(packet: object, done: () => void): void } }).mq;
}
