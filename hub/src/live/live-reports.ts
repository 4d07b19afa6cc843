import type { Logger } from "@loa/kernel/log";
import type { Ack } from "@loa/protocol/ack";
import type { Health } from "@loa/protocol/health";
import type { StationId } from "@loa/protocol/identity";
import { advanced, advancedWithAlert, received } from "../core/live.ts";
import { type HeldLive, isSpared, type LiveBook } from "./live-book.ts";
import type { LiveDelivery } from "./live-delivery.ts";
import type { LiveNotices } from "./live-notices.ts";

/** What taking in reports needs. */
export interface LiveReportParts {
  readonly book: LiveBook;
  readonly delivery: LiveDelivery;
  readonly notices: LiveNotices;
  readonly log: Logger;
}

/** What stations say of live speech. */
export class LiveReports {
  readonly #parts: LiveReportParts;

  constructor(parts: LiveReportParts) {
    this.#parts = parts;
  }

  /** How far a command, a session or an alert came. */
  acked(station: StationId, ack: Ack): void {
    const { book, delivery, notices } = this.#parts;
    const session = delivery.sessionOf(ack.id);
    const alert = session === undefined && !book.held(ack.id) ? book.ofAlert(ack.id) : undefined;
    const id = session ?? alert?.record.id ?? ack.id;
    const change = alert ? advancedWithAlert : advanced;
    if (!book.note(id, station, (before) => change(before, ack))) return;
    notices.changed(id);
    if (ack.state === "failed" && ack.code === "LIVE_LOST") this.#reopen(id, station);
  }

  /** What its health says of the reception. */
  health(station: StationId, { live }: Health): void {
    const { book, notices } = this.#parts;
    if (!live) return;
    const ofAlert = (book.held(live.sessionId)?.record.alertId ?? null) !== null;
    if (book.note(live.sessionId, station, (before) => received(before, live, ofAlert)))
      notices.changed(live.sessionId);
  }

  /** A station came back: it is told anew of speech that is open, in a command of its own. */
  async born(station: StationId): Promise<void> {
    for (const held of this.#parts.book.open()) await this.#tellAnew(held, station);
  }

  /** A station gave up on speech that goes on: its link stood still for a while. */
  #reopen(id: string, station: StationId): void {
    const held = this.#parts.book.open().find(({ record }) => record.id === id);
    if (!held) return;
    this.#tellAnew(held, station).catch((error) =>
      this.#parts.log.error({ id, station, err: error }, "live speech was not opened anew"),
    );
  }

  async #tellAnew(held: HeldLive, station: StationId): Promise<void> {
    if (held.isOut && held.record.alertId === null && !isSpared(held, station))
      await this.#parts.delivery.tell(held.record, (one) => one === station);
  }
}
