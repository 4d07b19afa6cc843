import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LoaError } from "@loa/kernel/errors";
import { discard, storageError } from "./store.ts";

/** Largest upload. */
export const UPLOAD_LIMIT_BYTES = 500_000_000;

/** A stream that stops at its size limit and says so, as multipart files do. */
export type LimitedStream = Readable & { readonly truncated?: boolean };

/**
 * Writes an upload to `file` as it comes in; leaves nothing behind when it is refused. `sha256` is of the upload, not of an asset.
 * @throws AUDIO_EMPTY · AUDIO_TOO_LARGE · STORAGE_FULL
 */
export async function receive(
  stream: LimitedStream,
  file: string,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    hash.update(chunk);
  });
  try {
    await pipeline(stream, createWriteStream(file, { mode: 0o600, flush: true }));
    if (stream.truncated)
      throw new LoaError("AUDIO_TOO_LARGE", `the file has more than ${UPLOAD_LIMIT_BYTES} bytes`);
    if (bytes === 0) throw new LoaError("AUDIO_EMPTY", "the file has no bytes");
  } catch (cause) {
    await discard(file);
    throw storageError(cause);
  }
  return { bytes, sha256: hash.digest("hex") };
}
