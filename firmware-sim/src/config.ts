import { resolve } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import { readStationsFile, type SimStation } from "./stations-file.ts";

/** What the simulator was started with. */
export interface SimConfig {
  /** Data folder, `LOA_DATA`. */
  readonly data: string;
  /** Port of fault injection, `LOA_SIM_PORT`; 0 takes a free one. */
  readonly port: number;
  readonly stations: readonly SimStation[];
}

const DEFAULT_PORT = 8090;

/**
 * Reads environment and command line. The stations file is `--stations <file>` or `LOA_SIM_STATIONS`.
 * @throws LoaError CONFIG_INVALID naming the variable or file, the value and what is allowed.
 */
export function readConfig(env: NodeJS.ProcessEnv, args: readonly string[]): SimConfig {
  return {
    ...readPlace(env),
    stations: readStationsFile(
      required("LOA_SIM_STATIONS", stationsArgument(args) ?? env.LOA_SIM_STATIONS, "a stations file"),
    ),
  };
}

/** Reads where to keep and where to serve. @throws CONFIG_INVALID */
export function readPlace(env: NodeJS.ProcessEnv): Pick<SimConfig, "data" | "port"> {
  return { data: resolve(required("LOA_DATA", env.LOA_DATA, "a folder")), port: portOf(env.LOA_SIM_PORT) };
}

function stationsArgument(args: readonly string[]): string | undefined {
  if (args.length === 0) return undefined;
  const [flag, file] = args;
  if (flag === "--stations" && file !== undefined && args.length === 2) return file;
  throw new LoaError("CONFIG_INVALID", `command line: ${args.join(" ")}: allowed is --stations <file>`);
}

function required(key: string, value: string | undefined, allowed: string): string {
  if (value) return value;
  throw new LoaError("CONFIG_INVALID", `environment: ${key}: is not set; allowed is ${allowed}`, { key });
}

function portOf(value: string | undefined): number {
  if (value === undefined || value === "") return DEFAULT_PORT;
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new LoaError("CONFIG_INVALID", `environment: LOA_SIM_PORT: "${value}"; allowed is 0 to 65535`, {
    key: "LOA_SIM_PORT",
    value,
  });
}
