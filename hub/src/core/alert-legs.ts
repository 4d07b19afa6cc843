import type { AreaId, StationId, ZoneId } from "@loa/protocol/identity";
import type { AlertRecord } from "./alert.ts";
import type { Territory } from "./targets.ts";

/** One message of an alert: to an area's topic or to a station's own. `except`: stations of the area that are told on their own. */
export interface Leg {
  readonly to: { readonly areaId: AreaId } | { readonly stationId: StationId };
  readonly zones: readonly ZoneId[];
  readonly except: readonly StationId[];
}

/**
 * The fewest messages that reach every target exactly once: area topics where all of an area sounds in all its zones, the rest station by
 * station. `unsettled`: stations that were moved and have not said that they know, with the areas that they may still listen to. They are
 * told on their own topic, and every area's message names them as excepted.
 */
export function legsOf(
  territory: Territory,
  reach: AlertRecord["reach"],
  unsettled: ReadonlyMap<StationId, readonly AreaId[]>,
): Leg[] {
  const whole = reach.filter(({ zones }) => zones.length === 0).map(({ stationId }) => stationId);
  const cover = territory.cover(whole.filter((id) => territory.stations.has(id)));
  const covered = new Set(cover.areas.flatMap((area) => territory.below(area)));
  const areas = cover.areas.map((wide): Leg => {
    const areaId = narrowest(territory, wide);
    const below = new Set(territory.below(areaId));
    const except = [...unsettled].filter(([id, old]) => below.has(id) || old.includes(areaId));
    return { to: { areaId }, zones: [], except: except.map(([id]) => id).sort() };
  });
  const alone = reach.filter(({ stationId }) => !covered.has(stationId) || unsettled.has(stationId));
  return [...areas, ...alone.map(({ stationId, zones }): Leg => ({ to: { stationId }, zones, except: [] }))];
}

/** The deepest area that holds the same stations, so that what is signed for it is worth nothing anywhere else. */
function narrowest(territory: Territory, area: AreaId): AreaId {
  const stations = territory.below(area).length;
  const inner = [...territory.areas.values()].find(
    ({ id, parentId }) => parentId === area && territory.below(id).length === stations,
  );
  return inner ? narrowest(territory, inner.id) : area;
}
