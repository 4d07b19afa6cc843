import { type FileHandle, mkdir, open, readdir, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Sha256 } from "@loa/protocol/identity";
import { LIVE_FRAME_MS } from "@loa/protocol/live";
import { OpusPages, SILENT_FRAME, wholePart } from "./ogg-opus.ts";
import type { AssetStore } from "./store.ts";

/** So many frames make a page: what a crash loses, 1 s. */
const FRAMES_PER_PAGE = 50;
/** Longer silence is written in pieces. */
const LONGEST_GAP_FRAMES = 3_000;
const SUFFIX = ".opus";

/** A finished recording. */
export interface Recorded {
  readonly sha256: Sha256;
  readonly durationMs: number;
}

/**
 * Live speech as an Ogg Opus file, of the very frames that stations get; what is missing between them is silence. Each page is on disk when
 * it is full, and a file that a crash left is finished by `recover`.
 */
export class LiveRecording {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #pages: OpusPages;
  #waiting: Uint8Array[] = [];
  #startMs: number | null = null;
  #framed = 0;
  #written: Promise<void>;
  #failed: unknown = null;

  private constructor(file: FileHandle, path: string, pages: OpusPages, head: Buffer) {
    this.#file = file;
    this.#path = path;
    this.#pages = pages;
    this.#written = Promise.resolve();
    this.#append(head);
  }

  /** Begins a session's file. */
  static async begin(data: string, sessionId: string): Promise<LiveRecording> {
    const folder = folderOf(data);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, sessionId + SUFFIX);
    const pages = new OpusPages(Number.parseInt(sessionId.slice(0, 8), 16));
    return new LiveRecording(await open(path, "wx", 0o600), path, pages, pages.head(sessionId));
  }

  /** Takes the frames from a media time on. They follow those before, by the rule of sessions. */
  add(mediaMs: number, frames: readonly Uint8Array[]): void {
    this.#startMs ??= mediaMs;
    const place = Math.round((mediaMs - this.#startMs) / LIVE_FRAME_MS);
    const gap = Math.max(0, Math.min(place - this.#framed, 60 * LONGEST_GAP_FRAMES));
    for (let left = gap; left > 0; left -= LONGEST_GAP_FRAMES)
      this.#take(Array<Uint8Array>(Math.min(left, LONGEST_GAP_FRAMES)).fill(SILENT_FRAME));
    this.#take(frames.map((frame) => Uint8Array.from(frame)));
  }

  /** Ends the file and stores it; null when nothing was said. @throws STORAGE_FULL · INTERNAL */
  async finish(assets: Pick<AssetStore, "put">): Promise<Recorded | null> {
    if (this.#waiting.length > 0) this.#append(this.#pages.frameAll(this.#waiting));
    this.#waiting = [];
    const { frames } = this.#pages;
    if (frames > 0) this.#append(this.#pages.end());
    await this.#written;
    await this.#file.close().catch((error: unknown) => {
      this.#failed ??= error;
    });
    if (frames === 0) {
      await rm(this.#path, { force: true });
      return null;
    }
    if (this.#failed !== null) return keepWhole(this.#path, assets);
    const { sha256 } = await assets.put(this.#path);
    return { sha256, durationMs: frames * LIVE_FRAME_MS };
  }

  #take(frames: readonly Uint8Array[]): void {
    this.#framed += frames.length;
    this.#waiting.push(...frames);
    if (this.#waiting.length < FRAMES_PER_PAGE) return;
    this.#append(this.#pages.frameAll(this.#waiting));
    this.#waiting = [];
  }

  /** Never waits: speech goes on whatever the disk does. */
  #append(bytes: Buffer): void {
    this.#written = this.#written
      .then(async () => {
        if (this.#failed !== null) return;
        await this.#file.appendFile(bytes);
        await this.#file.datasync();
      })
      .catch((error: unknown) => {
        this.#failed = error;
      });
  }
}

/** Finishes the files that are left and stores them, by their session. Nothing was said: left out. Those that `failed` stay for the next time. */
export async function recoverRecordings(
  data: string,
  assets: Pick<AssetStore, "put">,
  failed: (sessionId: string, cause: unknown) => void,
): Promise<Map<string, Recorded>> {
  const found = new Map<string, Recorded>();
  const folder = folderOf(data);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(SUFFIX)) continue;
    const sessionId = name.slice(0, -SUFFIX.length);
    try {
      const recorded = await keepWhole(join(folder, name), assets);
      if (recorded) found.set(sessionId, recorded);
    } catch (cause) {
      failed(sessionId, cause);
    }
  }
  return found;
}

/** Cuts off what is damaged, ends the stream, and stores it. */
async function keepWhole(path: string, assets: Pick<AssetStore, "put">): Promise<Recorded | null> {
  const part = wholePart(await readFile(path));
  if (part.frames === 0) {
    await rm(path, { force: true });
    return null;
  }
  await truncate(path, part.bytes);
  if (!part.ended) {
    const file = await open(path, "a");
    await file.appendFile(new OpusPages(part.serial, part).end());
    await file.close();
  }
  const { sha256 } = await assets.put(path);
  return { sha256, durationMs: part.frames * LIVE_FRAME_MS };
}

const folderOf = (data: string) => join(data, "live");
