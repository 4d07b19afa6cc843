import { setImmediate } from "node:timers/promises";
import type { AlertSummary } from "@loa/protocol/http/alerts";
import type { StationId } from "@loa/protocol/identity";
import type { AlertRecord } from "../core/alert.ts";
import type { Actor } from "../ports.ts";
import type { AlertBook } from "./alert-book.ts";
import type { AlertRights, Seen } from "./alert-rights.ts";
import type { AlertViews } from "./alert-views.ts";

/** Of those that are over for long, so many are kept as lists show them. */
const MOST_KEPT = 300;

/** What listing alerts needs. */
export interface AlertListParts {
  readonly book: AlertBook;
  readonly rights: AlertRights;
  readonly views: AlertViews;
}

/** By what it is judged whether an alert belongs to a list. */
type Judged = Seen & Pick<AlertRecord, "kind">;

/** An alert as lists show it. */
interface Listed extends Judged {
  readonly summary: AlertSummary;
}

/**
 * Alerts newest first. Every page that is opened asks for them, and all at once after a restart of the hub; one alert may have ten thousand
 * stations. So what cannot change any more is counted once, one after the other, and others get their turn in between.
 */
export class AlertLists {
  readonly #parts: AlertListParts;
  readonly #kept = new Map<string, Promise<Listed>>();
  readonly #places = new Map<StationId, { readonly stationId: StationId }>();

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
    const fits = (one: Judged) => (kind === undefined || one.kind === kind) && rights.sees(actor, one);
    const found: AlertSummary[] = [];
    for (let from = before; found.length < limit; ) {
      const ids = await book.idsBefore(from, limit);
      for (const id of ids) {
        const summary = await this.#one(id, fits);
        if (summary) found.push(summary);
      }
      if (ids.length < limit) break;
      from = ids.at(-1);
    }
    return found.slice(0, limit);
  }

  async #one(id: string, fits: (one: Judged) => boolean): Promise<AlertSummary | null> {
    const { book, views } = this.#parts;
    const kept = await this.#kept.get(id);
    if (kept) return fits(kept) ? kept.summary : null;
    await setImmediate();
    const held = book.held(id);
    if (held) return fits(held.record) ? views.summary(held) : null;
    const record = await book.record(id);
    return record && fits(record) ? (await this.#counted(record)).summary : null;
  }

  /** Of one that is over for long. */
  #counted(record: AlertRecord): Promise<Listed> {
    const counting = this.#kept.get(record.id) ?? this.#count(record);
    this.#kept.set(record.id, counting);
    counting.catch(() => this.#kept.delete(record.id));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return counting;
  }

  async #count(record: AlertRecord): Promise<Listed> {
    const { book, views } = this.#parts;
    const { kind, createdBy, reach } = record;
    const summary = views.summary({ record, progress: await book.progress(record.id) });
    return { kind, createdBy, reach: reach.map((one) => this.#placed(one)), summary };
  }

  /** Stations of many alerts are the same: each is kept once. */
  #placed({ stationId }: { readonly stationId: StationId }): { readonly stationId: StationId } {
    const known = this.#places.get(stationId) ?? { stationId };
    this.#places.set(stationId, known);
    return known;
  }
}
