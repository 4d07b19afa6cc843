import { createServer as createPlainServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { StationId } from "@loa/protocol/identity";
import type { AedesOptions, Client } from "aedes";
import type { Broker } from "../ports.ts";
import type { ServerIdentity } from "../trust/hub-trust.ts";
import type { StationGate } from "./access.ts";
import { maySubscribe, whyNotConnect, whyNotPublish } from "./authorize.ts";
import { BareAedes } from "./bare-aedes.ts";
import { Fanout } from "./fanout.ts";
import { type InboundPublish, takeAtOnce } from "./intake.ts";
import { StationLimits } from "./limits.ts";
import { Lobby } from "./lobby.ts";
import { limitPackets } from "./packet-limit.ts";
import { peerCertificate } from "./peer-certificate.ts";
import { answerUnknownProtocol } from "./protocol-level.ts";
import { Pubacks } from "./pubacks.ts";

/** Measured settings: with the broker's own, one frozen subscriber stalled everybody for 55 s. */
const SETTINGS: AedesOptions = {
  drainTimeout: 8_000,
  connectTimeout: 8_000,
  maxTopicLevels: 8,
  maxInflightInbound: 1,
  heartbeatInterval: 3_600_000,
};
/** So many connections may wait to be accepted; the system allows no more. Thousands come back at once. */
const BACKLOG = 4_096;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const TOO_MUCH = "too much";

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** null: plain text, on loopback alone. */
  readonly tls: (ServerIdentity & { readonly ca: string }) | null;
  readonly gate: StationGate;
  readonly log: Logger;
  /** Any clock that does not go back, ms; default: this machine's. */
  readonly now?: () => number;
}

/**
 * The Broker port over aedes in this process. aedes keeps connections, wills and subscriptions; the fan-out writes what the hub says, and
 * what stations say is taken as it is parsed. Identity is the certificate's name; without TLS, a proof by the secret.
 */
