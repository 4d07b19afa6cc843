import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import type { Ack } from "@loa/protocol/ack";
import { check } from "@loa/protocol/parse";
import type { Birth } from "@loa/protocol/presence";
import type { Receipt } from "@loa/protocol/receipt";
import { TimeRequest } from "@loa/protocol/time";
import { toTopic, type UpKind, upTopic } from "@loa/protocol/topics";
import { openUplink } from "@loa/protocol/uplink";
import { Aedes, type Client } from "aedes";
import { until } from "./until.ts";

/** A proven message of a station. */
export interface Heard {
  readonly station: string;
  readonly kind: UpKind;
  readonly session: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies field by field
  readonly body: any;
}

/** What answers a station's request for the time: any number of payloads, in this order. */
export type TimeAnswers = (request: TimeRequest, station: string) => readonly unknown[];

/**
 * Broker, assets and hub in the hand of the test, without TLS on loopback. It lets everybody in and sends whatever the test
 * wants; it reads what stations say only when their secret proves it.
 */
export class HostileHub {
  readonly heard: Heard[] = [];
  /** Served at `/assets/<sha256>`, whatever they hash to. */
  readonly assets = new Map<string, Uint8Array>();
  answersTime: TimeAnswers = () => [];
  readonly #secrets = new Map<string, Buffer>();
  readonly #clients = new Map<string, Client>();
  readonly #aedes = new Aedes();
  readonly #sockets: Server;
  readonly #http: HttpServer;

  constructor() {
    this.#sockets = createServer((socket) => this.#aedes.handle(socket));
    this.#http = createHttpServer((request, response) => {
      const bytes = this.assets.get(request.url?.split("/").at(-1) ?? "");
      response.writeHead(bytes ? 200 : 404).end(bytes);
    });
  }

  async start(): Promise<this> {
    await this.#aedes.listen();
    this.#aedes.on("clientReady", (client) => this.#clients.set(client.id, client));
    this.#aedes.on("publish", ({ topic, payload }, client) => {
      if (client) this.#hear(topic, Buffer.from(payload));
    });
    for (const server of [this.#sockets, this.#http]) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    }
    return this;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.#aedes.close(() => done()));
    this.#http.closeAllConnections();
    for (const server of [this.#sockets, this.#http])
      await new Promise<void>((done) => server.close(() => done()));
  }

  /** Where a station finds this hub; its secret proves what it says. */
  addresses(station: string, secret: Buffer): { mqtt: string; assets: string; secret: string } {
    this.#secrets.set(station, secret);
    return {
      mqtt: `mqtt://127.0.0.1:${portOf(this.#sockets)}`,
      assets: `http://127.0.0.1:${portOf(this.#http)}`,
      secret: secret.toString("base64url"),
    };
  }

  send(topic: string, payload: string | Uint8Array, qos: 0 | 1 = 1): Promise<void> {
    const packet = { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain: false, dup: false };
    return new Promise((done, failed) =>
      this.#aedes.publish(packet as Parameters<Aedes["publish"]>[0], (error) =>
        error ? failed(error) : done(),
      ),
    );
  }

  /** Messages of a station, of one kind, heard since a place in `heard`. */
  since(place: number, station: string, kind: UpKind): Heard[] {
    return this.heard.slice(place).filter((one) => one.station === station && one.kind === kind);
  }

  /** The next ack of a station that fits. */
  ack(place: number, station: string, fits: (ack: Ack) => boolean, withinMs = 15_000): Promise<Ack> {
    return until(`ack of ${station}`, withinMs, () =>
      this.since(place, station, "ack")
        .map(({ body }) => body as Ack)
        .find(fits),
    );
  }

  /** Cuts a station's connection; resolves with what it says of itself once it is back. */
  async birth(station: string): Promise<Birth> {
    const place = this.heard.length;
    this.#clients.get(station)?.close();
    return until(
      `birth of ${station}`,
      15_000,
      () => this.since(place, station, "birth")[0]?.body as Birth | undefined,
    );
  }

  /** All receipts of a station, each once. */
  receipts(station: string): Receipt[] {
    const all = this.since(0, station, "receipt").flatMap(({ body }) => body.receipts as Receipt[]);
    return [...new Map(all.map((receipt) => [receipt.receiptId, receipt])).values()];
  }

  #hear(topic: string, payload: Buffer): void {
    const [, , , station = "", kind = ""] = topic.split("/");
    const secret = this.#secrets.get(station);
    if (!secret || topic !== upTopic(station, kind as UpKind)) return;
    const { session, body } = openUplink(secret, topic, payload);
    this.heard.push({ station, kind: kind as UpKind, session, body });
    if (kind !== "time") return;
    for (const answer of this.answersTime(check(TimeRequest, body, "time request"), station))
      void this.send(toTopic(station, "time"), JSON.stringify(answer), 0);
  }
}

const portOf = (server: Server | HttpServer) => (server.address() as AddressInfo).port;
