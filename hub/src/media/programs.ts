import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NICENESS = 10;
/** Address space of one run; decoders of damaged files may ask for anything. */
const MEMORY_BYTES = 2_000_000_000;

/** Path of a program that PATH leads to; null when there is none. */
export function onPath(name: string): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** Whether a file may be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What stands before a command so that it runs at low priority and, unless `memory` is false, bounded in memory. */
export function bounds({ memory = true } = {}): readonly string[] {
  const nice = onPath("nice");
  const prlimit = memory ? onPath("prlimit") : null;
  return [
    ...(nice ? [nice, "-n", String(NICENESS)] : []),
    ...(prlimit ? [prlimit, `--as=${MEMORY_BYTES}`] : []),
  ];
}