export class EmbeddedBroker implements Broker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #aedes: BareAedes;
  readonly #server: Server;
  readonly #fanout: Fanout;
  readonly #pubacks: Pubacks;
  readonly #limits: StationLimits;
  readonly #lobby: Lobby;
  readonly #clients = new Map<StationId, Client>();
  readonly #listeners = {
    message: [] as Parameters<Broker["onMessage"]>[0][],
    connected: [] as Parameters<Broker["onConnected"]>[0][],
    disconnected: [] as Parameters<Broker["onDisconnected"]>[0][],
  };

  constructor(options: EmbeddedBrokerOptions) {
    const now = options.now ?? (() => performance.now());
    this.#options = options;
    this.#fanout = new Fanout(now);
    this.#pubacks = new Pubacks(now);
    this.#limits = new StationLimits(now);
    this.#lobby = new Lobby(now);
    this.#aedes = new BareAedes({ ...SETTINGS, ...this.#hooks() });
    this.#server = this.#listener();
    this.#follow();
  }

  async listen(): Promise<string> {
    const { host, port, tls } = this.#options;
    await this.#aedes.listen();
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port, host, backlog: BACKLOG }, resolve);
    });
    const address = this.#server.address();
    if (!address || typeof address === "string") throw new LoaError("INTERNAL", "the broker has no port");
    return `${tls ? "mqtts" : "mqtt"}://${host}:${address.port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  publish(topic: string, payload: string | Uint8Array, qos: 0 | 1, about?: string): Promise<void> {
    return this.#fanout.publish(topic, payload, qos, about);
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

  /** Every connection passes the lobby before anything else is done for it. */
  #listener(): Server {
    const { log } = this.#options;
    const entry = this.#entry();
    const server = createPlainServer({ noDelay: true }, (socket) => {
      if (this.#lobby.admits(socket)) entry(socket);
      else socket.destroy();
    });
    return server.on("error", (error) => log.error({ err: error }, "the broker's listener failed"));
  }

  #entry(): (socket: Socket) => void {
    const { tls, log } = this.#options;
    const accept = (socket: Socket) => {
      const client = this.#aedes.handle(socket);
      limitPackets(client, log);
      answerUnknownProtocol(client);
      takeAtOnce(client, {
        publish: (from, packet) => this.#publishes(from, packet),
        acknowledged: (from, id) => this.#fanout.acknowledged(from, id),
        owes: (from, id) => this.#pubacks.owe(from, id),
        subscribe: (from, filter, qos) => this.#subscribes(from, filter, qos),
        unsubscribe: (from, filter) => this.#fanout.unsubscribe(from, filter),
        affords: (from) => this.#affords(from),
      });
    };
    if (!tls) return accept;
    const settings = { requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" as const };
    const secured = createTlsServer({ ...tls, ...settings, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, accept);
    secured.on("tlsClientError", (error, socket) => {
      log.debug({ reason: error.message }, "a TLS handshake failed");
      if (isOfCertificate(error)) this.#lobby.refuses(socket);
    });
    return (socket) => secured.emit("connection", socket);
  }

  #hooks(): AedesOptions {
    const { gate } = this.#options;
    const unfit = new WeakMap<Client, Unfit>();
    return {
      preConnect: (client, packet, done) => {
        const why = whyNotConnect(packet);
        if (why) unfit.set(client, why);
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        const station = this.#identify(client, username, password);
        const why =
          unfit.get(client) ??
          (station === null || station !== client.id
            ? { reason: "not it", returnCode: 5 }
            : !this.#limits.connects(station)
              ? { reason: TOO_MUCH, returnCode: 3 }
              : null);
        if (!why) {
          this.#lobby.knows(client.conn as Socket);
          return done(null, true);
        }
        const { reason, returnCode } = why;
        if (reason !== TOO_MUCH) this.#lobby.refuses(client.conn as Socket);
        gate.refused({ station: client.id, action: "connect", subject: client.id, reason });
        done(Object.assign(new Error(reason), { returnCode }), false);
      },
      authorizePublish: (client, packet, done) => {
        if (!client) return done(null);
        const reason = this.#whyNot(client, packet as unknown as InboundPublish);
        if (reason) gate.refused({ station: client.id, action: "publish", subject: packet.topic, reason });
        done(reason ? new Error(`publish refused: ${reason}`) : null);
      },
    };
  }

  #identify(client: Client, username?: string, password?: Buffer): StationId | null {
    const { gate, tls } = this.#options;
    if (!tls) return gate.byProof(username ?? "", "mqtt", password?.toString("latin1") ?? "");
    const certificate = peerCertificate(client.conn as TLSSocket);
    return certificate && gate.byCertificate(certificate);
  }

  #whyNot(client: Client, packet: InboundPublish): string | null {
    return (
      whyNotPublish(client.id, packet) ??
      (this.#limits.publishes(client.id, packet.payload.length) ? null : TOO_MUCH)
    );
  }

  #publishes(client: Client, packet: InboundPublish): boolean {
    this.#fanout.advance();
    if (this.#whyNot(client, packet)) return false;
    this.#deliver(client.id, packet.topic, packet.payload);
    return true;
  }

  #subscribes(client: Client, filter: string, qos: number): boolean {
    const { gate } = this.#options;
    if (maySubscribe(client.id, gate.areaPath(client.id), filter)) {
      this.#fanout.subscribe(client, filter, qos);
      return true;
    }
    gate.refused({ station: client.id, action: "subscribe", subject: filter, reason: "not its own" });
    return false;
  }

  #affords({ id: station }: Client): boolean {
    if (this.#limits.publishes(station, 0)) return true;
    this.#options.gate.refused({ station, action: "connect", subject: station, reason: TOO_MUCH });
    return false;
  }

  #deliver(station: StationId, topic: string, payload: string | Buffer): void {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    for (const listener of this.#listeners.message) listener(station, topic, bytes);
  }

  #follow(): void {
    const { log } = this.#options;
    this.#aedes.onUplink = ({ id }, { topic, payload }) => this.#deliver(id, topic, payload);
    this.#aedes.on("client", (client) => this.#clients.set(client.id, client));
    this.#aedes.on("clientReady", (client) => {
      // It may have gone while it was let in.
      if (client.closed) return;
      for (const listener of this.#listeners.connected) listener(client.id);
    });
    this.#aedes.on("clientDisconnect", (client) => {
      this.#fanout.drop(client);
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

/** Not one that was cut short or took too long. */
const isOfCertificate = (error: Error) => /^ERR_SSL_.*CERT/.test((error as { code?: string }).code ?? "");

type Unfit = NonNullable<ReturnType<typeof whyNotConnect>>;
