import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import { type Static, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { parse } from "yaml";
import { CapInbox } from "./interop/cap/rules-schema.ts";
import { CapProgram, CapSource, inboxFault, programFault, sourceFault } from "./interop/cap/source-schema.ts";
import { commandFault, SpeechCommand } from "./media/speech-command.ts";

const Port = Type.Integer({ minimum: 0, maximum: 65_535, description: "0 picks a free port" });

const DEFAULT_DATA = "./data/hub";

const schema = {
  data: Type.String({ minLength: 1, default: DEFAULT_DATA, description: "data folder" }),
  host: Type.String({ minLength: 1, default: "127.0.0.1", description: "address to listen on" }),
  publicHost: Type.Optional(
    Type.String({ minLength: 1, description: "name or address that stations are given; default: host" }),
  ),
  httpPort: Type.Union([Port], { default: 8080, description: "dashboard and API" }),
  mqttPort: Type.Union([Port], { default: 1883, description: "broker" }),
  stationPort: Type.Union([Port], { default: 8443, description: "enrolment and assets, for stations" }),
  timeZone: Type.String({ default: "Asia/Ho_Chi_Minh", description: "IANA zone of new areas" }),
  tls: Type.Enum(["on", "off"], { default: "on", description: "towards stations; off on loopback only" }),
  httpCert: Type.Optional(Type.String({ description: "PEM file; needed off loopback" })),
  httpKey: Type.Optional(Type.String({ description: "PEM file of the certificate's key" })),
  databaseUrl: Type.Optional(
    Type.String({ pattern: "^file:.+", description: "file:<path>; default: hub.db in the data folder" }),
  ),
  ffmpeg: Type.Optional(Type.String({ minLength: 1, description: "path of ffmpeg" })),
  espeak: Type.Optional(Type.String({ minLength: 1, description: "path of espeak-ng" })),
  speechCommands: Type.Array(SpeechCommand, {
    default: [],
    description: "voices, each with id, name, language and command: docs/speech.md",
  }),
  speechAtOnce: Type.Integer({ minimum: 1, maximum: 16, default: 2, description: "texts spoken at once" }),
  dashboard: Type.Optional(Type.String({ description: "folder of the built dashboard" })),
  tileUrl: Type.Optional(
    Type.String({
      pattern: "^https?://[^/]+/.*\\{z\\}.*\\{[xy]\\}.*\\{[xy]\\}",
      description:
        "map tiles, e.g. https://tiles.example/{z}/{x}/{y}.png; default: the dashboard's own outline",
    }),
  ),
  tileAttribution: Type.Optional(
    Type.String({ minLength: 1, description: "what the tiles' licence wants shown on the map; plain text" }),
  ),
  demo: Type.Boolean({ default: false, description: "demo areas, stations and accounts" }),
  demoStations: Type.Integer({ minimum: 0, maximum: 10_000, default: 8 }),
  demoEnvelope: Type.Enum(["daytime", "always"], {
    default: "daytime",
    description: "hours of the demo's areas when they are made: 05:00 to 22:00, or all day; with demo only",
  }),
  demoPassword: Type.Optional(
    Type.String({ minLength: 8, description: "default: made and kept in the data folder" }),
  ),
  alertConfirmation: Type.Enum(["off", "second-person"], {
    default: "off",
    description: "second-person: another person confirms each actual alert and each update of one",
  }),
  alertTotp: Type.Boolean({ default: false, description: "whoever sends alerts needs a second factor" }),
  alertLeadMs: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    default: 300,
    description: "from sending an alert to its start; covers its delivery, so that stations start in step",
  }),
  liveDelayMs: Type.Integer({
    minimum: 100,
    maximum: 5_000,
    default: 300,
    description:
      "from a sample's capture to its sound in live speech; 1500 where stations are on mobile links",
  }),
  liveRecordingDays: Type.Integer({
    minimum: 1,
    maximum: 3_650,
    default: 90,
    description: "days that the recording of live speech is kept after its end",
  }),
  capSources: Type.Array(CapSource, {
    default: [],
    description: "feeds of CAP alerts, each with name, url and areaId: docs/cap.md",
  }),
  capPrograms: Type.Array(CapProgram, {
    default: [],
    description: "programs that post CAP alerts, each with name, tokenId and areaId: docs/cap.md",
  }),
  capInbox: Type.Object(CapInbox.properties, {
    additionalProperties: false,
    default: {},
    description: "rules for CAP messages that people post; none of them airs: docs/cap.md",
  }),
  capConfirmation: Type.Enum(["one-person", "second-person"], {
    default: "one-person",
    description: "persons who send a waiting CAP alert; a person who posted it is one of them",
  }),
  capFeed: Type.Enum(["members", "public"], {
    default: "members",
    description: "who reads alerts as CAP: whoever is logged in or has a token, or everybody",
  }),
  capSender: Type.Optional(
    Type.String({
      pattern: "^[^\\s,<&]+$",
      description: "sender of this hub's own CAP messages; default: loa@<public host>",
    }),
  ),
  logLevel: Type.Enum(["debug", "info", "warn", "error", "silent"], { default: "info" }),
};

/** What `hub.yaml` may hold. Published as hub/hub.schema.json. */
export const HubConfigSchema = Type.Object(schema, { additionalProperties: false, title: "hub.yaml" });
export type HubConfig = Static<typeof HubConfigSchema>;

