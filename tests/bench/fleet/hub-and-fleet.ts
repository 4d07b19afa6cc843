import { readFileSync } from "node:fs";
import { Commune } from "../../harness/commune.ts";
import { FleetProcess } from "../../harness/fleet.ts";
import { layOut, pointAtHub } from "./enrolled-fleet.ts";

const TICKS_PER_S = 100;
const SETTLED_WITHIN_MS = 300_000;
/** The fleet takes what was kept of its enrolment. */
const NO_PASSWORD = "";

/** How a hub with a fleet is set up. */
export interface FleetPlan {
  readonly stations: number;
  readonly tls: boolean;
  /** Options of the fleet beside its size. */
  readonly args?: readonly string[];
}

/** A hub in a process of its own and a fleet of light stations in others, all on loopback. */
export class HubAndFleet {
  readonly commune: Commune;
  readonly fleet: FleetProcess;
  readonly #stations: number;

  private constructor(commune: Commune, fleet: FleetProcess, stations: number) {
    this.commune = commune;
    this.fleet = fleet;
    this.#stations = stations;
  }

  /** Resolves when every station is online with its plan confirmed. The stations are enrolled before, once a run for each size. */
  static async start({ stations, tls, args = [] }: FleetPlan): Promise<HubAndFleet> {
    const commune = new Commune([], { LOA_TLS: tls ? "on" : "off", LOA_LOG_LEVEL: "warn" });
    await layOut(commune, stations);
    await commune.startHub();
    pointAtHub(commune);
    const fleet = new FleetProcess(commune, stations, ["--verify", "10%", ...args], NO_PASSWORD);
    const both = new HubAndFleet(commune, fleet, stations);
    try {
      await fleet.part.ready;
      await both.settled();
      return both;
    } catch (error) {
      await both.stop();
      throw error;
    }
  }

  async settled(): Promise<void> {
    await this.fleet.settled(this.#stations, SETTLED_WITHIN_MS);
  }

  /** Ends the hub as a power cut would, and starts it again at once. */
  async restartHub(): Promise<void> {
    const hub = this.commune.part("hub");
    hub.kill("SIGKILL");
    await hub.ended;
    await this.commune.startHub();
  }

  get hubPid(): number {
    return this.commune.part("hub").pid;
  }

  async stop(): Promise<void> {
    await this.fleet.part.stop();
    await this.commune.stop();
  }
}

/** Processor time that a process has used, all its threads, s. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/** Memory of a process that is in RAM, MB. */
export function rssMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
}
