import type { FileHandle } from "node:fs/promises";
import { LoaError } from "@loa/kernel/errors";
import { SAMPLE_RATE } from "./frames.ts";
import type { Chunk, SoundFile } from "./sound-file.ts";

const CHUNK_FRAMES = 4_800;
const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

interface Format {
  readonly channels: number;
  readonly bytes: 2 | 4;
}

/** A RIFF/WAVE file of 48 kHz, 16-bit integer or 32-bit float; channels are averaged to mono. */
export class WavFile implements SoundFile {
  readonly #file: FileHandle;
  readonly #format: Format;
  readonly #start: number;
  readonly #frames: number;
  #frame = 0;

  private constructor(file: FileHandle, format: Format, start: number, bytes: number) {
    this.#file = file;
    this.#format = format;
    this.#start = start;
    this.#frames = Math.floor(bytes / (format.channels * format.bytes));
  }

  /** Reads the headers. Throws ASSET_CORRUPT for any other kind of WAV. The file is closed by `close`. */
  static async open(file: FileHandle): Promise<WavFile> {
    const { size } = await file.stat();
    let format: Format | null = null;
    for (let at = 12; at + 8 <= size; ) {
      const header = await bytesAt(file, at, 8);
      const length = header.readUInt32LE(4);
      const name = header.toString("latin1", 0, 4);
      if (name === "fmt ") format = formatOf(await bytesAt(file, at + 8, Math.min(length, 40)));
      // ffmpeg writes length 0xffffffff when it streams; the data then last to the end of the file.
      if (name === "data" && format)
        return new WavFile(file, format, at + 8, Math.min(length, size - at - 8));
      at += 8 + length + (length % 2);
    }
    throw new LoaError("ASSET_CORRUPT", "the WAV file has no 48 kHz PCM data");
  }

  async seek(frame: number): Promise<void> {
    this.#frame = Math.max(0, Math.min(frame, this.#frames));
  }

  async next(): Promise<Chunk | null> {
    const frame = this.#frame;
    const frames = Math.min(CHUNK_FRAMES, this.#frames - frame);
    if (frames <= 0) return null;
    const stride = this.#format.channels * this.#format.bytes;
    const bytes = await bytesAt(this.#file, this.#start + frame * stride, frames * stride);
    this.#frame += frames;
    return { frame, samples: mono(bytes, this.#format) };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
  return buffer.subarray(0, bytesRead);
}

function formatOf(chunk: Buffer): Format | null {
  const tag = chunk.readUInt16LE(0);
  const kind = tag === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag;
  const [channels, rate, bits] = [chunk.readUInt16LE(2), chunk.readUInt32LE(4), chunk.readUInt16LE(14)];
  if (rate !== SAMPLE_RATE || channels < 1 || channels > 8) return null;
  if (kind === PCM && bits === 16) return { channels, bytes: 2 };
  if (kind === FLOAT && bits === 32) return { channels, bytes: 4 };
  return null;
}

function mono(bytes: Buffer, { channels, bytes: width }: Format): Float32Array {
  const frames = Math.floor(bytes.length / (channels * width));
  const samples = new Float32Array(frames);
  for (let i = 0, at = 0; i < frames; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += width)
      sum += width === 2 ? bytes.readInt16LE(at) / 32_768 : bytes.readFloatLE(at);
    samples[i] = sum / channels;
  }
  return samples;
}
