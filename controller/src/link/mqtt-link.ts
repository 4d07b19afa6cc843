import { createRequire } from "node:module";
import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { backoffMs } from "@loa/kernel/retry";
import { stationSubscriptions, type UpKind, upTopic } from "@loa/protocol/topics";
import { plainProof, wrapUplink } from "@loa/protocol/uplink";
import type { MqttClient } from "mqtt";
import type { Identity } from "./identity.ts";

/** What the link tells the station. */
export interface LinkEvents {
  /** Connected and subscribed: time for a birth. */
  online(): void;
  offline(): void;
  /** Something arrived; nothing about it is believed yet. */
  message(topic: string, payload: Uint8Array): void;
}

/**
 * The package's CommonJS build shares mqtt-packet with the rest; its ES module holds a copy of its own, whose table of 65,536
 * ready-made numbers costs a small board 7 MB and cannot be turned off.
 */
const require = createRequire(import.meta.url);
const mqtt: typeof import("mqtt").default = require("mqtt");
const { writeToStream }: { writeToStream: { cacheNumbers: boolean } } = require("mqtt-packet");
writeToStream.cacheNumbers = false;

const KEEP_ALIVE_S = 20;
/** Of a SUBACK. Source: MQTT 3.1.1, 3.9.3 */
const REFUSED = 128;
/** Where a whole province comes back at once, a hub needs a while for each. */
const CONNECT_TIMEOUT_MS = 30_000;

/**
 * The MQTT connection: clean sessions, a last will, back-off with full jitter below 8 s. It queues nothing: what must arrive is kept in
 * the journal and sent again after a birth. `session` rises with every start; every message carries it.
 */
export class MqttLink {
  readonly #identity: Identity;
  readonly #secret: Buffer;
  readonly #session: number;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #events: LinkEvents;
  #areaPath: readonly string[];
  #client: MqttClient | null = null;
  #counter = 0;
  #attempt = 0;
  #online = false;
  #closed = false;
  #retry: Cancel = () => {};

  constructor(
    identity: Identity,
    {
      session,
      areaPath,
      clock,
      log,
    }: { session: number; areaPath: readonly string[]; clock: Clock; log: Logger },
    events: LinkEvents,
  ) {
    this.#identity = identity;
    this.#secret = Buffer.from(identity.secret, "base64url");
    this.#session = session;
    this.#areaPath = areaPath;
    this.#clock = clock;
    this.#log = log;
    this.#events = events;
  }

  get online(): boolean {
    return this.#online;
  }

  start(): void {
    if (this.#closed) return;
    const { mqtt: url, station, ca, certificate, key } = this.#identity;
    const plain = url.startsWith("mqtt:");
    const will = {
      topic: upTopic(station, "death"),
      payload: this.#wrap("death", { reason: "lost" }),
      qos: 1 as const,
      retain: false,
    };
    const client = mqtt.connect(url, {
      clientId: station,
      username: station,
      ...(plain ? { password: plainProof(this.#secret, "mqtt") } : { ca, cert: certificate, key }),
      protocolVersion: 4,
      clean: true,
      keepalive: KEEP_ALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      queueQoSZero: false,
      will: { ...will, payload: Buffer.from(will.payload) },
    });
    this.#client = client;
    client.on("connect", () => this.#subscribe(client));
    client.on("message", (topic, payload) => this.#events.message(topic, payload));
    client.on("error", (error) => this.#log.debug({ error: String(error) }, "the link has an error"));
    client.on("close", () => this.#lost(client));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#retry();
    this.send("death", { reason: "lost" }, 1);
    await this.#client?.endAsync().catch(() => {});
  }

  /** A changed path takes effect with the next connection, which is made at once. */
  moveTo(areaPath: readonly string[]): void {
    this.#areaPath = areaPath;
    this.#client?.end(true);
  }

  /** Sends a message if the link is up; false when it is not. `taken`: the broker has it. */
  send(kind: UpKind, message: unknown, qos: 0 | 1, taken: () => void = () => {}): boolean {
    const client = this.#client;
    if (!client || !this.#online) return false;
    client.publish(upTopic(this.#identity.station, kind), this.#wrap(kind, message), { qos }, (error) => {
      if (error) this.#log.debug({ kind, error: String(error) }, "a message was not taken");
      else taken();
    });
    return true;
  }

  #wrap(kind: UpKind, message: unknown): string {
    return wrapUplink(
      this.#secret,
      upTopic(this.#identity.station, kind),
      this.#session,
      ++this.#counter,
      message,
    );
  }

  /**
   * A station that was moved while it was away asks for topics of its old areas once more. The library calls one refused topic an error
   * of them all, though the others hold: it is on these that the hub tells the station its new place.
   */
  #subscribe(client: MqttClient): void {
    const topics = stationSubscriptions(this.#identity.station, this.#areaPath);
    client.subscribe(topics, { qos: 1 }, (error, _granted, answer) => {
      if (client !== this.#client || (error && !answer)) return;
      for (const [i, granted] of (answer?.granted ?? []).entries())
        if (granted === REFUSED) this.#log.warn({ topic: topics[i] }, "the hub refuses a subscription");
      this.#online = true;
      this.#attempt = 0;
      this.#events.online();
    });
  }

  #lost(client: MqttClient): void {
    if (client !== this.#client) return;
    this.#client = null;
    client.removeAllListeners();
    client.on("error", () => {});
    client.end(true);
    const wasOnline = this.#online;
    this.#online = false;
    if (wasOnline) this.#events.offline();
    if (this.#closed) return;
    const wait = backoffMs(this.#attempt++, Math.random());
    this.#retry = this.#clock.at("reconnect", this.#clock.now() + wait, () => this.start());
  }
}
