import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepFleet, loadFleet } from "@loa/firmware-sim/fleet/identities";
import { Commune, PASSWORD } from "../../harness/commune.ts";
import { FleetProcess } from "../../harness/fleet.ts";

/** The hub's folder and the fleet's in a commune's. */
const PARTS = ["hub", "fleet-data"];
/** Of this run, by size: hub and fleet as they were right after the enrolment, both at rest. */
const enrolled = new Map<number, string>();
process.once("exit", () => {
  for (const folder of enrolled.values()) rmSync(folder, { recursive: true, force: true });
});

/** Lays a hub with a fleet of so many enrolled stations into a commune's folder: a copy, so that no bench finds what another left. */
export async function layOut(commune: Commune, stations: number): Promise<void> {
  copy(enrolled.get(stations) ?? (await enrol(stations)), commune.folder);
}

/** Tells a fleet at rest where its hub listens now; its identities are good with TLS and without. */
export function pointAtHub({ folder, hub }: Commune): void {
  const file = join(folder, "fleet-data", "fleet", "identities.json");
  const fleet = loadFleet(file);
  if (!fleet) throw new Error(`${file} is not there`);
  keepFleet(file, { ...fleet, hub: { ...fleet.hub, mqtt: hub.mqtt ?? "", assets: hub.stations ?? "" } });
}

async function enrol(stations: number): Promise<string> {
  const commune = new Commune([], { LOA_TLS: "off", LOA_LOG_LEVEL: "warn" });
  try {
    await commune.startHub();
    const fleet = new FleetProcess(commune, stations, [], PASSWORD);
    await fleet.part.ready.finally(() => fleet.part.stop());
    await commune.part("hub").stop();
    const folder = mkdtempSync(join(tmpdir(), "loa-enrolled-"));
    enrolled.set(stations, folder);
    copy(commune.folder, folder);
    return folder;
  } finally {
    await commune.stop();
  }
}

function copy(from: string, to: string): void {
  for (const part of PARTS) {
    mkdirSync(join(to, part), { recursive: true });
    cpSync(join(from, part), join(to, part), { recursive: true });
  }
}
