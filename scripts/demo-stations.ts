import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Children } from "./children.ts";
import type { DemoPerson } from "./demo-person.ts";
import { LEAN_NODE } from "./lean-node.ts";

const CONTROLLER = resolve(import.meta.dirname, "../controller/src/main.ts");

/** A station as the hub lists it. */
export interface DemoStation {
  readonly id: string;
  readonly zones: readonly { readonly id: string; readonly name: string; readonly horns: number }[];
}

/** All hours, full gain: the demo sounds whenever it is started. */
export const ALL_HOURS = {
  windows: Object.fromEntries(
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, [["00:00", "24:00"]]]),
  ),
  maxMinutesPerDay: 1_440,
  maxGainDb: 0,
};

/** The simulator's stations file: one board, amplifier and sound card for each station of the hub. */
export function writeSimStations(file: string, stations: readonly DemoStation[]): void {
  const simulated = stations.map(({ id, zones }) => ({
    stationId: id,
    zones: zones.map(({ id, horns }) => ({ id, horns })),
  }));
  writeFileSync(file, JSON.stringify(simulated, null, 2));
}

/** Enrols a station that is not yet enrolled, and starts its controller on the simulator's board and card. */
export async function startStation(
  children: Children,
  admin: DemoPerson,
  data: string,
  station: DemoStation,
): Promise<void> {
  const folder = join(data, "stations", station.id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const enrolled = existsSync(join(folder, "identity.json"));
  const label = enrolled ? undefined : JSON.stringify(await admin.post(`/stations/${station.id}/enrolment`));
  const hardware = join(data, "sim", station.id);
  const config = {
    station: station.id,
    data: folder,
    zones: station.zones,
    hardEnvelope: ALL_HOURS,
    board: { port: join(hardware, "board") },
    audio: { output: "socket", device: join(hardware, "card.sock") },
  };
  const file = join(folder, "station.yaml");
  writeFileSync(
    file,
    `# Written at every start of the demo. JSON is YAML.\n${JSON.stringify(config, null, 2)}\n`,
  );
  const env = { ...LEAN_NODE.env, LOA_DATA: folder, ...(label ? { LOA_LABEL: label } : {}) };
  await children.start({
    name: station.id,
    group: "stations",
    file: CONTROLLER,
    args: [file],
    nodeArgs: LEAN_NODE.args,
    env,
  });
}
