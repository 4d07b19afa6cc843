import { setImmediate as nextTurn } from "node:timers/promises";
import type { ErrorCode } from "@loa/kernel/error-codes";
import { codeOf, LoaError } from "@loa/kernel/errors";
import { SAMPLE_RATE } from "./frames.ts";
import { type Chunk, openSoundFile, type SoundFile } from "./sound-file.ts";

/** Decoded ahead: bridges slow storage, at 0.6 MB a file. */
const AHEAD = 3 * SAMPLE_RATE;
/** Kept behind, so that what was taken back from the card can be read again; longer than any card's buffer. */
const BEHIND = 0.8 * SAMPLE_RATE;

/** A file decoded ahead of where it is read. Reading never waits: what is not there yet is silence. */
export class FileSound {
  readonly #path: string;
  #chunks: Chunk[] = [];
  #readFrom = 0;
  #decodedTo = 0;
  #ended = false;
  #closed = false;
  #pump: Promise<void> | null = null;
  #failure: ErrorCode | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Why the file cannot be played any further, once it is known. */
  get failure(): ErrorCode | null {
    return this.#failure;
  }

  /** Whether everything before `frame` is decoded, or never will be. */
  covers(frame: number): boolean {
    return this.#decodedTo >= frame || this.#ended || this.#closed || this.#failure !== null;
  }

  /** Frames that lie decoded from the present place on. */
  get ready(): number {
    return Math.max(0, this.#decodedTo - this.#readFrom);
  }

  /** Begins to decode from `frame` on, or goes on doing so. */
  prepare(frame: number): void {
    if (!this.#pump && !this.#ended && !this.#closed && !this.#failure) {
      this.#readFrom = Math.max(this.#readFrom, frame);
      this.#pump = this.#fill().catch((error: unknown) => {
        this.#failure = error instanceof LoaError ? codeOf(error) : "ASSET_CORRUPT";
      });
    }
  }

  /** Overwrites `into` with the frames from `from` on; returns how many of them were there. */
  read(from: number, into: Float32Array): number {
    into.fill(0);
    this.#readFrom = from;
    while (this.#chunks[0] && endOf(this.#chunks[0]) < from - BEHIND) this.#chunks.shift();
    let found = 0;
    for (const chunk of this.#chunks) {
      const start = Math.max(from, chunk.frame);
      const end = Math.min(from + into.length, endOf(chunk));
      if (end <= start) continue;
      into.set(chunk.samples.subarray(start - chunk.frame, end - chunk.frame), start - from);
      found += end - start;
    }
    this.#wake?.();
    return found;
  }

  close(): void {
    this.#closed = true;
    this.#chunks = [];
    this.#wake?.();
  }

  #wake: (() => void) | null = null;

  async #fill(): Promise<void> {
    const file = await openSoundFile(this.#path);
    try {
      await this.#decode(file);
    } finally {
      await file.close();
    }
  }

  async #decode(file: SoundFile): Promise<void> {
    if (this.#readFrom > 0) await file.seek(this.#readFrom);
    while (!this.#closed) {
      if (this.#decodedTo - this.#readFrom > AHEAD) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
        continue;
      }
      const chunk = await file.next();
      if (!chunk) break;
      this.#decodedTo = endOf(chunk);
      if (this.#decodedTo > this.#readFrom - BEHIND) this.#chunks.push(chunk);
      // Decoding is work for the thread that feeds the card: let it have its turn between chunks.
      await nextTurn();
    }
    this.#ended = true;
  }
}

const endOf = (chunk: Chunk) => chunk.frame + chunk.samples.length;
