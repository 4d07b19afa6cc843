import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { days, hours } from "@loa/kernel/units";
import type { Sha256 } from "@loa/protocol/identity";
import type { AlertRecord } from "../core/alert.ts";
import type { LiveRecord } from "../core/live.ts";
import { type AssetStore, discard } from "../media/store.ts";
import type { LiveBook } from "./live-book.ts";

const LOOK_EVERY_MS = hours(1);
/** So many at a look, lest a hub that is set to keep less is held up. */
const MOST_AT_ONCE = 200;

/** What removing recordings needs. */
export interface RetentionParts {
  readonly book: LiveBook;
  readonly assets: Pick<AssetStore, "path">;
  /** The alerts that are not over. */
  readonly standing: () => Iterable<AlertRecord>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keptDays: number;
}

/** Recordings of live speech are kept for a time. What else is known of it stays, and says that there was one. */
export class RecordingRetention {
  readonly #parts: RetentionParts;
  #looking: Promise<void> = Promise.resolve();
  #end: Cancel = () => {};

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Begins to look, at once and then each hour. */
  start(): void {
    this.#end = this.#parts.clock.every("remove-recordings", LOOK_EVERY_MS, () => this.#look());
    this.#look();
  }

  async close(): Promise<void> {
    this.#end();
    await this.#looking;
  }

  #look(): void {
    this.#looking = this.#looking
      .then(() => this.#removeOld())
      .catch((error) =>
        this.#parts.log.error({ err: error }, "old recordings of live speech were not removed"),
      );
  }

  async #removeOld(): Promise<void> {
    const { book, assets, clock, log, keptDays } = this.#parts;
    const now = clock.now();
    const mayGo = (record: LiveRecord) => !this.#isNeeded(record);
    for (const id of await book.recordedBefore(now - days(keptDays), MOST_AT_ONCE))
      await book
        .dropRecording(id, now, mayGo, (sha256) => discard(assets.path(sha256)))
        .catch((error) => log.error({ id, err: error }, "a recording of live speech was not removed"));
  }

  /** Whether an alert that is not over is about it. */
  #isNeeded({ alertId, recording }: LiveRecord): boolean {
    return [...this.#parts.standing()].some(
      (alert) => alert.id === alertId || (recording !== null && sounds(alert, recording.sha256)),
    );
  }
}

/** Whether an alert says, or would say, what is in a file. */
function sounds({ content, proposal, issue, correction }: AlertRecord, sha256: Sha256): boolean {
  const all = [content.sound, proposal?.sound, issue?.sound, issue?.correction, correction];
  return all.some((sound) => sound?.some((item) => item.kind === "asset" && item.sha256 === sha256));
}
