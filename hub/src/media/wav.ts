import type { FileHandle } from "node:fs/promises";
import { LoaError } from "@loa/kernel/errors";

/** Layout of PCM samples, 16 bits each. */
export interface PcmFormat {
  readonly channels: number;
  readonly sampleRate: number;
}

const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;
const PCM = 1;
/** Format code of WAVE_FORMAT_EXTENSIBLE, whose samples are PCM here when they have 16 bits. */
const EXTENSIBLE = 0xfffe;
/** A header with this much before its samples is none. */
const LONGEST_HEADER = 65_536;

/** Takes the bytes of a WAV as they come, of unknown length as a pipe carries them, and gives on its samples. */
export class WavReader {
  readonly #onSamples: (pcm: Buffer, format: PcmFormat) => void;
  #head: Buffer = Buffer.alloc(0);
  #format: PcmFormat | null = null;
  /** Bytes of samples that are still to come. */
  #left = 0;

  constructor(onSamples: (pcm: Buffer, format: PcmFormat) => void) {
    this.#onSamples = onSamples;
  }

  /** Null until the header was read. */
  get format(): PcmFormat | null {
    return this.#format;
  }

  /** @throws SPEECH_FAILED when this is no WAV of 16-bit PCM */
  add(chunk: Buffer): void {
    if (this.#format) this.#give(chunk, this.#format);
    else this.#readHeader(chunk);
  }

  #readHeader(chunk: Buffer): void {
    this.#head = Buffer.concat([this.#head, chunk]);
    const found = readHeader(this.#head);
    if (!found) return;
    this.#format = found.format;
    this.#left = found.bytes;
    this.#give(this.#head.subarray(found.start), found.format);
  }

  #give(chunk: Buffer, format: PcmFormat): void {
    const samples = chunk.subarray(0, this.#left);
    this.#left -= samples.length;
    if (samples.length > 0) this.#onSamples(samples, format);
  }
}

/** Where the samples begin and how many bytes they are said to have; null while more of the header has to come. */
function readHeader(bytes: Buffer): { format: PcmFormat; start: number; bytes: number } | null {
  if (
    bytes.length >= 12 &&
    (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE")
  )
    throw new LoaError("SPEECH_FAILED", "the voice did not answer with a WAV");
  let format: PcmFormat | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (name === "data") {
      if (!format) throw new LoaError("SPEECH_FAILED", "the voice's WAV does not tell its format");
      return { format, start: at + 8, bytes: size };
    }
    if (name === "fmt " && at + 24 <= bytes.length) format = readFormat(bytes.subarray(at + 8));
    at += 8 + size + (size % 2);
    if (at > LONGEST_HEADER) throw new LoaError("SPEECH_FAILED", "the voice's WAV holds no samples");
  }
  return null;
}

function readFormat(chunk: Buffer): PcmFormat {
  const [code, channels, sampleRate, bits] = [
    chunk.readUInt16LE(0),
    chunk.readUInt16LE(2),
    chunk.readUInt32LE(4),
    chunk.readUInt16LE(14),
  ];
  const usable = (code === PCM || code === EXTENSIBLE) && bits === 16 && channels > 0 && sampleRate > 0;
  if (!usable) throw new LoaError("SPEECH_FAILED", "the voice's WAV is not 16-bit PCM", { code, bits });
  return { channels, sampleRate };
}

/** Joins samples and silences into one WAV file. The format is that of the first samples. */
export class WavWriter {
  readonly #file: FileHandle;
  readonly #mostBytes: number;
  #format: PcmFormat | null = null;
  #bytes = 0;

  constructor(file: FileHandle, mostBytes: number) {
    this.#file = file;
    this.#mostBytes = mostBytes;
  }

  /** Bytes of samples so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws SPEECH_FAILED when the format changes or the file becomes too large */
  async samples(pcm: Buffer, format: PcmFormat): Promise<void> {
    this.#format ??= format;
    const { channels, sampleRate } = this.#format;
    if (format.channels !== channels || format.sampleRate !== sampleRate)
      throw new LoaError("SPEECH_FAILED", "the voice changed its sample format within a text", { format });
    if (this.#bytes + pcm.length > this.#mostBytes)
      throw new LoaError("SPEECH_FAILED", `the speech has more than ${this.#mostBytes} bytes`);
    const at = HEADER_BYTES + this.#bytes;
    this.#bytes += pcm.length;
    await this.#file.write(pcm, 0, pcm.length, at);
  }

  /** Nothing before the first samples. */
  async silence(ms: number): Promise<void> {
    const format = this.#format;
    if (!format || ms === 0) return;
    const frames = Math.round((ms / 1_000) * format.sampleRate);
    await this.samples(Buffer.alloc(frames * format.channels * BYTES_PER_SAMPLE), format);
  }

  /** Writes the header, which makes the file whole. @throws SPEECH_FAILED when there are no samples */
  async end(): Promise<void> {
    if (!this.#format) throw new LoaError("SPEECH_FAILED", "there is nothing to say in this text");
    const { channels, sampleRate } = this.#format;
    const header = Buffer.alloc(HEADER_BYTES);
    header.write("RIFF", 0, "latin1");
    header.writeUInt32LE(HEADER_BYTES - 8 + this.#bytes, 4);
    header.write("WAVEfmt ", 8, "latin1");
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(PCM, 20);
    header.writeUInt16LE(channels, 22);
    header.writeUInt32LE(sampleRate, 24);
    header.writeUInt32LE(sampleRate * channels * BYTES_PER_SAMPLE, 28);
    header.writeUInt16LE(channels * BYTES_PER_SAMPLE, 32);
    header.writeUInt16LE(BYTES_PER_SAMPLE * 8, 34);
    header.write("data", 36, "latin1");
    header.writeUInt32LE(this.#bytes, 40);
    await this.#file.write(header, 0, HEADER_BYTES, 0);
    await this.#file.sync();
  }
}
