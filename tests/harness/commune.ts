import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ALONE, type Answer, Person } from "./api.ts";
import { PartProcess } from "./process.ts";
import { until } from "./until.ts";

/** Of all accounts of a commune. */
export const PASSWORD = "thu-nghiem-2026";
const ALL_DAY = { mon: 1, tue: 1, wed: 1, thu: 1, fri: 1, sat: 1, sun: 1 };

/** The whole of a day, every day, at full gain. */
export const ALWAYS = {
  windows: Object.fromEntries(Object.keys(ALL_DAY).map((day) => [day, [["00:00", "24:00"]]])),
  maxMinutesPerDay: 1_440,
  maxGainDb: 0,
};

/** What one simulated station of a commune may differ in. */
export interface StationOptions {
  readonly id: string;
  readonly crystalPpm?: number;
  readonly hardEnvelope?: unknown;
  /** Section `audio` of station.yaml; default: the simulator's sound card. */
  readonly audio?: Record<string, unknown>;
  readonly env?: Readonly<Record<string, string>>;
  /** Keys of section `board` that differ. */
  readonly board?: Record<string, unknown>;
  /** Section `button` of station.yaml. */
  readonly button?: Record<string, unknown>;
  /** Its hardware stands there, but somebody else registers and enrols it. */
  readonly unregistered?: boolean;
}

/**
 * A hub, a simulator and some stations, each a process of its own in a temporary folder, joined as shipped: enrolment with one-time codes,
 * TLS, pseudo-terminals, sound-card sockets.
 */
export class Commune {
  readonly folder = mkdtempSync(join(tmpdir(), "loa-"));
  readonly simData = join(this.folder, "sim");
  readonly #stations: readonly StationOptions[];
  readonly #parts = new Map<string, PartProcess>();
  readonly #hubEnv: Readonly<Record<string, string>>;
  #ports: Record<string, string> = { LOA_HTTP_PORT: "0", LOA_MQTT_PORT: "0", LOA_STATION_PORT: "0" };
  hub: Record<string, string> = {};
  sim = "";

  constructor(stations: readonly StationOptions[], hubEnv: Readonly<Record<string, string>> = {}) {
    this.#stations = stations;
    this.#hubEnv = hubEnv;
  }

  get hubData(): string {
    return join(this.folder, "hub");
  }
  stationData(id: string): string {
    return join(this.folder, "stations", id);
  }

  /** Starts everything; resolves when every station is online. */
  async start(): Promise<this> {
    try {
      return await this.#startAll();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #startAll(): Promise<this> {
    await Promise.all([this.startHub(), this.startSim()]);
    const admin = await this.person("admin");
    const { areaId: commune } = (await (await this.person("xa")).get("/me")).user;
    const registered = this.#stations.filter(({ unregistered }) => !unregistered);
    for (const station of registered) {
      await admin.post("/stations", {
        id: station.id,
        name: `Cụm ${station.id}`,
        areaId: commune,
        zones: zones(),
      });
      const label = await admin.post(`/stations/${station.id}/enrolment`);
      this.writeStation(station.id, { label: JSON.stringify(label) });
      this.startStation(station.id);
    }
    await Promise.all(registered.map(({ id }) => this.online(id)));
    return this;
  }

  person(username: string): Promise<Person> {
    return Person.logIn(this.hub.http ?? "", username, PASSWORD);
  }

  /** Starts the hub; a second start finds its ports again. */
  async startHub(): Promise<void> {
    mkdirSync(this.hubData, { recursive: true });
    const env = {
      LOA_DATA: this.hubData,
      LOA_DEMO: "true",
      LOA_DEMO_STATIONS: "0",
      LOA_DEMO_ENVELOPE: "always",
      LOA_DEMO_PASSWORD: PASSWORD,
      ...this.#ports,
      ...this.#hubEnv,
    };
    const hub = this.#start("hub", "hub/src/main.ts", [], env);
    this.hub = (await hub.ready) as Record<string, string>;
    const port = (url: string | undefined) => new URL(url ?? "").port;
    this.#ports = {
      LOA_HTTP_PORT: port(this.hub.http),
      LOA_MQTT_PORT: port(this.hub.mqtt),
      LOA_STATION_PORT: port(this.hub.stations),
    };
  }

