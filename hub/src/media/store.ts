import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { LoaError } from "@loa/kernel/errors";
import type { Sha256 } from "@loa/protocol/identity";

/** Stored audio by its hash, under `<data>/assets/<aa>/<sha256>`. Files appear whole and never change. */
export class AssetStore {
  readonly #folder: string;

  constructor(data: string) {
    this.#folder = join(data, "assets");
  }

  /** Where the asset is, or would be. */
  path(sha256: Sha256): string {
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }

  has(sha256: Sha256): boolean {
    return existsSync(this.path(sha256));
  }

  /**
   * Moves a finished file of the same disk in, durable when it resolves.
   * @throws STORAGE_FULL
   */
  async put(file: string): Promise<{ sha256: Sha256; bytes: number }> {
    const sha256 = await hashOf(file);
    const { size: bytes } = await stat(file);
    const target = this.path(sha256);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await moveDurably(file, target);
    return { sha256, bytes };
  }
}

/**
 * Renames so that after a power cut there is either the whole file or none.
 * @throws STORAGE_FULL
 */
export async function moveDurably(from: string, to: string): Promise<void> {
  try {
    await synced(from);
    await rename(from, to);
    await synced(dirname(to));
  } catch (cause) {
    throw storageError(cause);
  }
}

/** What an error of the disk means to people: STORAGE_FULL, else INTERNAL. */
export function storageError(cause: unknown): LoaError {
  if (cause instanceof LoaError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new LoaError(
    full ? "STORAGE_FULL" : "INTERNAL",
    "the file could not be stored",
    { code },
    { cause },
  );
}

/** Deletes a file that may not be there. */
export const discard = (file: string): Promise<void> => rm(file, { force: true });

async function synced(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    await handle.sync();
  } finally {
    await handle?.close();
  }
}

async function hashOf(file: string): Promise<Sha256> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
