import { isBuiltin } from "node:module";
import path from "node:path";

/** A TypeScript file: its path from the root, with forward slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

interface Part {
  /** Other parts whose packages it imports. */
  readonly parts: readonly string[];
  /** Whether Node's own modules may be imported. */
  readonly node: boolean;
  /** Folders of `src` in which third parties may be imported; "anywhere" in all of it. */
  readonly thirdParties: "anywhere" | readonly string[];
}

const ALL = ["kernel", "protocol", "controller", "hub", "dashboard", "firmware-sim"];

/** Who may import what. Source: docs/architecture.md, parts. */
const PARTS: Readonly<Record<string, Part>> = {
  kernel: { parts: [], node: false, thirdParties: [] },
  protocol: { parts: ["kernel"], node: true, thirdParties: [] },
  controller: {
    parts: ["kernel", "protocol"],
    node: true,
    thirdParties: ["adapters", "audio", "hardware", "link", "pole"],
  },
  hub: {
    parts: ["kernel", "protocol"],
    node: true,
    thirdParties: ["adapters", "broker", "http", "interop", "media", "store", "trust"],
  },
  dashboard: { parts: ["kernel", "protocol"], node: false, thirdParties: "anywhere" },
  "firmware-sim": { parts: ["kernel"], node: true, thirdParties: "anywhere" },
  tests: { parts: ALL, node: true, thirdParties: "anywhere" },
  scripts: { parts: ["kernel", "protocol"], node: true, thirdParties: "anywhere" },
};

/** Third parties that compute without I/O, with the files of a part that may import them (a prefix of the path in `src`). */
const PURE: readonly { readonly name: string; readonly part: string; readonly under: string }[] = [
  { name: "typebox", part: "protocol", under: "" },
  { name: "jose", part: "protocol", under: "envelope.ts" },
  { name: "typebox", part: "controller", under: "" },
  { name: "typebox", part: "hub", under: "" },
  { name: "yaml", part: "controller", under: "config" },
  { name: "yaml", part: "hub", under: "config" },
  { name: "rrule-temporal", part: "hub", under: "schedule/" },
];

/** Composition roots: files that a process starts with. */
const ENTRY = /(^|\/)(main|cli|[a-z-]+-process)\.ts$/;
const TEST = /\.(test|fixture)\.ts$|^tests\/|\/src\/testing\//;
const IMPURE =
  /\b(Date\.now|new Date\(\s*\)|Math\.random|performance\.now|set(Timeout|Interval|Immediate)\b)/g;
const NOT_IN_CORE = ["@loa/kernel/system-clock", "@loa/kernel/ids"];
const VAGUE_NAME = /(^|[-.])(utils?|helpers?|managers?)([-.]|$)/;
const LONGEST = 400;

/** Every way in which the sources break the architecture, one sentence each, starting with the file. */
export function violations(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    [
      ...importFaults(source),
      ...browserFaults(source, sources),
      ...coreFaults(source),
      ...formFaults(source),
    ].map((fault) => `${source.path} ${fault}`),
  );
}

/** One import: what it names, and whether only types come from it. */
interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

