import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a secret so that a power cut leaves the old file or the new one, never half of it: a neighbour with mode 0600,
 * fsync, rename over the name, fsync of the folder.
 */
export async function keepFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const neighbour = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(neighbour, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(neighbour, path);
  await syncFolder(folder);
}

/** The file's text, or null where there is none. */
export async function readKept(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** The file's text; where there is none, what `make` makes is kept there first. */
export async function keptOrMade(path: string, make: () => string | Promise<string>): Promise<string> {
  const found = await readKept(path);
  if (found !== null) return found;
  const made = await make();
  await keepFile(path, made);
  return made;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
