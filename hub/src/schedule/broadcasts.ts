import type { Clock, UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Broadcast, BroadcastDetail, BroadcastStation, Playout } from "@loa/protocol/http/broadcasts";
import type { StationId } from "@loa/protocol/identity";
import { covers, RIGHTS } from "../core/access.ts";
import { broadcastState, columnOf, countsOf, type StationFacts } from "../core/broadcast.ts";
import { isOffline, soundingNow } from "../core/presence.ts";
import { parseBroadcastId } from "../core/recurrence.ts";
import type { StationBook } from "../link/station-book.ts";
import type { Actor } from "../ports.ts";
import { type BroadcastRecord, broadcasts } from "../store/repositories/line-broadcasts.ts";
import { receipts } from "../store/repositories/line-receipts.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import type { Calendar, Occurrence } from "./calendar.ts";
import type { Planning } from "./planning.ts";

/** What showing broadcasts needs. */
export interface BroadcastParts {
  readonly db: LineDatabase;
  readonly calendar: Calendar;
  readonly planning: Planning;
  readonly book: StationBook;
  readonly clock: Clock;
}

/** Broadcasts: those to come follow from the schedules, those whose time came are on record. */
export class Broadcasts {
  readonly #parts: BroadcastParts;

  constructor(parts: BroadcastParts) {
    this.#parts = parts;
  }

