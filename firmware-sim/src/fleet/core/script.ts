import { ERROR_CODES, type ErrorCode } from "@loa/kernel/error-codes";
import { LoaError } from "@loa/kernel/errors";
import { FAULT_CODES, type FaultCode } from "@loa/protocol/faults";

/** What a script can do to stations. */
export const DEEDS = [
  "normal",
  "lag",
  "freeze",
  "drop",
  "reconnect",
  "mute",
  "offline",
  "fault",
  "fail",
  "lockout",
  "unsynced",
] as const;
export type DeedName = (typeof DEEDS)[number];

/** One deed. `forMs` absent: until another one. */
export interface Deed {
  readonly do: DeedName;
  readonly forMs?: number;
  /** Of `lag`: how late acknowledgements go out. */
  readonly lagMs?: number;
  /** Of `fault`. */
  readonly code?: FaultCode;
  /** Of `fail`: what playouts end with. */
  readonly failure?: ErrorCode;
}

/** Whom a deed concerns: a share of the fleet, 0 to 1, or stations by name. */
export type Whom = { readonly share: number } | { readonly stations: readonly string[] };

/** A deed with its time after the start. */
export interface Step {
  readonly atMs: number;
  readonly deed: Deed;
  readonly whom: Whom;
}

const LAG_MS = 2_000;
const FAULT: FaultCode = "DOOR_OPEN";
const FAILURE: ErrorCode = "AUDIO_OUTPUT_LOST";

/** Reads `30s:drop:10%:40s`, i.e. when, what, whom and for how long; `lag=500ms`, `fault=LINE_OPEN` and `fail=AUDIO_OUTPUT_LOST` say more. @throws CONFIG_INVALID */
export function parseStep(text: string): Step {
  const [at = "", what = "", share = "100%", lasting, ...rest] = text.split(":");
  if (rest.length > 0) throw invalid(text, "has too many parts; allowed is 30s:drop:10%:40s");
  const [name = "", detail] = what.split("=");
  const said = detail === undefined ? {} : { [name === "lag" ? "lag" : "code"]: detail };
  return readStep({ at, do: name, ...said, share, ...(lasting !== undefined && { for: lasting }) });
}

/** Reads a script: a list of `{at, do, share or stations, for, lag, code}`. @throws CONFIG_INVALID */
export function parseScript(value: unknown): Step[] {
  if (!Array.isArray(value)) throw invalid(JSON.stringify(value), "is not a list of steps");
  return value.map(readStep).sort((a, b) => a.atMs - b.atMs);
}

/** Reads one step of a script, or a request's body, whose time is now. @throws CONFIG_INVALID */
export function readStep(value: unknown): Step {
  if (typeof value !== "object" || value === null) throw invalid(JSON.stringify(value), "is not a step");
  const {
    at = 0,
    do: name,
    share,
    stations,
    for: lasting,
    forSeconds,
    lag,
    code,
    ...rest
  } = value as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw invalid(
      unknown,
      "is no field of a step; allowed are at, do, share, stations, for, forSeconds, lag, code",
    );
  const deed = readDeed(name, lag, code);
  const until = lasting ?? forSeconds;
  return {
    atMs: durationMs(at),
    deed: until === undefined ? deed : { ...deed, forMs: durationMs(until) },
    whom: readWhom(share, stations),
  };
}

function readDeed(name: unknown, lag: unknown, code: unknown): Deed {
  const found = DEEDS.find((deed) => deed === name);
  if (!found) throw invalid(String(name), `is no deed; allowed are ${DEEDS.join(", ")}`);
  const coded = found === "fault" || found === "fail";
  if ((lag !== undefined && found !== "lag") || (code !== undefined && !coded))
    throw invalid(found, "takes nothing more; lag takes a duration, fault and fail a code");
  if (found === "lag") return { do: found, lagMs: lag === undefined ? LAG_MS : durationMs(lag) };
  if (found === "fail") return { do: found, failure: failureOf(code ?? FAILURE) };
  if (found !== "fault") return { do: found };
  const fault = FAULT_CODES.find((one) => one === (code ?? FAULT));
  if (!fault) throw invalid(String(code), `is no fault; allowed are ${FAULT_CODES.join(", ")}`);
  return { do: found, code: fault };
}

function failureOf(code: unknown): ErrorCode {
  if (typeof code === "string" && Object.hasOwn(ERROR_CODES, code)) return code as ErrorCode;
  throw invalid(String(code), "is no error code; docs/errors.md lists them");
}

function readWhom(share: unknown, stations: unknown): Whom {
  if (stations === undefined) return { share: shareOf(share ?? 1) };
  if (Array.isArray(stations) && stations.every((one) => typeof one === "string")) return { stations };
  throw invalid(JSON.stringify(stations), "is not a list of station ids");
}

/** A share: `10%` or 0.1. @throws CONFIG_INVALID */
export function shareOf(value: unknown): number {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(String(value));
  const share = percent ? Number(percent[1]) / 100 : Number(value);
  if (value !== "" && value !== null && share >= 0 && share <= 1) return share;
  throw invalid(String(value), "is no share; allowed are 10% or 0.1");
}

/** A duration in ms: `500ms`, `30s`, `2m`, or a number of seconds. @throws CONFIG_INVALID */
export function durationMs(value: unknown): number {
  const [, number = "", unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(String(value)) ?? [];
  if (number !== "") return Number(number) * { ms: 1, s: 1_000, m: 60_000 }[unit as "ms" | "s" | "m"];
  throw invalid(String(value), "is no duration; allowed are 500ms, 30s, 2m");
}

function invalid(value: string, why: string): LoaError {
  return new LoaError("CONFIG_INVALID", `script: "${value}" ${why}`, { value });
}
