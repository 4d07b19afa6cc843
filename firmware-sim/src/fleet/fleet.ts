import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { chosen } from "./core/chance.ts";
import { latencyFigures, mergeLatencies } from "./core/latency.ts";
import type { Deed, Whom } from "./core/script.ts";
import { MEASURED } from "./crew.ts";
import type { CrewReport, ToCrew } from "./fleet-messages.ts";
import type { KeptFleet } from "./identities.ts";

const PROCESS = join(import.meta.dirname, "fleet-process.ts");
/** Identities travel in parts; one message of thousands would stand in the way of others. */
const PER_MESSAGE = 500;
const END_WITHIN_MS = 4_000;
/** A young generation that is small, for memory, but holds what a burst of messages leaves behind: what outlives it is swept at a high price. */
const LEAN = ["--max-semi-space-size=8"];

/** How a fleet is run. Shares are 0 to 1. */
export interface FleetOptions {
  readonly workers: number;
  /** Share of signed messages whose signature is verified. */
  readonly verify: number;
  /** Share of stations that really fetch the audio of their plans. */
  readonly assets: number;
  /** First connections are spread over this. */
  readonly rampMs: number;
}

interface Worker {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  readonly stations: ReadonlySet<string>;
  report: CrewReport | null;
}

/** Thousands of light stations in few processes. */
export class Fleet {
  readonly #fleet: KeptFleet;
  readonly #options: FleetOptions;
  readonly #log: Logger;
  readonly #workers: Worker[] = [];
  #deeds = 0;
  #ending = false;

  /** `broken`: told when a process of stations ends by itself. */
  constructor(fleet: KeptFleet, options: FleetOptions, log: Logger, broken: (error: LoaError) => void) {
    this.#fleet = fleet;
    this.#options = options;
    this.#log = log;
    for (let n = 0; n < options.workers; n++) this.#workers.push(this.#spawn(n, broken));
  }

  get size(): number {
    return this.#fleet.stations.length;
  }

  /** Has every station connect. */
  start(): void {
    for (const { child } of this.#workers) tell(child, { say: "start", withinMs: this.#options.rampMs });
  }

  /** Does something to stations and answers which. @throws NOT_FOUND for a station that is not of the fleet */
  do(deed: Deed, whom: Whom): string[] {
    const stations = this.#whom(whom);
    const named = new Set(stations);
    for (const { child, stations: own } of this.#workers) {
      const concerned = [...own].filter((id) => named.has(id));
      if (concerned.length > 0) tell(child, { say: "deed", deed, stations: concerned });
    }
    this.#log.info({ ...deed, stations: stations.length }, "done to the fleet");
    return stations;
  }

  /** How all stations together are and how they do. */
  view() {
    const reports = this.#workers.flatMap(({ report }) => report ?? []);
    const add = (of: (report: CrewReport) => number) => reports.reduce((sum, report) => sum + of(report), 0);
    return {
      fleet: this.size,
      workers: this.#workers.length,
      verify: this.#options.verify,
      states: sums(reports.map(({ states }) => states)),
      planConfirmed: add(({ confirmed }) => confirmed),
      onAir: add(({ onAir }) => onAir),
      alerting: add(({ alerting }) => alerting),
      receiptsUnsent: add(({ receiptsUnsent }) => receiptsUnsent),
      verified: add(({ verified }) => verified),
      counts: sums(reports.map(({ counts }) => counts)),
      latencies: Object.fromEntries(
        MEASURED.map((name) => [
          name,
          latencyFigures(mergeLatencies(reports.map((one) => one.latencies[name]))),
        ]),
      ),
      rssBytes: add(({ rssBytes }) => rssBytes),
      cpuMs: add(({ cpuMs }) => cpuMs),
    };
  }

  /** Says goodbye for every station and ends the processes; one that does not end is killed. */
  async stop(): Promise<void> {
    this.#ending = true;
    for (const { child } of this.#workers) tell(child, { say: "end" });
    const force = setTimeout(() => {
      for (const { child } of this.#workers) child.kill("SIGKILL");
    }, END_WITHIN_MS);
    await Promise.all(this.#workers.map(({ ended }) => ended));
    clearTimeout(force);
  }

  #whom(whom: Whom): string[] {
    const ids = this.#fleet.stations.map(({ station }) => station);
    if ("share" in whom) return chosen(ids, whom.share, String(++this.#deeds));
    const known = new Set(ids);
    const unknown = whom.stations.find((id) => !known.has(id));
    if (unknown !== undefined) throw new LoaError("NOT_FOUND", `there is no station ${unknown} in the fleet`);
    return [...whom.stations];
  }

  #spawn(n: number, broken: (error: LoaError) => void): Worker {
    const { workers, verify, assets } = this.#options;
    const { hub, session } = this.#fleet;
    const own = this.#fleet.stations.filter((_, index) => index % workers === n);
    const child = fork(PROCESS, { execArgv: LEAN, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const worker: Worker = {
      child,
      ended,
      stations: new Set(own.map(({ station }) => station)),
      report: null,
    };
    child.on("message", (message: CrewReport) => {
      worker.report = message;
    });
    child.on("error", (error) => this.#log.error({ error }, "a process of stations has an error"));
    child.once("exit", (code, signal) => {
      if (!this.#ending)
        broken(new LoaError("INTERNAL", `a process of stations ended by itself (${signal ?? code})`));
    });
    const fetching = new Set(
      chosen(
        own.map(({ station }) => station),
        assets,
        "assets",
      ),
    );
    tell(child, { say: "crew", hub, session, verify });
    for (let from = 0; from < own.length; from += PER_MESSAGE)
      tell(child, {
        say: "stations",
        stations: own
          .slice(from, from + PER_MESSAGE)
          .map((identity) => ({ ...identity, fetches: fetching.has(identity.station) })),
      });
    return worker;
  }
}

function tell(child: ChildProcess, message: ToCrew): void {
  if (child.connected) child.send(message, () => {});
}

function sums(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const part of parts) for (const [name, n] of Object.entries(part)) sum[name] = (sum[name] ?? 0) + n;
  return Object.fromEntries(Object.entries(sum).sort(([a], [b]) => (a < b ? -1 : 1)));
}
