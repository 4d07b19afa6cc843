import type { AreaId, StationId, ZoneId } from "@loa/protocol/identity";
import type { AlertRecord } from "./alert.ts";
import type { Territory } from "./targets.ts";

/** One message of an alert: to an area's topic, or to the own topics of stations. `except`: stations of the area that are told on their own. */
export interface Leg {
  readonly to: { readonly areaId: AreaId } | { readonly stationIds: readonly StationId[] };
  readonly zones: readonly ZoneId[];
  readonly except: readonly StationId[];
}

/** One message names so many stations: signing it costs the more the more it says, their names cost each of them some bytes. */
const TOGETHER = 100;

/**
 * The fewest messages that reach every target exactly once: area topics where all of an area sounds in all its zones, the rest on the
 * stations' own topics. `unsettled`: stations that were moved and have not said that they know, with the areas that they may still listen to. They are
 * told on their own topic, and every area's message names them as excepted.
 */
export function legsOf(
  territory: Territory,
  reach: AlertRecord["reach"],
  unsettled: ReadonlyMap<StationId, readonly AreaId[]>,
): Leg[] {
  const { areaIds, covered, others } = coverOf(territory, reach);
  const areas = areaIds.map((areaId): Leg => {
    const below = new Set(unsettled.size > 0 ? territory.below(areaId) : []);
    const except = [...unsettled].filter(([id, old]) => below.has(id) || old.includes(areaId));
    return { to: { areaId }, zones: [], except: except.map(([id]) => id).sort() };
  });
  const moved = unsettled.size > 0 ? reach.filter(({ stationId }) => unsettled.has(stationId)) : [];
  return [...areas, ...ownLegs([...others, ...moved.filter(({ stationId }) => covered.has(stationId))])];
}

/** Area topics that reach only stations of an alert, and who is left over. */
interface Cover {
  readonly territory: Territory;
  readonly areaIds: readonly AreaId[];
  readonly covered: ReadonlySet<StationId>;
  readonly others: AlertRecord["reach"];
}

/** Worked out once for as long as the tree stands: it takes longer than all else of an alert. */
const covers = new WeakMap<AlertRecord["reach"], Cover>();

function coverOf(territory: Territory, reach: AlertRecord["reach"]): Cover {
  const known = covers.get(reach);
  if (known?.territory === territory) return known;
  const whole = reach.filter(({ zones }) => zones.length === 0).map(({ stationId }) => stationId);
  const { areas } = territory.cover(whole.filter((id) => territory.stations.has(id)));
  const covered = new Set(areas.flatMap((area) => territory.below(area)));
  const others = reach.filter(({ stationId }) => !covered.has(stationId));
  const cover = { territory, areaIds: areas.map((area) => narrowest(territory, area)), covered, others };
  covers.set(reach, cover);
  return cover;
}

/** Messages on the own topics of stations: the same one for those that sound the same zones. */
export function ownLegs(reach: AlertRecord["reach"]): Leg[] {
  const alike = Map.groupBy(reach, ({ zones }) => zones.join());
  return [...alike.values()].flatMap((group) => {
    const [{ zones } = { zones: [] }] = group;
    const ids = group.map(({ stationId }) => stationId);
    const parts = Array.from({ length: Math.ceil(ids.length / TOGETHER) }, (_, n) =>
      ids.slice(n * TOGETHER, (n + 1) * TOGETHER),
    );
    return parts.map((stationIds): Leg => ({ to: { stationIds }, zones, except: [] }));
  });
}

/** The deepest area that holds the same stations, so that what is signed for it is worth nothing anywhere else. */
function narrowest(territory: Territory, area: AreaId): AreaId {
  const stations = territory.below(area).length;
  const inner = [...territory.areas.values()].find(
    ({ id, parentId }) => parentId === area && territory.below(id).length === stations,
  );
  return inner ? narrowest(territory, inner.id) : area;
}
