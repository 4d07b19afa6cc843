import { createHmac } from "node:crypto";
import type { Refusal } from "@loa/hub/broker/access";
import { EmbeddedBroker } from "@loa/hub/broker/embedded";
import { silentLog } from "@loa/kernel/log";
import { stationSubscriptions } from "@loa/protocol/topics";
import type { IConnectPacket, ISubackPacket } from "mqtt-packet";
import { Wire } from "./mqtt-wire.ts";

const AREAS = ["nghe-an", "nam-dan"];
/** What a station sends as its password; the secret is its own id. */
export const proofOf = (station: string) => createHmac("sha256", station).update("mqtt").digest("hex");

/** The broker in plain text on loopback; every id that begins with `tram-` is a station. */
export class PlainBroker {
  readonly refusals: Refusal[] = [];
  readonly heard: [station: string, topic: string, payload: string][] = [];
  readonly broker: EmbeddedBroker;
  address = "";
  /** The broker's clock for limits, ms. */
  now = 0;
  readonly #wires: Wire[] = [];

  constructor() {
    this.broker = new EmbeddedBroker({
      ...{ host: "127.0.0.1", port: 0, tls: null, log: silentLog, now: () => this.now },
      gate: {
        byCertificate: () => null,
        byProof: (station, _purpose, proof) =>
          station.startsWith("tram-") && proof === proofOf(station) ? station : null,
        areaPath: () => AREAS,
        refused: (refusal) => this.refusals.push(refusal),
      },
    });
    this.broker.onMessage((station, topic, payload) =>
      this.heard.push([station, topic, Buffer.from(payload).toString()]),
    );
  }

  async start(): Promise<this> {
    this.address = await this.broker.listen();
    return this;
  }

  /** A connection on which nothing was said yet. */
  open(): Wire {
    const wire = new Wire(this.address);
    this.#wires.push(wire);
    return wire;
  }

  /** A station whose CONNECT was accepted. */
  async connected(station: string, more: Partial<IConnectPacket> = {}): Promise<Wire> {
    const wire = this.open().send(connectOf(station, more));
    const answer = await wire.next();
    if (answer?.cmd !== "connack" || answer.returnCode !== 0)
      throw new Error(`refused: ${JSON.stringify(answer)}`);
    return wire;
  }

  /** A station that is subscribed to everything of its own. */
  async subscribed(station: string, qos: 0 | 1 | 2 = 1): Promise<Wire> {
    const wire = await this.connected(station);
    await subscribe(wire, stationSubscriptions(station, AREAS), qos);
    return wire;
  }

  async stop(): Promise<void> {
    for (const wire of this.#wires) wire.end();
    await this.broker.close();
  }
}

export function connectOf(station: string, more: Partial<IConnectPacket> = {}): IConnectPacket {
  return {
    ...{
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clean: true,
      clientId: station,
      keepalive: 20,
    },
    ...{ username: station, password: Buffer.from(proofOf(station)) },
    ...more,
  };
}

/** Subscribes; answers what was granted. */
export async function subscribe(wire: Wire, filters: readonly string[], qos: 0 | 1 | 2 = 1) {
  wire.send({ cmd: "subscribe", messageId: 77, subscriptions: filters.map((topic) => ({ topic, qos })) });
  const answer = (await wire.until("suback")).at(-1) as ISubackPacket | undefined;
  return answer?.granted ?? null;
}
