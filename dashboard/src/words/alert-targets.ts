import { inCircle, isWithin, outlineOf } from "@loa/kernel/geography";
import type { AlertTarget, CircleTarget, PolygonTarget } from "@loa/protocol/http/alerts";
import type { Group, GroupMember } from "@loa/protocol/http/groups";
import type { Target } from "@loa/protocol/http/schedules";
import type { Station } from "@loa/protocol/http/stations";
import type { Static } from "typebox";
import type { Tree } from "./targets.ts";

/** What is drawn on the map. */
export type Shape = Static<typeof CircleTarget> | Static<typeof PolygonTarget>;

/** What is needed to know whom targets reach. */
export interface Reachable {
  readonly tree: Tree;
  readonly stations: readonly Station[];
  readonly groups: readonly Group[];
}

/** How much would sound. */
export interface Reach {
  /** Zones by station; null: all of them. */
  readonly stations: ReadonlyMap<string, ReadonlySet<string> | null>;
  readonly horns: number;
}

export const isShape = (target: AlertTarget): target is Shape => "circle" in target || "polygon" in target;

/** What the tree shows: areas and stations. */
export const isPlain = (target: AlertTarget): target is Target => "areaId" in target || "stationId" in target;

/** Ids of the stations within a shape. One without a place is in none. */
export function stationsWithin(shape: Shape, stations: readonly Station[]): string[] {
  const outline = "polygon" in shape ? outlineOf(shape.polygon) : null;
  return stations.flatMap(({ id, lat, lon }) => {
    if (lat === null || lon === null) return [];
    const inside =
      "circle" in shape
        ? inCircle({ lat, lon }, shape.circle)
        : outline !== null && isWithin({ lat, lon }, outline);
    return inside ? [id] : [];
  });
}

/** Stations and horns that targets reach, as the hub would find them. */
export function reachOf(targets: readonly AlertTarget[], known: Reachable): Reach {
  const stations = new Map<string, Set<string> | null>();
  for (const target of targets) {
    if (!("groupId" in target)) add(stations, target, known);
    else
      for (const member of known.groups.find(({ id }) => id === target.groupId)?.targets ?? [])
        add(stations, member, known);
  }
  const horns = known.stations.reduce((sum, { id, zones }) => {
    const chosen = stations.get(id);
    if (chosen === undefined) return sum;
    const sounding = zones.filter((zone) => chosen === null || chosen.has(zone.id));
    return sum + sounding.reduce((some, zone) => some + zone.horns, 0);
  }, 0);
  return { stations, horns };
}

function add(found: Map<string, Set<string> | null>, target: GroupMember, known: Reachable): void {
  if ("areaId" in target) for (const id of known.tree.inside.get(target.areaId) ?? []) found.set(id, null);
  else if (!("stationId" in target))
    for (const id of stationsWithin(target, known.stations)) found.set(id, null);
  else if (target.zones === undefined || found.get(target.stationId) === null)
    found.set(target.stationId, null);
  else found.set(target.stationId, new Set([...(found.get(target.stationId) ?? []), ...target.zones]));
}

/** The list without one target. */
export const without = (targets: readonly AlertTarget[], gone: AlertTarget): AlertTarget[] =>
  targets.filter((target) => target !== gone);
