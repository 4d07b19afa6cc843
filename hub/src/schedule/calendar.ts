import { setImmediate } from "node:timers/promises";
import type { UnixMs } from "@loa/kernel/clock";
import { days } from "@loa/kernel/units";
import type { StationId } from "@loa/protocol/identity";
import type { Wanted } from "../core/planner.ts";
import { broadcastIdOf } from "../core/recurrence.ts";
import { type Reach, Territory } from "../core/targets.ts";
import type { ScheduleRecord } from "../store/repositories/line-schedules.ts";
import { occurrences } from "./occurrences.ts";
import { holds, type Programme } from "./programme.ts";

/** A schedule with what follows from it now. `programme` null: something in it may not sound. */
export interface Entry {
  readonly record: ScheduleRecord;
  readonly programme: Programme | null;
  readonly reach: Reach;
  /** Rises with every change of the entry; part of what plans are compared by. */
  readonly version: number;
  /** Since when it is as it is. */
  readonly changedAt: UnixMs;
}

/** One occurrence of an entry. */
export interface Occurrence {
  readonly entry: Entry;
  readonly id: string;
  readonly startAt: UnixMs;
  readonly endAt: UnixMs;
}

interface Known {
  readonly version: number;
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly starts: readonly UnixMs[];
}

/** A new tree, with what schedules reach in it. */
export interface Survey {
  readonly territory: Territory;
  /** Of the entries that there were. */
  readonly found: ReadonlyMap<Entry, Surveyed>;
}

type Surveyed = Pick<Entry, "record" | "reach">;

/** So many stations are looked up before others get a turn. */
const REACHED_PER_TURN = 3_000;

/** All schedules in memory, what each reaches, and which stations it concerns. */
export class Calendar {
  #territory = new Territory([], []);
  #version = 0;
  readonly #entries = new Map<string, Entry>();
  readonly #byStation = new Map<StationId, Set<string>>();
  readonly #stops = new Map<string, Set<StationId>>();
  readonly #starts = new Map<string, Known>();
  #revision = 0;

  /** Rises whenever the tree, a schedule or a stop changes: while it stays, so do the plans that are drawn from them. */
  get revision(): number {
    return this.#revision;
  }

