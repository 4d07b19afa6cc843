import { readFileSync } from "node:fs";
import path from "node:path";

/** A package of the lock file, of this platform or another. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; "unknown" where the package names none. */
  readonly licence: string;
  /** Whether only the project's own tests and tools need it: nothing that is run or served holds it. */
  readonly dev: boolean;
  /** What the optional packages it names are called. */
  readonly optional: readonly string[];
}

/** Licences that any dependency may have. */
export const ALLOWED: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "OFL-1.1",
  "Python-2.0",
  "Unlicense",
];

/** Packages that are allowed under one further licence, and why. */
export const EXCEPTIONS: readonly {
  readonly name: RegExp;
  readonly licence: string;
  /** Holds only as long as nothing but tests and tools needs the package. */
  readonly devOnly?: true;
  readonly why: string;
}[] = [
  {
    name: /^ffmpeg-static$/,
    licence: "GPL-3.0-or-later",
    why: "Its binary runs as a separate program; no source of Loa imports the package.",
  },
  {
    name: /^lightningcss(-|$)/,
    licence: "MPL-2.0",
    why: "A tool of the dashboard's build; nothing of it is in the result.",
  },
  {
    name: /^axe-core$/,
    licence: "MPL-2.0",
    devOnly: true,
    why: "Looks for barriers in the dashboard's tests, unchanged; nothing of it is shipped.",
  },
];

/** Licences of old packages that state them in a way the lock file does not take over. */
const STATED: Readonly<Record<string, string>> = {
  "parse-cache-control@1.0.1": "BSD-3-Clause",
  "temporal@0.7.1": "MIT",
};

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Every package that the lock file names, other platforms' included, by name and version. */
export function readDependencies(root = path.resolve(import.meta.dirname, "..")): Dependency[] {
  const lock: { packages: Record<string, LockEntry> } = JSON.parse(
    readFileSync(path.join(root, "package-lock.json"), "utf8"),
  );
  const found = Object.entries(lock.packages)
    .filter(([where, { link }]) => where.includes("node_modules/") && !link)
    .map(([where, entry]) => dependency(where.split("node_modules/").at(-1) ?? where, entry));
  const unique = new Map(found.map((one) => [`${one.name}@${one.version}`, one]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function dependency(
  name: string,
  { version = "", license, dev = false, optionalDependencies = {} }: LockEntry,
): Dependency {
  return {
    name,
    version,
    licence: license ?? STATED[`${name}@${version}`] ?? "unknown",
    dev,
    optional: Object.keys(optionalDependencies),
  };
}

/** Why the dependency may be used: true for an allowed licence, a reason for an exception, false for neither. */
export function allowance({
  name,
  licence,
  dev,
}: Pick<Dependency, "name" | "licence" | "dev">): true | string | false {
  if (fits(licence)) return true;
  const exception = EXCEPTIONS.find((one) => one.name.test(name) && one.licence === licence);
  return exception === undefined || (exception.devOnly && !dev) ? false : exception.why;
}

/** Whether an SPDX expression can be satisfied: one side of OR, every side of AND. */
function fits(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, "$1");
  return bare.split(" OR ").some((side) => side.split(" AND ").every((one) => ALLOWED.includes(one.trim())));
}
