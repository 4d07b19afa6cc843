import { mkdirSync } from "node:fs";
import path from "node:path";
import { LoaError } from "@loa/kernel/errors";
import type { Children, ReadyLine } from "./children.ts";
import { seedContent } from "./demo-content.ts";
import { DemoPerson } from "./demo-person.ts";
import { type DemoStation, startStation, writeSimStations } from "./demo-stations.ts";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Where the demo serves: hub's and simulator's ready lines in one. */
export interface DemoReady extends ReadyLine {
  readonly http: string;
  readonly mqtt: string;
  readonly sim: string;
  readonly ca: string;
  /** Of all demo accounts. */
  readonly password: string;
}

/** The demo once the first broadcast is planned. `library` resolves when all other content is there, too. */
export interface Demo {
  readonly ready: DemoReady;
  readonly library: Promise<void>;
}

export interface DemoOptions {
  /** Folder of all data; a second start finds it again. */
  readonly data: string;
}

/**
 * Starts the hub, the simulated hardware and one controller for each of the hub's stations, enrolled at the first start, and
 * sees that there is something to hear. Throws what `Children.start` throws.
 */
export async function startDemo(children: Children, { data }: DemoOptions): Promise<Demo> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const hubEnv = { LOA_DATA: path.join(data, "hub"), LOA_DEMO: "true" };
  const hub = await children.start({ name: "hub", group: "hub", file: part("hub/src/main.ts"), env: hubEnv });
  const [http, password] = [text(hub, "http"), text(hub, "demoPassword")];
  const admin = await DemoPerson.logIn(http, "admin", password);
  const stations = await demoStations(admin);

  const simStations = path.join(data, "sim-stations.json");
  writeSimStations(simStations, stations);
  const simEnv = { LOA_DATA: data, LOA_SIM_STATIONS: simStations };
  const sim = await children.start({
    name: "sim",
    group: "sim",
    file: part("firmware-sim/src/cli.ts"),
    env: simEnv,
  });
  const started = Promise.all(stations.map((station) => startStation(children, admin, data, station)));
  const [, { library }] = await Promise.all([started, seedContent({ http, password })]);
  if (process.env.LOA_DEMO_FLEET) await startFleet(children, data, http, password);
  const [mqtt, ca, simulator] = [text(hub, "mqtt"), text(hub, "ca"), text(sim, "sim")];
  return { ready: { event: "ready", http, mqtt, sim: simulator, ca, password }, library };
}

/** All but those of a fleet, which have no boards here; a fleet numbers its communes within their districts. */
async function demoStations(admin: DemoPerson): Promise<DemoStation[]> {
  const areas = (await admin.get("/areas")).items as { id: string; parentId: string | null }[];
  const above = new Set(areas.map(({ parentId }) => parentId));
  const isFleets = ({ id, parentId }: (typeof areas)[number]) =>
    parentId !== null && id.startsWith(`${parentId}-`) && /^\d\d$/.test(id.slice(parentId.length + 1));
  const communes = areas.filter((area) => !above.has(area.id) && !isFleets(area));
  const lists = communes.map(async ({ id }) => (await admin.get(`/stations?area=${id}&limit=500`)).items);
  return (await Promise.all(lists)).flat();
}

/** `LOA_DEMO_FLEET` light stations beside the others. */
async function startFleet(children: Children, data: string, http: string, password: string): Promise<void> {
  const env = { LOA_HUB_URL: http, LOA_USERNAME: "admin", LOA_PASSWORD: password };
  await children.start({
    name: "fleet",
    group: "fleet",
    file: part("firmware-sim/src/cli.ts"),
    args: ["--fleet", process.env.LOA_DEMO_FLEET ?? ""],
    env: { ...env, LOA_DATA: data, LOA_SIM_PORT: "0" },
  });
}

function text(line: ReadyLine, field: string): string {
  const value = line[field];
  if (typeof value === "string") return value;
  throw new LoaError("INTERNAL", `a ready line lacks ${field}`, { line });
}

const part = (file: string) => path.join(ROOT, file);