  get territory(): Territory {
    return this.#territory;
  }

  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  /**
   * Works out what each schedule, as `revise` has it, reaches in a new tree: a few at a time, so that nobody waits for those of a whole
   * province.
   */
  async survey(territory: Territory, revise = (record: ScheduleRecord) => record): Promise<Survey> {
    const found = new Map<Entry, Surveyed>();
    // That the tree was drawn up counts too.
    let looked = territory.stations.size;
    const rest = async () => {
      if (looked < REACHED_PER_TURN) return;
      looked = 0;
      await setImmediate();
    };
    for (const entry of [...this.#entries.values()]) {
      await rest();
      const seen = lookedAt(entry, revise(entry.record), territory);
      found.set(entry, seen);
      looked += 1 + seen.reach.size;
    }
    await rest();
    return { territory, found };
  }

  /** Puts a surveyed tree in force at once, with what was scheduled since; answers the stations whose broadcasts changed by it. */
  enter({ territory, found }: Survey, now: UnixMs): Set<StationId> {
    this.#territory = territory;
    this.#revision++;
    const changed = new Set<StationId>();
    for (const entry of [...this.#entries.values()]) {
      const { record, reach } = found.get(entry) ?? lookedAt(entry, entry.record, territory);
      if (record === entry.record && reach === entry.reach) continue;
      for (const station of this.#put(record, entry.programme, reach, now)) changed.add(station);
    }
    return changed;
  }

  /** Adds or replaces a schedule; answers the stations it reached or reaches now. */
  set(record: ScheduleRecord, programme: Programme | null, now: UnixMs): Set<StationId> {
    return this.#put(record, programme, this.#territory.reachNow(record.targets), now);
  }

  #put(record: ScheduleRecord, programme: Programme | null, reach: Reach, now: UnixMs): Set<StationId> {
    // Which counts the change too.
    const affected = this.remove(record.id);
    this.#entries.set(record.id, { record, programme, reach, version: ++this.#version, changedAt: now });
    for (const station of reach.keys()) {
      affected.add(station);
      const ids = this.#byStation.get(station);
      if (ids) ids.add(record.id);
      else this.#byStation.set(station, new Set([record.id]));
    }
    return affected;
  }

  /** Takes a schedule out; answers the stations it reached. */
  remove(id: string): Set<StationId> {
    this.#revision++;
    const reached = new Set(this.#entries.get(id)?.reach.keys());
    for (const station of reached) this.#byStation.get(station)?.delete(id);
    this.#entries.delete(id);
    this.#starts.delete(id);
    return reached;
  }

  /** Marks a broadcast as stopped at stations: it stays out of their plans. */
  stop(broadcastId: string, stations: Iterable<StationId>): void {
    const stopped = this.#stops.get(broadcastId) ?? new Set();
    for (const station of stations) stopped.add(station);
    this.#revision++;
    this.#stops.set(broadcastId, stopped);
  }

  /** Stations at which a broadcast was stopped: its time there is free again. */
  stoppedAt(broadcastId: string): ReadonlySet<StationId> {
    return this.#stops.get(broadcastId) ?? new Set();
  }

  /** Schedules that concern a station, by id. */
  of(station: StationId): Entry[] {
    const ids = [...(this.#byStation.get(station) ?? [])].sort();
    return ids.map((id) => this.#entries.get(id)!);
  }

  /** Starts of an entry in `[from, to)`, from a cache around now. */
  starts(entry: Entry, from: UnixMs, to: UnixMs): readonly UnixMs[] {
    const { id, recurrence } = entry.record;
    let known = this.#starts.get(id);
    if (known?.version !== entry.version || from < known.from || to > known.to) {
      if (to - from > days(40)) return occurrences(recurrence, from, to);
      const around = { from: from - days(1), to: to + days(2) };
      known = {
        version: entry.version,
        ...around,
        starts: occurrences(recurrence, around.from, around.to),
      };
      this.#starts.set(id, known);
    }
    return known.starts.filter((at) => at >= from && at < to);
  }

  /** Occurrences of an entry that overlap `[from, to)`; none while its programme may not sound, nor once it expired. */
  occurrences(entry: Entry, from: UnixMs, to: UnixMs): Occurrence[] {
    return this.#occurrences(entry, from, to, (programme, startAt) => holds(programme, startAt));
  }

  /** Those that do not sound because an announcement has expired by then. */
  expired(entry: Entry, from: UnixMs, to: UnixMs): Occurrence[] {
    return this.#occurrences(entry, from, to, (programme, startAt) => !holds(programme, startAt));
  }

  #occurrences(
    entry: Entry,
    from: UnixMs,
    to: UnixMs,
    which: (programme: Programme, startAt: UnixMs) => boolean,
  ): Occurrence[] {
    const { programme } = entry;
    if (!programme) return [];
    const duration = programme.durationMs;
    return this.starts(entry, from - duration, to)
      .filter((startAt) => startAt + duration > from && which(programme, startAt))
      .map((startAt) => ({
        entry,
        id: broadcastIdOf(entry.record.id, startAt),
        startAt,
        endAt: startAt + duration,
      }));
  }

  /** What a station is asked to sound in `[from, to)`. */
  wanted(station: StationId, from: UnixMs, to: UnixMs): Wanted[] {
    return this.of(station).flatMap((entry) =>
      this.occurrences(entry, from, to)
        .filter(({ id }) => !this.#stops.get(id)?.has(station))
        .map((occurrence) => wantedOf(occurrence, station)),
    );
  }

  /** Text that is alike for stations that are asked for the same. */
  wishKey(station: StationId): string {
    const parts = this.of(station).map(
      ({ record, version, reach }) => `${record.id}@${version}:${reach.get(station)?.join()}`,
    );
    for (const [id, stopped] of this.#stops) if (stopped.has(station)) parts.push(id);
    return parts.join(" ");
  }
}

/** One occurrence as a station is asked for it. */
export function wantedOf({ entry, id, startAt }: Occurrence, station: StationId): Wanted {
  const { record, programme, reach } = entry;
  return {
    broadcastId: id,
    startAt,
    durationMs: programme!.durationMs,
    priority: record.priority,
    zones: reach.get(station) ?? [],
    items: programme!.items,
    chime: record.chime,
    lateWithinMs: record.lateWithinMs,
    onPreempt: record.onPreempt,
    approvedBy: programme!.approvedBy,
    title: record.title,
  };
}

/** What a record reaches; the entry's own reach where that is the same. */
function lookedAt(entry: Entry, record: ScheduleRecord, territory: Territory): Surveyed {
  const reach = territory.reachNow(record.targets);
  return { record, reach: sameReach(reach, entry.reach) ? entry.reach : reach };
}

function sameReach(a: Reach, b: Reach): boolean {
  return a.size === b.size && [...a].every(([id, zones]) => b.get(id)?.join() === zones.join());
}
