import type { Area } from "@loa/protocol/http/areas";
import type { Station } from "@loa/protocol/http/stations";
import { folded } from "./folded.ts";
import { nameKey, searchWords } from "./name-key.ts";

/** Which stations the wall shows. */
export type WallFilter = "all" | "trouble" | "onAir";

/** Stations of one area, those that need somebody first, then by name. */
export interface WallGroup {
  readonly area: Area;
  /** Names from the root to the parent. */
  readonly above: readonly string[];
  readonly stationIds: readonly string[];
}

/** Whether somebody should look after the station. */
export const needsHelp = (station: Station): boolean =>
  station.status === "offline" || station.status === "degraded" || station.faults.length > 0;

/** How badly a station needs somebody; 0 is worst. */
export function severity(station: Station): number {
  if (station.status === "offline") return 0;
  if (station.status === "degraded") return 1;
  if (station.faults.length > 0) return 2;
  return station.status === "online" ? 4 : 3;
}

/** Stations of an area at a glance. */
export interface AreaTally {
  total: number;
  ready: number;
  sounding: number;
}

/** Counts over all stations and for each area that has some of its own. */
export interface Tally {
  readonly all: number;
  readonly trouble: number;
  readonly onAir: number;
  readonly byArea: ReadonlyMap<string, AreaTally>;
}

/** Counts everything that the wall's headings tell, in one pass. */
export function tally(stations: readonly Station[]): Tally {
  const byArea = new Map<string, AreaTally>();
  let [trouble, onAir] = [0, 0];
  for (const station of stations) {
    const area = byArea.get(station.areaId) ?? { total: 0, ready: 0, sounding: 0 };
    byArea.set(station.areaId, area);
    area.total++;
    if (station.status === "online") area.ready++;
    if (station.onAir !== null) area.sounding++;
    if (station.onAir !== null) onAir++;
    if (needsHelp(station)) trouble++;
  }
  return { all: stations.length, trouble, onAir, byArea };
}

const shown = (station: Station, filter: WallFilter): boolean =>
  filter === "all" || (filter === "trouble" ? needsHelp(station) : station.onAir !== null);

function byUrgency(a: Station, b: Station): number {
  const [first, second] = [nameKey(a.name), nameKey(b.name)];
  return severity(a) - severity(b) || (first < second ? -1 : first > second ? 1 : 0);
}

/**
 * Areas that have stations of their own and something to show; those with a silent station first, then those with another trouble,
 * each in the order of the tree. `query` is looked for in the names of station and areas and in the id, whatever the accents.
 */
export function groupByArea(
  areas: readonly Area[],
  stations: readonly Station[],
  filter: WallFilter,
  query = "",
): WallGroup[] {
  const names = new Map(areas.map((area) => [area.id, area.name]));
  const matches = matcher(areas, names, query);
  const byArea = new Map<string, Station[]>();
  for (const station of stations) {
    if (!shown(station, filter) || !matches(station)) continue;
    const list = byArea.get(station.areaId);
    if (list) list.push(station);
    else byArea.set(station.areaId, [station]);
  }
  const groups = areas.flatMap((area) => {
    const own = byArea.get(area.id)?.sort(byUrgency);
    if (!own) return [];
    const above = area.path.slice(0, -1).flatMap((id) => names.get(id) ?? []);
    const worst = Math.min(2, severity(own[0] as Station));
    return { worst, group: { area, above, stationIds: own.map(({ id }) => id) } };
  });
  return groups.sort((a, b) => a.worst - b.worst).map(({ group }) => group);
}

function matcher(
  areas: readonly Area[],
  names: ReadonlyMap<string, string>,
  query: string,
): (station: Station) => boolean {
  const words = searchWords(query);
  if (words.length === 0) return () => true;
  const places = new Map(
    areas.map(({ id, path }) => [id, folded(path.map((one) => names.get(one) ?? "").join(" "))]),
  );
  return ({ id, name, areaId }) => {
    const text = `${folded(name)} ${places.get(areaId) ?? ""} ${id}`;
    return words.every((word) => text.includes(word));
  };
}
