import type { Area } from "@loa/protocol/http/areas";
import type { Station } from "@loa/protocol/http/stations";

/** Which stations the wall shows. */
export type WallFilter = "all" | "trouble" | "onAir";

/** Stations of one area, in the order of their names. */
export interface WallGroup {
  readonly area: Area;
  /** Names from the root to the parent. */
  readonly above: readonly string[];
  readonly stationIds: readonly string[];
}

/** Whether two groups show the same stations. */
export const sameGroup = (a: WallGroup, b: WallGroup | undefined): boolean =>
  a.area === b?.area &&
  a.stationIds.length === b.stationIds.length &&
  a.stationIds.every((id, i) => id === b.stationIds[i]);

/** Names as people sort them: xóm 2 before xóm 10. */
const byName = new Intl.Collator("vi", { numeric: true });

/** Whether somebody should look after the station. */
export const needsHelp = (station: Station): boolean =>
  station.status === "offline" || station.status === "degraded" || station.faults.length > 0;

const shown = (station: Station, filter: WallFilter): boolean =>
  filter === "all" || (filter === "trouble" ? needsHelp(station) : station.onAir !== null);

/** Areas that have stations of their own, in the order of the tree. */
export function groupByArea(
  areas: readonly Area[],
  stations: readonly Station[],
  filter: WallFilter,
): WallGroup[] {
  const byArea = new Map<string, Station[]>();
  for (const station of stations) {
    if (!shown(station, filter)) continue;
    const list = byArea.get(station.areaId);
    if (list) list.push(station);
    else byArea.set(station.areaId, [station]);
  }
  const names = new Map(areas.map((area) => [area.id, area.name]));
  return areas.flatMap((area) => {
    const own = byArea.get(area.id);
    if (!own) return [];
    return {
      area,
      above: area.path.slice(0, -1).flatMap((id) => names.get(id) ?? []),
      stationIds: own.sort((a, b) => byName.compare(a.name, b.name)).map(({ id }) => id),
    };
  });
}
