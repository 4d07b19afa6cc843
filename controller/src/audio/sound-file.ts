import { open } from "node:fs/promises";
import { LoaError } from "@loa/kernel/errors";
import { OpusFile } from "./opus-file.ts";
import { WavFile } from "./wav-file.ts";

/** A stretch of decoded sound: mono, 48 kHz, ±1. */
export interface Chunk {
  /** Number of its first frame within the file; 0 is the first frame that is meant to be heard. */
  readonly frame: number;
  readonly samples: Float32Array;
}

/** A sound file that is decoded piece by piece. */
export interface SoundFile {
  /** Goes to a frame; the next chunk begins at or a little before it. */
  seek(frame: number): Promise<void>;
  /** The next chunk, at most about 200 ms; null at the end. Gaps between chunks are damaged places. */
  next(): Promise<Chunk | null>;
  close(): Promise<void>;
}

/**
 * Opens a WAV (48 kHz, s16 or float) or an Ogg/Opus file (mono or stereo) by its content.
 * Throws ASSET_MISSING if it cannot be read, ASSET_CORRUPT if it is anything else.
 */
export async function openSoundFile(path: string): Promise<SoundFile> {
  const file = await open(path).catch((cause: unknown) => {
    throw new LoaError("ASSET_MISSING", `cannot open ${path}`, { path }, { cause });
  });
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(4), position: 0 });
    const magic = buffer.toString("latin1");
    if (magic === "RIFF") return await WavFile.open(file);
    if (magic === "OggS") return await OpusFile.open(file);
    throw new LoaError("ASSET_CORRUPT", `${path} is neither WAV nor Ogg/Opus`, { path });
  } catch (cause) {
    await file.close();
    if (cause instanceof LoaError) throw cause;
    throw new LoaError("ASSET_CORRUPT", `cannot read ${path}`, { path }, { cause });
  }
}
