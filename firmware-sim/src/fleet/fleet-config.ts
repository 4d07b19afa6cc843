import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { LoaError } from "@loa/kernel/errors";
import { parse } from "yaml";
import { durationMs, parseScript, parseStep, type Step, shareOf } from "./core/script.ts";
import type { DeskAccess } from "./desk.ts";
import type { FleetOptions } from "./fleet.ts";

const PER_WORKER = 2_500;
const MOST = 100_000;
const DEFAULT_RAMP_MS = 5_000;

/** What a fleet was started with. */
export interface FleetConfig extends FleetOptions {
  readonly count: number;
  readonly data: string;
  readonly port: number;
  /** null: no password was given; what is kept has to do. */
  readonly desk: DeskAccess | null;
  readonly script: readonly Step[];
  /** null: until a signal. */
  readonly seconds: number | null;
}

const OPTIONS = {
  fleet: { type: "string" },
  workers: { type: "string" },
  verify: { type: "string" },
  assets: { type: "string" },
  ramp: { type: "string" },
  at: { type: "string", multiple: true },
  script: { type: "string" },
  seconds: { type: "string" },
} as const;

/**
 * Reads the command line and `LOA_HUB_URL`, `LOA_USERNAME`, `LOA_PASSWORD`.
 * @throws CONFIG_INVALID naming the option, its value and what is allowed
 */
export function readFleetConfig(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { data, port }: { data: string; port: number },
): FleetConfig {
  const given = argumentsOf(args);
  const count = whole("--fleet", given.fleet, 1, MOST);
  const most = Math.min(Math.ceil(count / PER_WORKER), Math.max(availableParallelism(), 2) * 4);
  const steps = [...(given.at ?? []).map(parseStep), ...(given.script ? scriptOf(given.script) : [])];
  return {
    ...{ count, data, port },
    workers: given.workers === undefined ? most : whole("--workers", given.workers, 1, 64),
    verify: shareOf(given.verify ?? 1),
    assets: shareOf(given.assets ?? 0),
    rampMs: given.ramp === undefined ? DEFAULT_RAMP_MS : durationMs(given.ramp),
    desk: deskOf(env),
    script: steps.sort((a, b) => a.atMs - b.atMs),
    seconds: given.seconds === undefined ? null : durationMs(given.seconds) / 1_000,
  };
}

function argumentsOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (cause) {
    const allowed = Object.keys(OPTIONS).map((name) => `--${name}`);
    const why = `command line: ${(cause as Error).message}; allowed are ${allowed.join(", ")}`;
    throw new LoaError("CONFIG_INVALID", why, {}, { cause });
  }
}

function deskOf({ LOA_HUB_URL, LOA_USERNAME, LOA_PASSWORD }: NodeJS.ProcessEnv): DeskAccess | null {
  if (!LOA_PASSWORD) return null;
  return {
    url: LOA_HUB_URL || "http://127.0.0.1:8080",
    username: LOA_USERNAME || "admin",
    password: LOA_PASSWORD,
  };
}

function scriptOf(file: string): Step[] {
  try {
    return parseScript(parse(readFileSync(resolve(file), "utf8")));
  } catch (cause) {
    if (cause instanceof LoaError)
      throw new LoaError("CONFIG_INVALID", `${file}: ${cause.message}`, {}, { cause });
    throw new LoaError("CONFIG_INVALID", `${file}: cannot be read as YAML: ${cause}`, { file }, { cause });
  }
}

function whole(key: string, value: string | undefined, least: number, most: number): number {
  if (value !== undefined && /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most)
    return Number(value);
  throw new LoaError("CONFIG_INVALID", `command line: ${key}: "${value}"; allowed is ${least} to ${most}`, {
    key,
  });
}
