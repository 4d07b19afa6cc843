import { LoaError } from "@loa/kernel/errors";
import type { Target } from "@loa/protocol/http/schedules";
import type { AreaId, StationId, ZoneId } from "@loa/protocol/identity";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import type { AreaRecord, StationRecord } from "../ports.ts";

/** Zones that sound, by station. */
export type Reach = ReadonlyMap<StationId, readonly ZoneId[]>;

/** The tree with its stations, as it stands at one moment. */
export class Territory {
  readonly areas: ReadonlyMap<AreaId, AreaRecord>;
  readonly stations: ReadonlyMap<StationId, StationRecord>;
  readonly #paths = new Map<AreaId, readonly AreaId[]>();
  readonly #zones = new Map<StationId, readonly ZoneId[]>();
  readonly #below = new Map<AreaId, StationId[]>();
  readonly #reaches = new Map<AreaId, Reach>();

  constructor(areas: readonly AreaRecord[], stations: readonly StationRecord[]) {
    this.areas = new Map(areas.map((area) => [area.id, area]));
    this.stations = new Map(stations.map((station) => [station.id, station]));
    for (const station of [...stations].sort((a, b) => (a.id < b.id ? -1 : 1)))
      for (const area of this.path(station.areaId)) {
        const list = this.#below.get(area);
        if (list) list.push(station.id);
        else this.#below.set(area, [station.id]);
      }
  }

  /** Root first, `id` last; empty when the area is unknown. */
  path(id: AreaId): readonly AreaId[] {
    const known = this.#paths.get(id);
    if (known) return known;
    const area = this.areas.get(id);
    const path = area ? [...(area.parentId === null ? [] : this.path(area.parentId)), id] : [];
    this.#paths.set(id, path);
    return path;
  }

  pathOf(station: StationId): readonly AreaId[] {
    const found = this.stations.get(station);
    return found ? this.path(found.areaId) : [];
  }

  /** All zones of a station, by id. */
  zonesOf(station: StationId): readonly ZoneId[] {
    const known = this.#zones.get(station);
    if (known) return known;
    const zones = (this.stations.get(station)?.zones ?? []).map((zone) => zone.id).sort();
    this.#zones.set(station, zones);
    return zones;
  }

  /** Stations of an area and all below it, by id. */
  below(area: AreaId): readonly StationId[] {
    return this.#below.get(area) ?? [];
  }

  /** The envelope in force in an area: its own, or the nearest above it. */
  envelope(area: AreaId, fallback: TimeEnvelope): TimeEnvelope {
    const own = this.path(area).map((id) => this.areas.get(id)?.envelope ?? null);
    return own.findLast((envelope) => envelope !== null) ?? fallback;
  }

  /**
   * Stations and zones that targets name; several targets of one station add up.
   * @throws NOT_FOUND an area, station or zone does not exist · NO_TARGETS none has a station
   */
  reach(targets: readonly Target[]): Reach {
    const [only, ...others] = targets;
    if (!only || others.length > 0 || !("areaId" in only)) return this.#reach(targets);
    const known = this.#reaches.get(only.areaId) ?? this.#reach(targets);
    this.#reaches.set(only.areaId, known);
    return known;
  }

  #reach(targets: readonly Target[]): Reach {
    const reach = new Map<StationId, readonly ZoneId[]>();
    const add = (id: StationId, zones: readonly ZoneId[]) => {
      const known = reach.get(id);
      if (zones.length > 0) reach.set(id, known ? [...new Set([...known, ...zones])].sort() : zones);
    };
    for (const target of targets)
      if ("areaId" in target) {
        if (!this.areas.has(target.areaId)) throw missing("area", target.areaId);
        for (const id of this.below(target.areaId)) add(id, this.zonesOf(id));
      } else {
        const station = this.stations.get(target.stationId);
        if (!station) throw missing("station", target.stationId);
        const unknown = target.zones?.find((zone) => !station.zones.some((one) => one.id === zone));
        if (unknown) throw missing("zone", unknown);
        add(station.id, target.zones?.toSorted() ?? this.zonesOf(station.id));
      }
    if (reach.size === 0) throw new LoaError("NO_TARGETS", "the targets hold no station");
    return targets.length === 1 ? reach : new Map([...reach].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Like `reach`, for stored targets: what no longer exists is passed over, and nothing is an answer. */
  reachNow(targets: readonly Target[]): Reach {
    const standing = targets.flatMap((target): Target[] => {
      if ("areaId" in target) return this.below(target.areaId).length > 0 ? [target] : [];
      const station = this.stations.get(target.stationId);
      if (!station) return [];
      const zones = target.zones?.filter((zone) => station.zones.some((one) => one.id === zone));
      return zones?.length === 0 ? [] : [{ stationId: station.id, ...(zones && { zones }) }];
    });
    return standing.length === 0 ? new Map() : this.reach(standing);
  }

  /** The fewest area topics that reach exactly `stations`, and those left over one by one. */
  cover(stations: Iterable<StationId>): { areas: AreaId[]; stations: StationId[] } {
    const wanted = new Set(stations);
    const isWhole = this.#wholeAreas(wanted);
    const areas = [...isWhole].filter((area) => {
      const parent = this.areas.get(area)?.parentId;
      return !parent || !isWhole.has(parent);
    });
    for (const area of areas) for (const id of this.below(area)) wanted.delete(id);
    return { areas: areas.sort(), stations: [...wanted].sort() };
  }

  /** Areas with several stations, all of which are `wanted`. */
  #wholeAreas(wanted: ReadonlySet<StationId>): Set<AreaId> {
    const counts = new Map<AreaId, number>();
    const add = (area: AreaId, more: number) => counts.set(area, (counts.get(area) ?? 0) + more);
    for (const id of wanted) {
      const station = this.stations.get(id);
      if (station) add(station.areaId, 1);
    }
    for (const [area, count] of [...counts])
      for (const above of this.path(area).slice(0, -1)) add(above, count);
    const isWhole = ([area, count]: [AreaId, number]) => count > 1 && count === this.below(area).length;
    return new Set([...counts].filter(isWhole).map(([area]) => area));
  }

  /** Areas in which they stand. */
  areasOf(stations: Iterable<StationId>): Set<AreaId> {
    return new Set([...stations].flatMap((id) => this.stations.get(id)?.areaId ?? []));
  }

  /** The deepest area that holds them all; null when they share none. */
  commonArea(stations: Iterable<StationId>): AreaId | null {
    const [first = [], ...others] = [...new Set([...stations].map((id) => this.pathOf(id)))];
    return first.findLast((area, depth) => others.every((path) => path[depth] === area)) ?? null;
  }
}

/** Targets after `from` went up in `into`; each area once. */
export function retargeted<One extends object>(
  targets: readonly One[],
  from: AreaId,
  into: AreaId,
): (One | { areaId: AreaId })[] {
  const seen = new Set<unknown>();
  return targets
    .map((target) => ("areaId" in target && target.areaId === from ? { areaId: into } : target))
    .filter((target) => !("areaId" in target) || (!seen.has(target.areaId) && seen.add(target.areaId)));
}

const missing = (what: string, id: string) =>
  new LoaError("NOT_FOUND", `there is no ${what} ${id}`, { [what]: id });
