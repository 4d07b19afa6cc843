import { existsSync, mkdirSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { SpeechSettings } from "@loa/protocol/http/speech";
import type { Database } from "../store/database.ts";
import { announcements, type SoundFields, type VersionKey } from "../store/repositories/announcements.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import { ingest } from "./ingest.ts";
import type { Speech } from "./speech.ts";
import { type AssetStore, discard } from "./store.ts";

const PROGRESS_STEP = 0.02;
/** Share of the work that speaking is. */
const SPOKEN = 0.3;

/** What the queue works with. `changed` is called when an announcement's ingest has moved on. */
export interface QueueNeeds {
  readonly database: Database;
  readonly assets: AssetStore;
  readonly speech: Pick<Speech, "speak">;
  /** Data folder; uploads wait in `uploads/`, work goes on in `work/`, on the same disk as the assets. */
  readonly data: string;
  /** Finds ffmpeg. @throws FFMPEG_MISSING */
  readonly ffmpeg: () => Ffmpeg;
  readonly log: Logger;
  readonly changed: (announcementId: string) => void;
}

type Row = NonNullable<Awaited<ReturnType<typeof announcements.version>>>;

/**
 * Speaks texts and works through uploads, one version after another. What waits is in the store: a restart, or a power cut, goes on
 * with it.
 */
export class IngestQueue {
  readonly #needs: QueueNeeds;
  readonly #waiting: VersionKey[] = [];
  readonly #stopped = new AbortController();
  readonly #progress = new Map<string, number>();
  #working: Promise<void> | null = null;

  constructor(needs: QueueNeeds) {
    this.#needs = needs;
    for (const folder of ["uploads", "work"])
      mkdirSync(join(needs.data, folder), { recursive: true, mode: 0o700 });
  }

  /** Where the upload of a version waits. */
  uploadOf(key: VersionKey): string {
    return join(this.#needs.data, "uploads", nameOf(key));
  }

  /** Share of the work done, 0..1, while a version is being worked on. */
  progress(key: VersionKey): number | undefined {
    return this.#progress.get(nameOf(key));
  }

  get length(): number {
    return this.#waiting.length + this.#progress.size;
  }

  /** Takes up what an earlier run left, and clears away uploads that were never answered. */
  async resume(): Promise<void> {
    await rm(join(this.#needs.data, "work"), { recursive: true, force: true });
    mkdirSync(join(this.#needs.data, "work"), { mode: 0o700 });
    const unfinished = await announcements.unfinished(this.#needs.database);
    const wanted = new Set(unfinished.map(nameOf));
    const uploads = join(this.#needs.data, "uploads");
    for (const name of await readdir(uploads)) if (!wanted.has(name)) await discard(join(uploads, name));
    for (const key of unfinished) this.add(key);
  }

  add(key: VersionKey): void {
    this.#waiting.push(key);
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
    for (let key = this.#waiting.shift(); key !== undefined; key = this.#waiting.shift()) {
      await this.#one(key).catch((err) =>
        this.#needs.log.error({ err, ...key }, "ingest could not be recorded"),
      );
      this.#progress.delete(nameOf(key));
    }
    this.#working = null;
  }

  async #one(key: VersionKey): Promise<void> {
    const { database, changed } = this.#needs;
    const row = await announcements.version(database, key);
    if (!row) return;
    this.#progress.set(nameOf(key), 0);
    await announcements.setSound(database, key, { ingestState: "processing" });
    changed(key.id);
    const outcome = await this.#outcome(key, row);
    if (!outcome) return;
    await announcements.setSound(database, key, outcome.fields, outcome.peaks);
    this.#progress.delete(nameOf(key));
    await discard(this.uploadOf(key));
    changed(key.id);
  }

  /** Null when the hub is stopping. */
  async #outcome(key: VersionKey, row: Row): Promise<{ fields: SoundFields; peaks?: object } | null> {
    const { data, log } = this.#needs;
    const target = join(data, "work", `${nameOf(key)}.opus`);
    const spoken = join(data, "work", `${nameOf(key)}.wav`);
    const { signal } = this.#stopped;
    try {
      const said = row.text === null ? {} : await this.#speak(key, row.text, row, spoken);
      const source = row.text === null ? this.uploadOf(key) : spoken;
      const { fields, peaks } = await this.#ingest(key, row, source, target);
      return { fields: { ...said, ...fields }, peaks };
    } catch (error) {
      await discard(target);
      if (signal.aborted) return null;
      const ingestCode = error instanceof LoaError ? codeOf(error) : "INGEST_FAILED";
      log.warn({ err: error, ...key, ingestCode }, "a sound was refused");
      return { fields: { ingestState: "failed", ingestCode } };
    } finally {
      await discard(spoken);
    }
  }

  async #speak(key: VersionKey, text: string, row: Row, file: string): Promise<SoundFields> {
    const { database, speech } = this.#needs;
    const areaId = await announcements.areaOf(database, key.id);
    const { voice, language, speed, pauseMs } = row;
    const settings = Object.entries({ voice, language, speed, pauseMs }).filter(
      ([, value]) => value !== null,
    );
    const request = { text, areaId, ...(Object.fromEntries(settings) as SpeechSettings) };
    const said = await speech.speak(request, file, this.#stopped.signal);
    this.#report(key, SPOKEN);
    return said;
  }

  async #ingest(key: VersionKey, row: Row, source: string, target: string) {
    const { assets, ffmpeg } = this.#needs;
    if (!existsSync(source)) throw new LoaError("INGEST_FAILED", "the upload is gone");
    const from = row.text === null ? 0 : SPOKEN;
    const trim = { startMs: row.trimStartMs ?? undefined, endMs: row.trimEndMs ?? undefined };
    const { signal } = this.#stopped;
    const onProgress = (share: number) => this.#report(key, from + (1 - from) * share);
    const job = { ffmpeg: ffmpeg(), source, target, trim, onProgress, signal };
    const { peaks, findings, ...sound } = await ingest(job);
    const asset = await assets.put(target);
    const findingsJson = JSON.stringify(findings);
    const fields = { ...sound, ...asset, findingsJson, ingestState: "ready", ingestCode: null } as const;
    return { fields, peaks };
  }

  #report(key: VersionKey, share: number): void {
    const before = this.#progress.get(nameOf(key)) ?? 0;
    if (share - before < PROGRESS_STEP) return;
    this.#progress.set(nameOf(key), share);
    this.#needs.changed(key.id);
  }
}

/** Of files, and in the progress. First versions are called as their announcement. */
const nameOf = ({ id, version }: VersionKey): string => (version === 1 ? id : `${id}.${version}`);
