import { readFileSync } from "node:fs";
import { LoaError } from "@loa/kernel/errors";
import { StationId, Zone } from "@loa/protocol/identity";
import { check } from "@loa/protocol/parse";
import { reversedWindows, TimeEnvelope } from "@loa/protocol/time-envelope";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { parse as parseYaml } from "yaml";
import { AudioConfig } from "./audio/audio-config.ts";
import { BoardConfig } from "./hardware/board-config.ts";

/** A speaker line as commissioned: `hornOhms` is one horn's impedance on the 100 V line. */
const CommissionedZone = Type.Object({
  ...Zone.properties,
  hornOhms: Type.Number({
    minimum: 50,
    maximum: 10_000,
    default: 667,
    description: "impedance of one horn on the 100 V line, Ω",
  }),
});

/** Times of the amplifier. */
const AmplifierConfig = Type.Object(
  {
    warmUpMs: Type.Integer({
      minimum: 0,
      maximum: 60_000,
      default: 1_600,
      description: "mains relay closed until it has an output",
    }),
    zoneLeadMs: Type.Integer({
      minimum: 50,
      maximum: 10_000,
      default: 700,
      description: "zone relays close before the first sample",
    }),
    tailMs: Type.Integer({
      minimum: 0,
      maximum: 5_000,
      default: 120,
      description: "zone relays open after the last sample",
    }),
    idleOffMs: Type.Integer({
      minimum: 0,
      maximum: 600_000,
      default: 10_000,
      description: "amplifier stays on after the last sound",
    }),
  },
  { default: {} },
);

/** The alarm button. */
export const ButtonConfig = Type.Object(
  {
    tone: Type.Enum(["wail", "pulse", "steady"], {
      default: "wail",
      description: "the siren that it starts",
    }),
    soundMinutes: Type.Number({
      exclusiveMinimum: 0,
      maximum: 10,
      default: 3,
      description: "it ends by itself after this",
    }),
    holdMs: Type.Integer({
      minimum: 200,
      maximum: 10_000,
      default: 1_000,
      description: "pressed for so long it counts, to start the siren and to end it",
    }),
  },
  { additionalProperties: false, default: {} },
);
export type ButtonConfig = Static<typeof ButtonConfig>;

/** station.yaml: what is commissioned at the pole. Published as controller/station.schema.json. */
export const StationConfig = Type.Object(
  {
    station: StationId,
    data: Type.String({ minLength: 1, description: "folder for identity, plan, audio and receipts" }),
    label: Type.Optional(
      Type.String({ description: "enrolment label: its JSON text, or a file that holds it" }),
    ),
    zones: Type.Array(CommissionedZone, { minItems: 1, maxItems: 8 }),
    hardEnvelope: TimeEnvelope,
    amplifier: AmplifierConfig,
    board: BoardConfig,
    audio: AudioConfig,
    button: ButtonConfig,
    clock: Type.Object(
      { rtc: Type.Boolean({ default: true, description: "the board has a battery-backed clock" }) },
      { default: {} },
    ),
    logLevel: Type.Enum(["debug", "info", "warn", "error"], { default: "info" }),
  },
  { additionalProperties: false },
);
export type StationConfig = Static<typeof StationConfig>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Environment variables that override keys of station.yaml. */
const OVERRIDES: Readonly<Record<string, readonly string[]>> = {
  LOA_DATA: ["data"],
  LOA_LABEL: ["label"],
  LOA_BOARD_PORT: ["board", "port"],
  LOA_AUDIO_OUTPUT: ["audio", "output"],
  LOA_AUDIO_DEVICE: ["audio", "device"],
  LOA_LOG_LEVEL: ["logLevel"],
};

/**
 * Reads station.yaml and the environment.
 * @throws CONFIG_INVALID naming file or variable, key, value and what is allowed
 */
export function readConfig(file: string, env: Environment): StationConfig {
  const raw = readYaml(file);
  for (const [name, path] of Object.entries(OVERRIDES)) {
    const value = env[name];
    if (value !== undefined) assign(raw, path, value);
  }
  let config: StationConfig;
  try {
    config = check(StationConfig, Value.Default(StationConfig, raw), file);
  } catch (cause) {
    throw new LoaError("CONFIG_INVALID", describe(file, env, raw, cause), { file }, { cause });
  }
  const [reversed] = reversedWindows(config.hardEnvelope.windows);
  if (!reversed) return config;
  const told = `${file}: /hardEnvelope/windows = ${reversed}: ends before it begins; write a night as two windows`;
  throw new LoaError("CONFIG_INVALID", told, { file });
}

function readYaml(file: string): Record<string, unknown> {
  try {
    const raw: unknown = parseYaml(readFileSync(file, "utf8"));
    if (raw !== null && typeof raw === "object" && !Array.isArray(raw)) return raw as Record<string, unknown>;
  } catch (cause) {
    throw new LoaError("CONFIG_INVALID", `${file} cannot be read: ${String(cause)}`, { file }, { cause });
  }
  throw new LoaError("CONFIG_INVALID", `${file} must hold keys and values`, { file });
}

function assign(target: Record<string, unknown>, [key, ...rest]: readonly string[], value: string): void {
  if (key === undefined) return;
  if (rest.length === 0) target[key] = value;
  else {
    target[key] ??= {};
    const section = target[key];
    if (typeof section === "object") assign(section as Record<string, unknown>, rest, value);
  }
}

function describe(file: string, env: Environment, raw: unknown, cause: unknown): string {
  const problems =
    (cause instanceof LoaError && (cause.context.problems as { path: string; message: string }[])) || [];
  return (
    problems
      .map(
        ({ path, message }) =>
          `${sourceOf(path, file, env)}: ${path} = ${JSON.stringify(at(raw, path))}: ${message}`,
      )
      .join("; ") || String(cause)
  );
}

/** The variable that set a key, or the file. */
function sourceOf(pointer: string, file: string, env: Environment): string {
  const names = Object.keys(OVERRIDES).filter((name) => env[name] !== undefined);
  return names.find((name) => `/${OVERRIDES[name]?.join("/")}` === pointer) ?? file;
}

function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .filter(Boolean)
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
