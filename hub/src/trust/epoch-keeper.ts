import { randomBytes } from "node:crypto";
import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { hours, minutes } from "@loa/kernel/units";
import { ifStoreTakes } from "../store/if-store-takes.ts";
import { lineState } from "../store/repositories/line-state.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import { epochAtStart, raisedEpoch } from "./epoch.ts";
import { keepFile, readKept } from "./key-files.ts";

const NEW_MARK_EVERY_MS = hours(1);
/** All stations of a restored hub show the same loss at once; one raise answers them all. */
const RAISE_AT_MOST_EVERY_MS = minutes(1);

/**
 * The hub's epoch, the first part of every plan's position. It stays over plain restarts and rises when the store is not the
 * one that ran last: a mark in the store and in a file beside it tells, and stations whose plans are ahead of the store do.
 */
export class EpochKeeper {
  /** Whether this start found an older copy of the store. */
  readonly restored: boolean;
  readonly #db: LineDatabase;
  readonly #file: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #epoch: number;
  #mark: string;
  #raisedAt = Number.NEGATIVE_INFINITY;
  #endMarks: Cancel = () => {};

  private constructor(parts: { db: LineDatabase; file: string; clock: Clock; log: Logger }, start: Start) {
    this.#db = parts.db;
    this.#file = parts.file;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#epoch = start.epoch;
    this.#mark = start.fileMark ?? "";
    this.restored = start.restored;
  }

  /** Finds the epoch to run under and marks store and file anew. */
  static async open(parts: {
    db: LineDatabase;
    file: string;
    clock: Clock;
    log: Logger;
  }): Promise<EpochKeeper> {
    const fileMark = (await readKept(parts.file))?.trim() ?? null;
    const found = epochAtStart(await lineState.epoch(parts.db), fileMark, parts.clock.now());
    const keeper = new EpochKeeper(parts, { ...found, fileMark });
    if (found.restored)
      parts.log.warn(
        { hubEpoch: found.epoch },
        "the store is an older copy; plans are issued in a new epoch",
      );
    await ifStoreTakes(parts.log, "the epoch's mark stays", () => keeper.#renewMark());
    keeper.#endMarks = parts.clock.every("epoch-mark", NEW_MARK_EVERY_MS, () => {
      keeper.#renewMark().catch((error) => parts.log.error({ err: error }, "the epoch's mark was not kept"));
    });
    return keeper;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Raises the epoch above one that was seen; answers whether it did (at most once a minute). */
  async raise(seen: number): Promise<boolean> {
    const now = this.#clock.now();
    if (now - this.#raisedAt < RAISE_AT_MOST_EVERY_MS) return false;
    this.#raisedAt = now;
    const epoch = raisedEpoch(this.#epoch, seen, now);
    await lineState.keepEpoch(this.#db, { epoch, mark: this.#mark, markBefore: this.#mark });
    this.#log.warn({ hubEpoch: epoch, seen }, "a station holds a plan this store does not know; new epoch");
    this.#epoch = epoch;
    return true;
  }

  close(): void {
    this.#endMarks();
  }

  async #renewMark(): Promise<void> {
    const mark = randomBytes(16).toString("hex");
    await lineState.keepEpoch(this.#db, { epoch: this.#epoch, mark, markBefore: this.#mark });
    this.#mark = mark;
    await keepFile(this.#file, mark);
  }
}

interface Start {
  readonly epoch: number;
  readonly restored: boolean;
  readonly fileMark: string | null;
}
