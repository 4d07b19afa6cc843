import { existsSync, mkdirSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { Database } from "../store/database.ts";
import { announcements, type SoundFields } from "../store/repositories/announcements.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import { ingest } from "./ingest.ts";
import { type AssetStore, discard } from "./store.ts";

const PROGRESS_STEP = 0.02;

/** What the queue works with. `changed` is called when an announcement's ingest has moved on. */
export interface QueueNeeds {
  readonly database: Database;
  readonly assets: AssetStore;
  /** Data folder; uploads wait in `uploads/`, work goes on in `work/`, on the same disk as the assets. */
  readonly data: string;
  /** Finds ffmpeg. @throws FFMPEG_MISSING */
  readonly ffmpeg: () => Ffmpeg;
  readonly log: Logger;
  readonly changed: (announcementId: string) => void;
}

/** Works through uploads one by one. What waits is in the store: a restart, or a power cut, goes on with it. */
export class IngestQueue {
  readonly #needs: QueueNeeds;
  readonly #waiting: string[] = [];
  readonly #stopped = new AbortController();
  readonly #progress = new Map<string, number>();
  #working: Promise<void> | null = null;

  constructor(needs: QueueNeeds) {
    this.#needs = needs;
    for (const folder of ["uploads", "work"])
      mkdirSync(join(needs.data, folder), { recursive: true, mode: 0o700 });
  }

  /** Where the upload of an announcement waits. */
  uploadOf(id: string): string {
    return join(this.#needs.data, "uploads", id);
  }

  /** Share of the work done, 0..1, while an announcement is being worked on. */
  progress(id: string): number | undefined {
    return this.#progress.get(id);
  }

  get length(): number {
    return this.#waiting.length + this.#progress.size;
  }

  /** Takes up what an earlier run left, and clears away uploads that were never answered. */
  async resume(): Promise<void> {
    await rm(join(this.#needs.data, "work"), { recursive: true, force: true });
    mkdirSync(join(this.#needs.data, "work"), { mode: 0o700 });
    const unfinished = await announcements.unfinished(this.#needs.database);
    const uploads = join(this.#needs.data, "uploads");
    for (const name of await readdir(uploads))
      if (!unfinished.includes(name)) await discard(join(uploads, name));
    for (const id of unfinished) this.add(id);
  }

  add(id: string): void {
    this.#waiting.push(id);
    this.#working ??= this.#work();
  }

  /** Stops at once; unfinished work is taken up by the next run. */
  async stop(): Promise<void> {
    this.#waiting.length = 0;
    this.#stopped.abort();
    await this.#working;
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    for (let id = this.#waiting.shift(); id !== undefined; id = this.#waiting.shift()) {
      await this.#one(id).catch((err) => this.#needs.log.error({ err, id }, "ingest could not be recorded"));
      this.#progress.delete(id);
    }
    this.#working = null;
  }

  async #one(id: string): Promise<void> {
    const { database, changed } = this.#needs;
    this.#progress.set(id, 0);
    await announcements.setSound(database, id, { ingestState: "processing" });
    changed(id);
    const outcome = await this.#outcome(id);
    if (!outcome) return;
    await announcements.setSound(database, id, outcome.fields, outcome.peaks);
    this.#progress.delete(id);
    await discard(this.uploadOf(id));
    changed(id);
  }

  /** Null when the hub is stopping. */
  async #outcome(id: string): Promise<{ fields: SoundFields; peaks?: object } | null> {
    const { assets, data, ffmpeg, log } = this.#needs;
    const target = join(data, "work", `${id}.opus`);
    const source = this.uploadOf(id);
    const { signal } = this.#stopped;
    try {
      if (!existsSync(source)) throw new LoaError("INGEST_FAILED", "the upload is gone");
      const onProgress = (share: number) => this.#report(id, share);
      const { peaks, ...sound } = await ingest({ ffmpeg: ffmpeg(), source, target, onProgress, signal });
      const asset = await assets.put(target);
      return { fields: { ...sound, ...asset, ingestState: "ready", ingestCode: null }, peaks };
    } catch (error) {
      await discard(target);
      if (signal.aborted) return null;
      const ingestCode = error instanceof LoaError ? codeOf(error) : "INGEST_FAILED";
      log.warn({ err: error, id, ingestCode }, "an upload was refused");
      return { fields: { ingestState: "failed", ingestCode } };
    }
  }

  #report(id: string, share: number): void {
    const before = this.#progress.get(id) ?? 0;
    if (share - before < PROGRESS_STEP) return;
    this.#progress.set(id, share);
    this.#needs.changed(id);
  }
}