/** The environment variable of each key: `httpPort` is `LOA_HTTP_PORT`. */
export const variableOf = (key: string): string =>
  `LOA_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/**
 * Reads `$LOA_CONFIG`, else `hub.yaml` in the data folder when there is one; environment variables override its keys. Paths
 * come back absolute.
 * @throws CONFIG_INVALID naming file or variable, key, value and what is allowed
 */
export function loadConfig(environment: NodeJS.ProcessEnv): HubConfig {
  const { LOA_CONFIG, LOA_DATA } = environment;
  const file = resolve(LOA_CONFIG ?? join(LOA_DATA ?? DEFAULT_DATA, "hub.yaml"));
  const found = readFile(file, LOA_CONFIG !== undefined);
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(found)) values[key] = checked(key, value, file);
  for (const key of Object.keys(schema)) {
    const text = environment[variableOf(key)];
    if (text !== undefined) values[key] = checked(key, fromText(key, text), variableOf(key));
  }
  const config = Value.Default(HubConfigSchema, values) as HubConfig;
  return guard({ ...config, data: resolve(config.data) });
}

/** Whether an address is this machine's own and cannot be reached from elsewhere. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

function guard(config: HubConfig): HubConfig {
  if (!isZone(config.timeZone))
    refuse("timeZone", config.timeZone, "an IANA time zone such as Asia/Ho_Chi_Minh");
  if ((config.httpCert === undefined) !== (config.httpKey === undefined))
    refuse("httpKey", config.httpKey, "httpCert and httpKey together");
  if (config.tileUrl !== undefined && config.tileAttribution === undefined)
    refuse("tileAttribution", undefined, "the attribution of the tiles of tileUrl");
  const fault = commandFault(config.speechCommands);
  if (fault !== null) refuse("speechCommands", config.speechCommands, fault);
  const badSource = sourceFault(config.capSources);
  if (badSource !== null)
    refuse(
      "capSources",
      config.capSources.map(({ name }) => name),
      badSource,
    );
  const badProgram = programFault(config.capPrograms);
  if (badProgram !== null)
    refuse(
      "capPrograms",
      config.capPrograms.map(({ name }) => name),
      badProgram,
    );
  if (config.demoEnvelope === "always" && !config.demo)
    refuse("demoEnvelope", "always", "daytime: without demo, wider hours take two persons and a day");
  if (isLoopback(config.host)) return config;
  const elsewhere = `listening on ${config.host}, off loopback,`;
  if (config.tls === "off") refuse("tls", "off", `on: ${elsewhere} needs TLS`);
  if (config.demo) refuse("demo", true, `false: ${elsewhere} is refused with demo accounts`);
  if (config.httpCert === undefined) refuse("httpCert", undefined, `a PEM file: ${elsewhere} needs TLS`);
  return config;
}

function checked(key: string, value: unknown, source: string): unknown {
  const rule = (schema as Record<string, TSchema>)[key];
  if (!rule) refuse(key, value, `one of the keys ${Object.keys(schema).join(", ")}`, source);
  const unsafe = key === "capInbox" ? inboxFault(value) : null;
  if (unsafe !== null) refuse(key, value, unsafe, source);
  if (!Value.Check(rule, Value.Default(rule, structuredClone(value))))
    refuse(key, value, allowed(rule), source);
  return value;
}

function allowed(rule: TSchema): string {
  const {
    enum: names,
    anyOf,
    type,
    minimum,
    maximum,
    minLength,
    pattern,
  } = rule as Record<string, unknown> & TSchema;
  if (Array.isArray(names)) return names.join(" | ");
  if (Array.isArray(anyOf)) return allowed(anyOf[0]);
  if (type === "object") return (rule as { description?: string }).description ?? type;
  if (type === "array") return `list of ${(rule as { description?: string }).description}`;
  const range = minimum === undefined ? "" : ` from ${minimum} to ${maximum}`;
  const length = minLength === undefined ? "" : ` of at least ${minLength} characters`;
  return `${type}${range}${length}${pattern === undefined ? "" : ` like ${pattern}`}`;
}

function refuse(key: string, value: unknown, allows: string, source = "configuration"): never {
  const shown = /password/i.test(key) ? "(not shown)" : JSON.stringify(value);
  throw new LoaError(
    "CONFIG_INVALID",
    `${source}: ${key} (${variableOf(key)}) is ${shown}; allowed: ${allows}`,
    { source, key, allowed: allows },
  );
}

function fromText(key: string, text: string): unknown {
  const rule = (schema as Record<string, TSchema>)[key] as { type?: string; anyOf?: { type: string }[] };
  const type = rule.type ?? rule.anyOf?.[0]?.type;
  if (type === "integer" && /^-?\d+$/.test(text)) return Number(text);
  if (type === "array" || type === "object") return fromJson(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readFile(file: string, wanted: boolean): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (!wanted) return {};
    throw new LoaError("CONFIG_INVALID", `${file}: cannot be read`, { file }, { cause });
  }
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (cause) {
    throw new LoaError(
      "CONFIG_INVALID",
      `${file}: is not YAML: ${(cause as Error).message}`,
      { file },
      { cause },
    );
  }
  if (typeof value !== "object" || Array.isArray(value))
    throw new LoaError("CONFIG_INVALID", `${file}: must hold keys with values`, { file });
  return value as Record<string, unknown>;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
