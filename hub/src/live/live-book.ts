import type { Cancel, UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Sha256, StationId } from "@loa/protocol/identity";
import { type LiveProgress, type LiveRecord, NOTHING_SAID, overlap } from "../core/live.ts";
import type { Actor, Audit } from "../ports.ts";
import type { Database } from "../store/database.ts";
import { lineLive } from "../store/repositories/line-live.ts";
import { lineDatabase } from "../store/repositories/line-tables.ts";
import type { KnownLive } from "./live-views.ts";
import type { LiveVoice } from "./live-voice.ts";

/** Live speech that is open, or ended a moment ago. */
export interface HeldLive {
  record: LiveRecord;
  readonly speaker: Actor;
  readonly voice: LiveVoice;
  readonly progress: Map<StationId, LiveProgress>;
  /** An alert's voice may still wait for a second person. */
  isOut: boolean;
  readonly timers: Cancel[];
}

/** What the book lives on. */
export interface LiveBookParts {
  readonly database: Database;
  readonly audit: Audit;
}

/** Live speech: what is open in memory, all of it in the store. */
export class LiveBook {
  readonly #parts: LiveBookParts;
  readonly #held = new Map<string, HeldLive>();

  constructor(parts: LiveBookParts) {
    this.#parts = parts;
  }

  /**
   * Takes the stations for one who speaks, in the same moment in which they are found free. An alert's voice takes them from everybody but
   * another alert's.
   * @throws LIVE_HELD
   */
  hold(live: HeldLive, isAlert: boolean): void {
    const { reach } = live.record;
    const other = this.open().find(
      (one) =>
        overlap(one.record.reach, reach) && (isAlert ? one.record.alertId !== null || !one.isOut : one.isOut),
    );
    if (other) {
      const { by, createdAt: since, id } = other.record;
      throw new LoaError("LIVE_HELD", `${by.name} speaks to one of these stations`, {
        id,
        holder: { ...by, since },
      });
    }
    this.#held.set(live.record.id, live);
  }

  /** Those that have not ended. */
  open(): HeldLive[] {
    return [...this.#held.values()].filter(({ record }) => record.end === null);
  }

  held(id: string): HeldLive | undefined {
    return this.#held.get(id);
  }

  /** The open one that is the voice of an alert. */
  ofAlert(alertId: string): HeldLive | undefined {
    return [...this.#held.values()].find(({ record }) => record.alertId === alertId);
  }

  forget(id: string): void {
    this.#held.delete(id);
  }

  async find(id: string): Promise<KnownLive | null> {
    const held = this.#held.get(id);
    if (held) return knownOf(held);
    const record = await lineLive.get(lineDatabase(this.#parts.database), id);
    return record && fromStore(record);
  }

  /** A page of those at some stations (null: at any), newest first; what memory knows of them is newer. */
  async page(
    before: string | undefined,
    limit: number,
    stations: readonly StationId[] | null,
  ): Promise<KnownLive[]> {
    const records = await lineLive.before(lineDatabase(this.#parts.database), before, limit, stations);
    return records.map((record) => {
      const held = this.#held.get(record.id);
      return held ? knownOf(held) : fromStore(record);
    });
  }

  /** Those that another run of the hub left open. */
  left(): Promise<LiveRecord[]> {
    return lineLive.open(lineDatabase(this.#parts.database));
  }

  /** Writes a record together with its audit entry. */
  async keep(record: LiveRecord, entry: Parameters<Audit["record"]>[0]): Promise<void> {
    const { database, audit } = this.#parts;
    await database.transaction().execute(async (transaction) => {
      await lineLive.save(lineDatabase(transaction), record);
      await audit.recordIn(transaction, entry);
    });
  }

  /** Adds a recording to what ended without one. */
  async addRecording(id: string, recording: NonNullable<LiveRecord["recording"]>): Promise<void> {
    const db = lineDatabase(this.#parts.database);
    const record = await lineLive.get(db, id);
    if (record && record.end !== null && record.recording === null)
      await lineLive.save(db, { ...record, recording });
  }

  /** Of live speech that ended before a moment and has a recording, the oldest. */
  recordedBefore(endedBefore: UnixMs, limit: number): Promise<string[]> {
    return lineLive.recordedBefore(lineDatabase(this.#parts.database), endedBefore, limit);
  }

  /** Writes down that a recording is kept no longer, if it `mayGo`, and has its file removed: both or neither. */
  async dropRecording(
    id: string,
    at: UnixMs,
    mayGo: (record: LiveRecord) => boolean,
    remove: (sha256: Sha256) => Promise<void>,
  ): Promise<void> {
    const { database, audit } = this.#parts;
    await database.transaction().execute(async (transaction) => {
      const db = lineDatabase(transaction);
      const record = await lineLive.get(db, id);
      if (!record?.recording || !mayGo(record)) return;
      await lineLive.save(db, { ...record, recording: null, recordingRemovedAt: at });
      const entry = auditOf("hub", "recording-removed", record);
      await audit.recordIn(transaction, { ...entry, detail: { ...entry.detail, ...record.recording } });
      await remove(record.recording.sha256);
    });
  }

  /** Writes what is known of it by now, without a word to the audit. */
  async save({ record, progress }: Pick<HeldLive, "record" | "progress">): Promise<void> {
    const stations = Object.fromEntries(progress);
    await lineLive.save(lineDatabase(this.#parts.database), { ...record, stations });
  }

  /** Changes what is known of a station. False when nothing is new. */
  note(id: string, station: StationId, change: (before: LiveProgress) => LiveProgress): boolean {
    const held = this.#held.get(id);
    if (!held?.record.reach.some(({ stationId }) => stationId === station)) return false;
    const before = held.progress.get(station) ?? NOTHING_SAID;
    const next = change(before);
    if (next === before) return false;
    held.progress.set(station, next);
    return true;
  }
}

/** Whether a station was stopped for itself while the speech went on for others. */
export const isSpared = ({ progress }: Pick<HeldLive, "progress">, station: StationId): boolean =>
  progress.get(station)?.code === "STOPPED";

/** As it stands. */
export function knownOf({ record, voice, progress }: HeldLive): KnownLive {
  const startedAt: UnixMs | null = record.startedAt ?? voice.startedAt;
  return { record, state: record.end === null ? voice.state : "ended", startedAt, progress };
}

const fromStore = (record: LiveRecord): KnownLive => ({
  record,
  state: record.end === null ? "waiting" : "ended",
  startedAt: record.startedAt,
  progress: new Map(Object.entries(record.stations)),
});

/** What the audit says of it. */
export function auditOf(actor: string, what: string, { id, reach, end, alertId, by }: LiveRecord) {
  const detail = { by: by.name, stations: reach.length, ...(end && { end }), ...(alertId && { alertId }) };
  return { actor, action: `live.${what}`, subject: id, detail };
}
