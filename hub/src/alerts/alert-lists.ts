import { setImmediate } from "node:timers/promises";
import type { AlertSummary } from "@loa/protocol/http/alerts";
import type { AlertRecord } from "../core/alert.ts";
import type { Actor } from "../ports.ts";
import type { AlertHead } from "../store/repositories/line-alerts.ts";
import type { AlertBook } from "./alert-book.ts";
import type { AlertRights } from "./alert-rights.ts";
import type { AlertViews } from "./alert-views.ts";

/** Of those that are over for long, so many are kept as lists show them. */
const MOST_KEPT = 300;

/** What listing alerts needs. */
export interface AlertListParts {
  readonly book: AlertBook;
  readonly rights: AlertRights;
  readonly views: AlertViews;
}

/** An alert as lists show it. */
interface Listed extends AlertHead {
  readonly summary: AlertSummary;
}

/**
 * Alerts newest first. Every page that is opened asks for them, and all at once after a restart of the hub; one alert may have ten thousand
 * stations. So what cannot change any more is counted once, one after the other, and others get their turn in between.
 */
export class AlertLists {
  readonly #parts: AlertListParts;
  readonly #kept = new Map<string, Promise<Listed>>();

  constructor(parts: AlertListParts) {
    this.#parts = parts;
  }

  /** Those before the one of id `before` that the actor may see, newest first. */
  async page(
    actor: Actor,
    kind: string | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<AlertSummary[]> {
    const { book, rights } = this.#parts;
    const fits = (one: AlertHead) => rights.seesHead(actor, one);
    const found: AlertSummary[] = [];
    for (let from = before; found.length < limit; ) {
      const ids = await book.idsBefore(from, limit, kind);
      for (const id of ids) {
        const summary = await this.#one(id, fits);
        if (summary) found.push(summary);
      }
      if (ids.length < limit) break;
      from = ids.at(-1);
    }
    return found.slice(0, limit);
  }

  /** Null where it does not fit; then no more of it is read than its head. */
  async #one(id: string, fits: (one: AlertHead) => boolean): Promise<AlertSummary | null> {
    const { book, views } = this.#parts;
    const kept = await this.#kept.get(id);
    if (kept) return fits(kept) ? kept.summary : null;
    await setImmediate();
    const head = await book.head(id);
    if (!head || !fits(head)) return null;
    const held = book.held(id);
    if (held) return views.summary(held);
    const record = await book.record(id);
    return record && (await this.#counted(record, head)).summary;
  }

  /** Of one that is over for long. */
  #counted(record: AlertRecord, head: AlertHead): Promise<Listed> {
    const counting = this.#kept.get(record.id) ?? this.#count(record, head);
    this.#kept.set(record.id, counting);
    counting.catch(() => this.#kept.delete(record.id));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return counting;
  }

  async #count(record: AlertRecord, head: AlertHead): Promise<Listed> {
    const { book, views } = this.#parts;
    const summary = views.summary({ record, progress: await book.progress(record.id) });
    return { ...head, summary };
  }
}