  /** Writes a station's station.yaml; `more`: the label, or keys that differ. */
  writeStation(id: string, more: Record<string, unknown>): void {
    const { hardEnvelope, audio, board, button } = this.#stations.find((station) => station.id === id) ?? {};
    const data = this.stationData(id);
    mkdirSync(data, { recursive: true });
    const hardware = join(this.simData, "sim", id);
    const config = {
      station: id,
      data,
      zones: zones(),
      hardEnvelope: hardEnvelope ?? ALWAYS,
      amplifier: { idleOffMs: 2_000 },
      board: { port: join(hardware, "board"), ...board },
      ...(button && { button }),
      audio: audio ?? { output: "socket", device: join(hardware, "card.sock") },
      ...more,
    };
    writeFileSync(join(data, "station.yaml"), stringify(config));
  }

  startStation(id: string): PartProcess {
    const options = this.#stations.find((station) => station.id === id);
    const env = { ...options?.env };
    return this.#start(id, "controller/src/main.ts", [join(this.stationData(id), "station.yaml")], env);
  }

  /** Bytes of an asset that the hub holds. */
  asset(sha256: string): Buffer {
    return readFileSync(join(this.hubData, "assets", sha256.slice(0, 2), sha256));
  }

  part(name: string): PartProcess {
    const part = this.#parts.get(name);
    if (!part) throw new Error(`${name} was never started`);
    return part;
  }

  async online(id: string): Promise<void> {
    const admin = await this.person("admin");
    await until(`${id} online`, 60_000, async () =>
      (await admin.get(`/stations/${id}`)).status === "online" ? true : null,
    );
  }

  /** The simulator's own truth about a station. */
  async truth(id: string): Promise<Answer> {
    const { items } = await this.#askSim("");
    return items.find(({ stationId }: Answer) => stationId === id);
  }

  /** Events of a station as the simulator stamped them. */
  async simEvents(id: string, since = 0): Promise<Answer[]> {
    return (await this.#askSim(`/${id}/events?since=${since}`)).items;
  }

  /** Does something to a simulated station: `reset`, `unplug`, `replug`, `faults`, `button`. */
  async disturb(id: string, what: string, body?: unknown): Promise<void> {
    await this.#askSim(`/${id}/${what}`, "POST", body);
  }

  /** Takes every fault of a simulated station back. */
  async mend(id: string): Promise<void> {
    await this.#askSim(`/${id}/faults`, "DELETE");
  }

  async #askSim(path: string, method = "GET", body?: unknown): Promise<Answer> {
    const init = { method, headers: ALONE, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${this.sim}/stations${path}`, init);
    if (!response.ok) throw new Error(`the simulator answers ${response.status}: ${await response.text()}`);
    return response.json();
  }

  log(name: string): string {
    return readFileSync(join(this.folder, `${name}.log`), "utf8");
  }

  /** Ends every process and removes the folder. */
  async stop(): Promise<void> {
    const ending = [...this.#parts]
      .filter(([name]) => name !== "hub" && name !== "sim")
      .map(([, part]) => part.stop());
    await Promise.all(ending);
    await this.#parts.get("sim")?.stop();
    await this.#parts.get("hub")?.stop();
    if (process.env.LOA_KEEP) process.stderr.write(`kept ${this.folder}\n`);
    else rmSync(this.folder, { recursive: true, force: true });
  }

  async startSim(): Promise<void> {
    mkdirSync(this.simData, { recursive: true });
    const file = join(this.folder, "sim-stations.json");
    const stations = this.#stations.map(({ id, crystalPpm }) => ({
      stationId: id,
      zones: zones().map((zone) => ({ id: zone.id, horns: zone.horns })),
      ...(crystalPpm === undefined ? {} : { crystalPpm }),
    }));
    writeFileSync(file, JSON.stringify(stations));
    const env = { LOA_DATA: this.simData, LOA_SIM_PORT: "0", LOA_SIM_STATIONS: file };
    this.sim = String((await this.#start("sim", "firmware-sim/src/cli.ts", [], env).ready).sim);
  }

  #start(
    name: string,
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): PartProcess {
    const part = new PartProcess(file, args, env, join(this.folder, `${name}.log`));
    this.#parts.set(name, part);
    return part;
  }
}

const zones = () => [
  { id: "z1", name: "Hướng chợ", horns: 4 },
  { id: "z2", name: "Hướng đình", horns: 3 },
];
