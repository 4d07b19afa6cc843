import type { Area } from "@loa/protocol/http/areas";
import type { Target } from "@loa/protocol/http/schedules";
import type { Station } from "@loa/protocol/http/stations";

/** The administrative tree as the user may see it. */
export interface Tree {
  readonly roots: readonly Area[];
  readonly children: ReadonlyMap<string, readonly Area[]>;
  readonly stations: ReadonlyMap<string, readonly Station[]>;
  /** Ids of all stations in an area and below it. */
  readonly inside: ReadonlyMap<string, readonly string[]>;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Builds the tree. An area whose parent is out of sight is a root. */
export function treeOf(areas: readonly Area[], stations: readonly Station[]): Tree {
  const known = new Map(areas.map((area) => [area.id, area]));
  const children = new Map<string, Area[]>();
  const own = new Map<string, Station[]>();
  const inside = new Map<string, string[]>();
  const roots: Area[] = [];
  for (const area of areas) {
    if (area.parentId !== null && known.has(area.parentId)) push(children, area.parentId, area);
    else roots.push(area);
  }
  for (const station of stations) {
    push(own, station.areaId, station);
    for (const id of known.get(station.areaId)?.path ?? []) push(inside, id, station.id);
  }
  return { roots, children, stations: own, inside };
}

/** What the targets reach: whole areas and every single station. */
export function coverOf(
  tree: Tree,
  targets: readonly Target[],
): { stations: ReadonlySet<string>; areas: ReadonlySet<string> } {
  const stations = new Set<string>();
  const areas = new Set<string>();
  for (const target of targets) {
    if ("stationId" in target) stations.add(target.stationId);
    else {
      areas.add(target.areaId);
      for (const id of tree.inside.get(target.areaId) ?? []) stations.add(id);
    }
  }
  return { stations, areas };
}

/** The shortest targets that reach exactly these stations: whole areas where all of an area is chosen. */
function targetsOf(tree: Tree, chosen: ReadonlySet<string>): Target[] {
  const walk = (area: Area): Target[] => {
    const inside = tree.inside.get(area.id) ?? [];
    if (inside.length > 0 && inside.every((id) => chosen.has(id))) return [{ areaId: area.id }];
    const below = (tree.children.get(area.id) ?? []).flatMap(walk);
    const own = (tree.stations.get(area.id) ?? []).filter(({ id }) => chosen.has(id));
    return [...below, ...own.map(({ id }) => ({ stationId: id }))];
  };
  return tree.roots.flatMap(walk);
}

/** Targets after the user pressed an area's box: all of it, or none when it was all chosen. */
export function toggleArea(tree: Tree, targets: readonly Target[], areaId: string): Target[] {
  const chosen = new Set(coverOf(tree, targets).stations);
  const inside = tree.inside.get(areaId) ?? [];
  const all = inside.every((id) => chosen.has(id));
  for (const id of inside) {
    if (all) chosen.delete(id);
    else chosen.add(id);
  }
  return targetsOf(tree, chosen);
}

/** Targets after the user pressed a station's box. */
export function toggleStation(tree: Tree, targets: readonly Target[], stationId: string): Target[] {
  const chosen = new Set(coverOf(tree, targets).stations);
  if (!chosen.delete(stationId)) chosen.add(stationId);
  return targetsOf(tree, chosen);
}