/** Imports, re-exports and dynamic imports of a text, comments and template strings left out. */
export function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const fixed = code.matchAll(
    /\b(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]*?\bfrom\s*)?(["'])([^"'\n]+)\2/g,
  );
  const dynamic = code.matchAll(/\bimport\(\s*(["'])([^"'\n]+)\1/g);
  return [
    ...[...fixed].map(([, type, , from = ""]) => ({ from, typeOnly: type !== undefined })),
    ...[...dynamic].map(([, , from = ""]) => ({ from, typeOnly: false })),
  ];
}

function withoutComments(text: string): string {
  const tokens = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(tokens, (_all, text_?: string) => text_ ?? "``");
}

const withoutStrings = (text: string) => withoutComments(text).replace(/"(?:\\.|[^"\\\n])*"/g, '""');

const partOf = (file: string) => file.split("/")[0] ?? "";
const inSource = (file: string) => file.split("/").slice(2).join("/");
const inCore = (file: string) => /\/src\/(.*\/)?core\//.test(file) && !TEST.test(file);

function importFaults(source: Source): string[] {
  const name = partOf(source.path);
  const part = PARTS[name];
  if (!part) return source.path.includes("/") ? [`is in ${name}, which is no part of the architecture`] : [];
  return importsOf(source.text).flatMap(({ from, typeOnly }) => {
    if (from.startsWith(".")) return relativeFault(source.path, from, typeOnly);
    if (from.startsWith("@loa/")) return packageFault(source.path, part, from);
    if (isBuiltin(from)) return nodeFault(source.path, part, from);
    return isSchemaType(from, typeOnly) ? [] : thirdPartyFault(source.path, part, from);
  });
}

function relativeFault(file: string, from: string, typeOnly: boolean): string[] {
  const target = path.posix.join(path.posix.dirname(file), from);
  if (partOf(target) !== partOf(file))
    return partOf(file) === "tests" && partOf(target) === "scripts"
      ? []
      : [`reaches into another part by ${from}; import @loa/… instead`];
  if (/\/main\.ts$/.test(target) && !TEST.test(file)) return [`imports the composition root ${from}`];
  const portTypes = typeOnly && inSource(target) === "ports.ts";
  if (inCore(file) && !inCore(target) && !portTypes) return [`is core and imports ${from} from outside it`];
  return [];
}

function packageFault(file: string, part: Part, from: string): string[] {
  const wanted = from.split("/")[1] ?? "";
  if (inCore(file) && NOT_IN_CORE.includes(from)) return [`is core and imports ${from}`];
  const fleet = file.startsWith("firmware-sim/src/fleet") && wanted === "protocol";
  return part.parts.includes(wanted) || wanted === partOf(file) || fleet
    ? []
    : [`may not import ${from}: ${partOf(file)} stands below or beside it`];
}

function nodeFault(file: string, part: Part, from: string): string[] {
  if (inCore(file)) return [`is core and imports ${from}`];
  return part.node || TEST.test(file) || !file.includes("/src/")
    ? []
    : [`may not import ${from}: it must run anywhere`];
}

/** The protocol's types are TypeBox's; naming them costs nothing at run time. */
const isSchemaType = (from: string, typeOnly: boolean) => from === "typebox" && typeOnly;

function thirdPartyFault(file: string, part: Part, from: string): string[] {
  if (TEST.test(file) || file.endsWith(".d.ts") || !file.includes("/src/")) return [];
  const within = inSource(file);
  const isPure = (one: (typeof PURE)[number]) =>
    (from === one.name || from.startsWith(`${one.name}/`)) &&
    one.part === partOf(file) &&
    within.startsWith(one.under);
  if (inCore(file)) return [`is core and imports ${from}`];
  if (PURE.some(isPure)) return [];
  if (part.thirdParties === "anywhere" || within === "main.ts") return [];
  const [folder = ""] = within.split("/");
  return part.thirdParties.includes(folder)
    ? []
    : [`may not import ${from}: third parties stay in the adapters`];
}

/** What the dashboard takes from another part must reach no module of Node, however far down. */
function browserFaults(source: Source, sources: readonly Source[]): string[] {
  if (partOf(source.path) !== "dashboard" || TEST.test(source.path)) return [];
  const values = importsOf(source.text).filter(({ from, typeOnly }) => from.startsWith("@loa/") && !typeOnly);
  return values
    .filter(({ from }) => reachesNode(fileOf(from), sources, new Set()))
    .map(({ from }) => `imports ${from}, which needs Node`);
}

const fileOf = (specifier: string) => specifier.replace(/^@loa\/([^/]+)\/(.+)$/, "$1/src/$2.ts");

function reachesNode(file: string, sources: readonly Source[], seen: Set<string>): boolean {
  const source = sources.find((one) => one.path === file);
  if (!source || seen.has(file)) return false;
  seen.add(file);
  return importsOf(source.text).some(({ from, typeOnly }) => {
    if (typeOnly) return false;
    if (isBuiltin(from)) return true;
    const next = from.startsWith(".") ? path.posix.join(path.posix.dirname(file), from) : fileOf(from);
    return reachesNode(next, sources, seen);
  });
}

function coreFaults({ path: file, text }: Source): string[] {
  if (!inCore(file)) return [];
  const code = withoutStrings(text);
  return [...code.matchAll(IMPURE)].map(([what]) => `is core and uses ${what}`);
}

function formFaults({ path: file, text }: Source): string[] {
  const code = withoutStrings(text);
  const name = path.posix.basename(file, ".ts");
  const lines = text.split("\n").length - 1;
  const shellMayMakeClocks = ENTRY.test(file) || TEST.test(file) || file.startsWith("scripts/");
  return [
    ...(/\bexport default\b/.test(code) && !/\.(config|d)\.ts$/.test(file) ? ["has a default export"] : []),
    ...(VAGUE_NAME.test(name) ? ["has a name that says nothing"] : []),
    ...(lines > LONGEST && !/\/\/ long because: \S/.test(text)
      ? [`has ${lines} lines and no reason (// long because: …)`]
      : []),
    ...(/\bnew SystemClock\(/.test(code) && !shellMayMakeClocks
      ? ["makes a SystemClock; only composition roots do"]
      : []),
  ];
}
