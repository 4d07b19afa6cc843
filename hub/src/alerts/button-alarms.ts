import type { Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { hours, minutes } from "@loa/kernel/units";
import type { StationEvent } from "@loa/protocol/faults";
import type { StationId } from "@loa/protocol/identity";
import type { AlertRecord } from "../core/alert.ts";
import type { StationRecord } from "../ports.ts";
import type { AlertBook } from "./alert-book.ts";
import type { AlertNotices } from "./alert-notices.ts";

/** What recording alarms of poles needs. */
export interface ButtonAlarmParts {
  readonly book: AlertBook;
  readonly notices: AlertNotices;
  readonly clock: Clock;
  readonly log: Logger;
  readonly record: (station: StationId) => StationRecord | undefined;
}

/** No station's button sounds longer. */
const LONGEST_MS = minutes(61);
/** Nobody presses one more often. A stolen station must not fill the board, nor the hub's memory. */
const MOST_AN_HOUR = 30;

type ButtonAlarm = Extract<StationEvent, { kind: "button-alarm" }>;

/** Alarms that somebody started by the button at a pole: recorded as alerts once the station can tell. Nothing is ever sent for them. */
export class ButtonAlarms {
  readonly #parts: ButtonAlarmParts;
  readonly #taking = new Set<string>();
  /** When alarms were taken within the last hour, by station. */
  readonly #lately = new Map<StationId, readonly number[]>();

  constructor(parts: ButtonAlarmParts) {
    this.#parts = parts;
  }

  /** Records one; a station tells it again until it knows that it arrived. */
  async take(station: StationId, event: ButtonAlarm): Promise<void> {
    const { book, notices } = this.#parts;
    const { alertId: id, at, endsBy } = event;
    if (!id.startsWith("button-") || this.#taking.has(id)) return;
    this.#taking.add(id);
    try {
      if ((await book.record(id)) || !this.#affords(station)) return;
      const detail = { at, endsBy };
      await book.keep(this.#recordOf(station, event), {
        ...{ actor: station, action: "alert.button", subject: id, detail },
      });
      book.note(id, station, { state: "received", revision: 1 }, at);
      notices.changed(id);
    } finally {
      this.#taking.delete(id);
    }
  }

  #affords(station: StationId): boolean {
    const { clock, log } = this.#parts;
    const now = clock.now();
    const lately = (this.#lately.get(station) ?? []).filter((at) => now - at < hours(1));
    const affords = lately.length < MOST_AN_HOUR;
    if (!affords) log.warn({ station }, "more alarms of a button than anybody presses are not recorded");
    this.#lately.set(station, affords ? [...lately, now] : lately);
    return affords;
  }

  /** A time that nobody believed there, or that is still to come, is taken for now: who looks at the board must see the alarm. */
  #recordOf(station: StationId, { alertId: id, at, endsBy, ownTime }: ButtonAlarm): AlertRecord {
    const name = this.#parts.record(station)?.name ?? station;
    const by = { id: station, name };
    const now = this.#parts.clock.now();
    const issuedAt = ownTime ? now : Math.min(at, now);
    const expires = issuedAt + Math.min(LONGEST_MS, Math.max(0, endsBy - at));
    return {
      ...{ id, version: 1, kind: "actual", origin: "button", targets: [{ stationId: station }] },
      reach: [{ stationId: station, zones: [] }],
      ...{ supersedes: [], supersededBy: null, createdAt: issuedAt, createdBy: by, confirmedBy: null },
      content: {
        headline: `Báo động tại cột: ${name}`.slice(0, 200),
        ...{ text: null, announcementId: null, tone: "siren", language: "vi", repeat: 0 },
        ...{ lifeMs: expires - issuedAt, sound: [], speechCode: null, proposedBy: by },
      },
      proposal: null,
      issue: { revision: 1, action: "alert", issuedAt, startAt: issuedAt, expires, sound: [] },
      ...{ recalledAt: null, recalledBy: null, correction: null },
    };
  }
}
