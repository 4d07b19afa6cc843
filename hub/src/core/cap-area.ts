import { inCircle, isWithin, outlineOf } from "@loa/kernel/geography";
import type { AreaId, StationId } from "@loa/protocol/identity";
import type { CapArea, CapNamedValue, CapPoint } from "./cap-alert.ts";
import type { Territory } from "./targets.ts";

/** A station as an area of an alert finds it: by its place, or by the areas it lies in. */
export interface PlacedStation {
  readonly id: StationId;
  readonly lat: number | null;
  readonly lon: number | null;
  /** Its areas, root first. */
  readonly areas: readonly AreaId[];
}

/** A geocode of the senders and the area of the tree that it means. */
export interface CapGeocode extends CapNamedValue {
  readonly areaId: AreaId;
}

/** All stations of the tree, placed. */
export function placedStations(territory: Territory): PlacedStation[] {
  return [...territory.stations.values()].map(({ id, lat, lon, areaId }) => ({
    ...{ id, lat, lon },
    areas: territory.path(areaId),
  }));
}

/**
 * Stations in any of the area's polygons, circles and geocodes, by id. A station without a place is found by geocode alone. Source:
 * OASIS CAP 1.2, 3.2.4.
 */
export function stationsIn(
  area: CapArea,
  stations: readonly PlacedStation[],
  geocodes: readonly CapGeocode[],
): StationId[] {
  const wanted = new Set(area.geocodes.map(codeKey));
  const named = new Set(geocodes.filter((one) => wanted.has(codeKey(one))).map(({ areaId }) => areaId));
  const outlines = area.polygons.map(outlineOf);
  const covers = (point: CapPoint) =>
    outlines.some((outline) => isWithin(point, outline)) ||
    area.circles.some((circle) => inCircle(point, circle));
  const isInside = ({ lat, lon, areas }: PlacedStation) =>
    areas.some((id) => named.has(id)) || (lat !== null && lon !== null && covers({ lat, lon }));
  return stations
    .filter(isInside)
    .map(({ id }) => id)
    .sort();
}

/** Geocodes of the area that the table does not hold: somebody has to say what they mean. */
export function unknownGeocodes(area: CapArea, geocodes: readonly CapGeocode[]): CapNamedValue[] {
  const known = new Set(geocodes.map(codeKey));
  return area.geocodes.filter((code) => !known.has(codeKey(code)));
}

const codeKey = ({ valueName, value }: CapNamedValue) => JSON.stringify([valueName, value]);
