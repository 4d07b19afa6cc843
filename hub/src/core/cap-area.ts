import type { AreaId, StationId } from "@loa/protocol/identity";
import type { CapArea, CapCircle, CapNamedValue, CapPoint } from "./cap-alert.ts";
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

/** Mean radius of the earth, km. Source: IUGG, GRS 80. */
const EARTH_KM = 6371.0088;

/** Degrees within which a point counts as lying on an edge: about a millimetre. */
const EDGE = 1e-8;

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

/** Whether a point is in the closed ring or on its edge. Rings are flat: none crosses the antimeridian or a pole. */
export function inPolygon(point: CapPoint, ring: readonly CapPoint[]): boolean {
  return isWithin(point, outlineOf(ring));
}

/** A ring as plain numbers: it may have thousands of points, and each is compared with ten thousand stations. */
interface Outline {
  readonly lats: Float64Array;
  readonly lons: Float64Array;
}

function outlineOf(ring: readonly CapPoint[]): Outline {
  return { lats: Float64Array.from(ring, ({ lat }) => lat), lons: Float64Array.from(ring, ({ lon }) => lon) };
}

/** Taking pairs apart in this loop would make it ten times as slow. */
function isWithin({ lat, lon }: CapPoint, { lats, lons }: Outline): boolean {
  const south = lat - EDGE;
  const north = lat + EDGE;
  let inside = false;
  let aLat = lats.at(-1) ?? 0;
  let aLon = lons.at(-1) ?? 0;
  for (let i = 0; i < lats.length; i += 1) {
    const bLat = lats[i] ?? 0;
    const bLon = lons[i] ?? 0;
    if (!(aLat < south && bLat < south) && !(aLat > north && bLat > north)) {
      if (onEdge({ lat, lon }, { lat: aLat, lon: aLon }, { lat: bLat, lon: bLon })) return true;
      const crosses = aLat > lat !== bLat > lat;
      if (crosses && lon < ((bLon - aLon) * (lat - aLat)) / (bLat - aLat) + aLon) inside = !inside;
    }
    aLat = bLat;
    aLon = bLon;
  }
  return inside;
}

/** Whether a point is at most the radius from the centre, along the great circle. */
export function inCircle(point: CapPoint, { radiusKm, ...centre }: CapCircle): boolean {
  return kilometres(point, centre) <= radiusKm + 1e-6;
}

function kilometres(a: CapPoint, b: CapPoint): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const haversine =
    half(a.lat, b.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(a.lon, b.lon);
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, haversine)));
}

function onEdge(point: CapPoint, a: CapPoint, b: CapPoint): boolean {
  const [x, y] = [b.lon - a.lon, b.lat - a.lat];
  const length = Math.hypot(x, y);
  const [dx, dy] = [point.lon - a.lon, point.lat - a.lat];
  if (length <= EDGE) return Math.hypot(dx, dy) <= EDGE;
  const along = (dx * x + dy * y) / length;
  return Math.abs(dx * y - dy * x) / length <= EDGE && along >= -EDGE && along <= length + EDGE;
}

const codeKey = ({ valueName, value }: CapNamedValue) => JSON.stringify([valueName, value]);
