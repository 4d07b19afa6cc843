import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { days, minutes, seconds } from "@loa/kernel/units";
import { WORD_GRACE_MS } from "../core/broadcast.ts";
import type { EventSink } from "../ports.ts";
import { ifStoreTakes } from "../store/if-store-takes.ts";
import { broadcasts as rows } from "../store/repositories/line-broadcasts.ts";
import { lineState } from "../store/repositories/line-state.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import { type Broadcasts, recordOf } from "./broadcasts.ts";
import type { Calendar } from "./calendar.ts";

const EVERY_MS = seconds(10);
const AHEAD_MS = minutes(1);
/** A hub that was down writes down what stations played by their plans meanwhile. */
const LONGEST_ABSENCE_MS = days(8);
const TELL_AFTER_MS = 300;

/** What recording needs. */
export interface RecorderParts {
  readonly db: LineDatabase;
  readonly calendar: Calendar;
  readonly broadcasts: Broadcasts;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts broadcasts on record as their time comes, so that later edits do not change the past, and tells dashboards how they go. */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #changed = new Set<string>();
  readonly #timers = new Map<string, Cancel[]>();
  #until: UnixMs = 0;
  #telling: Cancel | null = null;
  #endTick: Cancel = () => {};
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { db, calendar, clock, log } = this.#parts;
    const now = clock.now();
    for (const { id, stopped } of await rows.stopped(db, now)) calendar.stop(id, stopped);
    this.#until = Math.max((await lineState.frozenUntil(db)) ?? now, now - LONGEST_ABSENCE_MS);
    await ifStoreTakes(log, "broadcasts are not put on record yet", () => this.record());
    this.#endTick = clock.every("record-broadcasts", EVERY_MS, () => {
      this.record().catch((error) => log.error({ err: error }, "broadcasts were not put on record"));
    });
  }

  close(): void {
    this.#endTick();
    this.#telling?.();
    for (const timers of this.#timers.values()) for (const end of timers) end();
  }

  /** Puts on record what begins within a minute. */
  record(): Promise<void> {
    return this.#inTurn(async () => {
      const { db, clock } = this.#parts;
      const to = clock.now() + AHEAD_MS;
      if (to <= this.#until) return;
      await this.#keep(this.#parts.calendar.entries.keys(), this.#until, to);
      await lineState.keepFrozenUntil(db, to);
      this.#until = to;
    });
  }

  /** A schedule changed: what was already on record and has not begun follows it. */
  edited(scheduleId: string): Promise<void> {
    return this.#inTurn(async () => {
      const { db, clock } = this.#parts;
      const now = clock.now();
      await rows.withdraw(db, scheduleId, now);
      await this.#keep([scheduleId], now, this.#until);
    });
  }

  /** Something about a broadcast changed; dashboards hear of it within a moment, once. */
  changed(id: string): void {
    const { clock, log } = this.#parts;
    this.#changed.add(id);
    this.#telling ??= clock.at("tell-broadcasts", clock.now() + TELL_AFTER_MS, () => {
      this.#telling = null;
      this.#tell().catch((error) => log.error({ err: error }, "a broadcast's change was not told"));
    });
  }

  async #keep(scheduleIds: Iterable<string>, from: UnixMs, to: UnixMs): Promise<void> {
    const { db, calendar } = this.#parts;
    const begin = [...scheduleIds]
      .flatMap((id) => calendar.entries.get(id) ?? [])
      .flatMap((entry) => calendar.occurrences(entry, from, to))
      .filter(({ startAt }) => startAt >= from);
    await rows.keep(db, begin.map(recordOf));
    for (const { id, startAt, endAt } of begin) this.#follow(id, [startAt, endAt, endAt + WORD_GRACE_MS]);
  }

  /** Tells dashboards of a broadcast when its state changes by itself. */
  #follow(id: string, moments: readonly UnixMs[]): void {
    const { clock } = this.#parts;
    for (const end of this.#timers.get(id) ?? []) end();
    const coming = moments.filter((at) => at > clock.now());
    const timers = coming.map((at, index) =>
      clock.at(`broadcast ${id}`, at, () => {
        this.changed(id);
        if (index === coming.length - 1) this.#timers.delete(id);
      }),
    );
    this.#timers.set(id, timers);
  }

  async #tell(): Promise<void> {
    const { broadcasts, calendar, events } = this.#parts;
    const ids = [...this.#changed];
    this.#changed.clear();
    for (const id of ids) {
      const record = await broadcasts.find(id);
      if (!record) continue;
      const areas = calendar.territory.areasOf(record.stations);
      events.publish({ kind: "broadcast", broadcast: await broadcasts.row(record) }, areas);
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