  /** All of `[from, to)` that sound in `area`, by start. */
  async between(
    area: string,
    from: UnixMs,
    to: UnixMs,
    scheduleId: string | null = null,
  ): Promise<BroadcastRecord[]> {
    const { db, calendar } = this.#parts;
    const below = new Set(calendar.territory.below(area));
    const kept = await broadcasts.between(db, from, to, scheduleId);
    const known = new Set(kept.map(({ id }) => id));
    const coming = [...calendar.entries.values()]
      .filter(({ record }) => scheduleId === null || record.id === scheduleId)
      .flatMap((entry) => calendar.occurrences(entry, from, to))
      .filter((occurrence) => !known.has(occurrence.id) && this.#isToCome(occurrence))
      .map((occurrence) => recordOf(occurrence));
    return [...kept, ...coming]
      .filter(({ stations }) => stations.some((id) => below.has(id)))
      .sort((a, b) => a.startAt - b.startAt || (a.id < b.id ? -1 : 1));
  }

  /** One broadcast that sounds in the actor's area. @throws NOT_FOUND */
  async see(actor: Actor, id: string): Promise<BroadcastRecord> {
    const record = await this.find(id);
    const { territory } = this.#parts.calendar;
    const seen =
      RIGHTS[actor.role].has("broadcast.read") &&
      record?.stations.some((station) => covers(actor, territory.pathOf(station)));
    if (!record || !seen) throw new LoaError("NOT_FOUND", `there is no broadcast ${id} in your area`, { id });
    return record;
  }

  /** On record, or still to come; null when there is none. */
  async find(id: string): Promise<BroadcastRecord | null> {
    const { db, calendar } = this.#parts;
    const kept = await broadcasts.get(db, id);
    if (kept) return kept;
    const named = parseBroadcastId(id);
    const entry = named && calendar.entries.get(named.scheduleId);
    if (!named || !entry?.programme) return null;
    const found = calendar.occurrences(entry, named.start, named.start + 1).find((one) => one.id === id);
    return found ? recordOf(found) : null;
  }

  /** Rows of a list. */
  async rows(records: readonly BroadcastRecord[]): Promise<Broadcast[]> {
    const playouts = await this.#playouts(records);
    return records.map((record) => this.#row(record, playouts.get(record.id) ?? []));
  }

  async row(record: BroadcastRecord): Promise<Broadcast> {
    return (await this.rows([record]))[0]!;
  }

  /** With delivery and proof for each station. */
  async detail(record: BroadcastRecord): Promise<BroadcastDetail> {
    const playouts = (await this.#playouts([record])).get(record.id) ?? [];
    const byStation = Map.groupBy(playouts, (playout) => playout.stationId);
    return {
      ...this.#row(record, playouts),
      announcements: record.announcements.map((one) => ({ ...one })),
      stations: record.stations.map((id) => this.#station(record, id, byStation.get(id) ?? [])),
      playouts,
    };
  }

  #row(record: BroadcastRecord, playouts: readonly Playout[]): Broadcast {
    const now = this.#parts.clock.now();
    const byStation = Map.groupBy(playouts, (playout) => playout.stationId);
    const facts = factsOf(record);
    const stations = record.stations.map((id) => this.#facts(record, id, byStation.get(id) ?? []));
    const { id, scheduleId, title, startAt, endAt, priority } = record;
    const counts = countsOf(stations, facts, now);
    const silenced =
      counts.onAir === 0 && record.stations.every((station) => record.stopped.includes(station));
    const state = broadcastState(facts, now, silenced);
    return { id, scheduleId, title, startAt, endAt, state, priority, counts };
  }

  #facts(record: BroadcastRecord, id: StationId, playouts: readonly Playout[]): StationFacts {
    const { book, planning, clock } = this.#parts;
    const state = book.get(id);
    const now = clock.now();
    const onAir =
      state !== undefined &&
      !isOffline(state, now) &&
      soundingNow(state.health, now)?.broadcastId === record.id;
    const confirmed = state?.confirmed ?? null;
    const newest =
      !planning.isPending(id) &&
      confirmed?.revision === state?.wanted?.revision &&
      confirmed?.hubEpoch === state?.wanted?.hubEpoch;
    return {
      confirmed: confirmed !== null && (newest || confirmed.generatedAt > record.changedAt),
      onAir,
      stopped: record.stopped.includes(id),
      playouts,
    };
  }

  #station(record: BroadcastRecord, id: StationId, playouts: Playout[]): BroadcastStation {
    const { territory } = this.#parts.calendar;
    const registered = territory.stations.get(id);
    const facts = this.#facts(record, id, playouts);
    const column = columnOf(facts, factsOf(record), this.#parts.clock.now());
    const open = column === "confirmed" || column === "unconfirmed" || column === "onAir";
    const state = open ? (record.cancelledAt === null ? column : "cancelled") : "done";
    const code = state === "unconfirmed" || column === "failed" ? this.#why(record, id, playouts) : undefined;
    return {
      stationId: id,
      name: registered?.name ?? id,
      areaId: registered?.areaId ?? "unknown",
      state,
      ...(code !== undefined && { code }),
      playouts,
    };
  }

  #why(
    { id: broadcastId, startAt }: BroadcastRecord,
    id: StationId,
    playouts: Playout[],
  ): string | undefined {
    const { book, planning, clock } = this.#parts;
    const said = playouts.find((playout) => playout.code !== undefined)?.code;
    if (said !== undefined) return said;
    const state = book.get(id);
    const place = planning.placeOf(id);
    if (place && state?.wanted && startAt >= state.wanted.anchor) {
      const { refused } = planning.content(id, place, state.wanted.anchor);
      const refusal = refused.find((one) => one.broadcastId === broadcastId);
      if (refusal) return refusal.code;
    }
    if (!state || isOffline(state, clock.now())) return "OFFLINE";
    if (state.rejectedCode !== null) return state.rejectedCode;
    return (state.birth?.missingAssets.length ?? 0) > 0 ? "ASSET_MISSING" : undefined;
  }

  /** What lay in the past when its schedule was made, and is not on record, never was. */
  #isToCome({ startAt, entry }: Occurrence): boolean {
    return startAt >= entry.changedAt;
  }

  async #playouts(records: readonly BroadcastRecord[]): Promise<Map<string, Playout[]>> {
    const now = this.#parts.clock.now();
    const begun = records.filter((record) => record.startAt <= now + 60_000).map(({ id }) => id);
    return Map.groupBy(
      await receipts.ofBroadcasts(this.#parts.db, begun),
      (playout) => playout.broadcastId ?? "",
    );
  }
}

/** An occurrence as it is put on record. */
export function recordOf({ entry, id, startAt, endAt }: Occurrence): BroadcastRecord {
  const { record, programme, reach, changedAt } = entry;
  return {
    id,
    scheduleId: record.id,
    title: record.title,
    startAt,
    endAt,
    priority: record.priority,
    stations: [...reach.keys()],
    announcements: programme?.announcements ?? [],
    changedAt,
    cancelledAt: null,
    stopped: [],
  };
}

const factsOf = ({ startAt, endAt, cancelledAt }: BroadcastRecord) => ({
  startAt,
  endAt,
  cancelled: cancelledAt !== null,
});
