import type { Clock, UnixMs } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { seconds } from "@loa/kernel/units";
import type { LiveEnd } from "@loa/protocol/http/live";
import type { AlertActs } from "../alerts/alert-acts.ts";
import type { AssetStore } from "../media/store.ts";
import { auditOf, type HeldLive, type LiveBook } from "./live-book.ts";
import type { LiveDelivery } from "./live-delivery.ts";
import type { LiveNotices } from "./live-notices.ts";

/** What was spoken last has faded out at the stations by then, and they have said so. */
const TAIL_MS = 2_000;
/** Acks and health of a session that is over still come in. */
const REMEMBERED_MS = seconds(30);

/** What ending live speech needs. */
export interface LiveEndingParts {
  readonly book: LiveBook;
  readonly delivery: LiveDelivery;
  readonly notices: LiveNotices;
  readonly acts: Pick<AlertActs, "voiceEnded">;
  readonly assets: Pick<AssetStore, "put">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How live speech ends: for the speaker, the stations, the recording and the record. */
export class LiveEndings {
  readonly #parts: LiveEndingParts;
  readonly #due = new Map<string, () => void>();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: LiveEndingParts) {
    this.#parts = parts;
  }

  /** The same, for those who do not wait. */
  endSoon(held: HeldLive, end: LiveEnd, by: string): void {
    this.end(held, end, by).catch((error) =>
      this.#parts.log.error({ id: held.record.id, err: error }, "live speech did not end as it should"),
    );
  }

  /** Over for the speaker at once; stations that missed the last packet are silenced once the last word has sounded. */
  end(held: HeldLive, end: LiveEnd, by: string): Promise<void> {
    return this.#tracked(this.#end(held, end, by));
  }

  async #end(held: HeldLive, end: LiveEnd, by: string): Promise<void> {
    if (held.record.end !== null) return;
    const { clock, book, assets, log } = this.#parts;
    const now = clock.now();
    const { voice } = held;
    held.record = { ...held.record, startedAt: voice.startedAt, endedAt: now, end };
    for (const cancel of held.timers.splice(0)) cancel();
    voice.finish(end);
    const gentle = (end === "speaker" || end === "lost" || end === "time") && voice.startedAt !== null;
    const silentAt = gentle ? Math.max(now, voice.soundsUntil + TAIL_MS) : now;
    const silenced =
      silentAt > now
        ? this.#later(held, "silence", silentAt, () => this.#silence(held))
        : this.#silence(held);
    this.#parts.notices.changed(held.record.id);
    const recording = await voice
      .takeRecording()
      ?.finish(assets)
      .catch((error) => {
        log.error({ id: held.record.id, err: error }, "the recording of live speech was not stored");
        return null;
      });
    held.record = {
      ...held.record,
      recording: recording ?? null,
      stations: Object.fromEntries(held.progress),
    };
    await book
      .keep(held.record, auditOf(by, "end", held.record))
      .catch((error) =>
        log.error({ id: held.record.id, err: error }, "the end of live speech was not stored"),
      );
    await silenced;
    this.#parts.notices.changed(held.record.id);
    await this.#later(held, "forget", now + REMEMBERED_MS, () =>
      book.save(held).finally(() => book.forget(held.record.id)),
    );
  }

  /** Never fails: what a store does not take was said to the stations all the same. */
  async #silence({ record }: HeldLive): Promise<void> {
    const { delivery, acts, log } = this.#parts;
    const failed = (error: unknown) =>
      log.error({ id: record.id, err: error }, "stations were perhaps not told that live speech is over");
    await delivery.stop(record).catch(failed);
    if (record.alertId !== null && record.end !== "recalled")
      await acts.voiceEnded(record.alertId).catch(failed);
  }

  /** Resolves at once; the work is done at its time, unless the hub ends before. */
  async #later({ record }: HeldLive, what: string, at: UnixMs, run: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#parts;
    const name = `live ${record.id} ${what}`;
    const cancel = clock.at(name, at, () => {
      this.#due.delete(name);
      this.#tracked(run()).catch((error) =>
        log.error({ id: record.id, what, err: error }, "live speech was left as it was"),
      );
    });
    this.#due.set(name, cancel);
  }

  /** Resolves when what was begun is done; what was to come later is left to the next start. */
  async close(): Promise<void> {
    for (const cancel of this.#due.values()) cancel();
    await Promise.allSettled(this.#running);
  }

  #tracked(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    const done = () => void this.#running.delete(work);
    work.then(done, done);
    return work;
  }
}
