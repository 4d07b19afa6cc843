import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@loa/kernel/log";
import type { AreaId, StationId } from "@loa/protocol/identity";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { stationKeys } from "../trust/certificate-request.fixture.ts";
import type { Issued } from "../trust/certificates.ts";
import { type HubTrust, openTrust } from "../trust/hub-trust.ts";
import type { Refusal, StationGate } from "./access.ts";
import { EmbeddedBroker } from "./embedded.ts";

/** A broker over real TLS on loopback with the hub's own CA, and clients with real certificates. For tests. */
export class TestBroker {
  readonly trust: HubTrust;
  readonly broker: EmbeddedBroker;
  readonly address: string;
  readonly refusals: Refusal[] = [];
  readonly current = new Map<StationId, Issued>();
  readonly paths = new Map<StationId, AreaId[]>();
  readonly #folder: string;
  readonly #clients: MqttClient[] = [];

  private constructor(folder: string, trust: HubTrust, make: (gate: StationGate) => EmbeddedBroker) {
    this.#folder = folder;
    this.trust = trust;
    this.broker = make({
      byCertificate: ({ commonName, fingerprint }) =>
        this.current.get(commonName)?.fingerprint === fingerprint ? commonName : null,
      byProof: () => null,
      areaPath: (station) => this.paths.get(station) ?? [],
      refused: (refusal) => this.refusals.push(refusal),
    });
    this.address = "";
  }

  static async start(): Promise<TestBroker> {
    const folder = await mkdtemp(join(tmpdir(), "loa-broker-"));
    const trust = await openTrust(folder, ["localhost", "127.0.0.1"], Date.now());
    const test = new TestBroker(
      folder,
      trust,
      (gate) =>
        new EmbeddedBroker({
          host: "127.0.0.1",
          port: 0,
          tls: { ...trust.server, ca: trust.ca.pem },
          gate,
          log: silentLog,
        }),
    );
    (test as { address: string }).address = await test.broker.listen();
    return test;
  }

  /** Makes a key and a certificate; the newest of a name is its current one. */
  async enrol(station: StationId, areaPath: AreaId[] = ["nghe-an", "nam-dan"]): Promise<IClientOptions> {
    const { key, csr } = await stationKeys(station);
    const issued = await this.trust.issueStation(
      station,
      csr,
      Date.now(),
      this.current.get(station)?.serial ?? null,
    );
    this.current.set(station, issued);
    this.paths.set(station, areaPath);
    return { key, cert: issued.pem, clientId: station };
  }

  /** Connects; rejects when the broker does not accept. */
  async connect(identity: IClientOptions, more: IClientOptions = {}): Promise<MqttClient> {
    const client = mqtt.connect(this.address, {
      ca: this.trust.ca.pem,
      rejectUnauthorized: true,
      reconnectPeriod: 0,
      connectTimeout: 5_000,
      keepalive: 20,
      protocolVersion: 4,
      clean: true,
      ...identity,
      ...more,
    });
    this.#clients.push(client);
    await new Promise<void>((resolve, reject) => {
      client.once("connect", () => resolve());
      client.once("error", reject);
      client.once("close", () => reject(new Error("closed")));
    });
    client.on("error", () => {});
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.end(true);
    await this.broker.close();
    await rm(this.#folder, { recursive: true });
  }
}

/** Resolves when the connection closes. */
export const closed = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => (client.connected ? client.once("close", () => resolve()) : resolve()));
