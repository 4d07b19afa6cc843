/** A place, degrees of WGS 84. */
export interface GeoPoint {
  readonly lat: number;
  readonly lon: number;
}

/** A ring as plain numbers: it may have thousands of points, and each is compared with ten thousand stations. */
export interface Outline {
  readonly lats: Float64Array;
  readonly lons: Float64Array;
}

/** Mean radius of the earth, km. Source: IUGG, GRS 80. */
const EARTH_KM = 6371.0088;

/** Degrees within which a point counts as lying on an edge: about a millimetre. */
const EDGE = 1e-8;

/** A ring made ready for `isWithin`; whether its last point is its first does not matter. */
export function outlineOf(ring: readonly GeoPoint[]): Outline {
  return { lats: Float64Array.from(ring, ({ lat }) => lat), lons: Float64Array.from(ring, ({ lon }) => lon) };
}

/**
 * Whether a point is in the ring or on its edge. Rings are flat: none crosses the antimeridian or a pole. Taking pairs apart in this loop
 * would make it ten times as slow.
 */
export function isWithin({ lat, lon }: GeoPoint, { lats, lons }: Outline): boolean {
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
export function inCircle(
  point: GeoPoint,
  { radiusKm, ...centre }: GeoPoint & { readonly radiusKm: number },
): boolean {
  return kilometres(point, centre) <= radiusKm + 1e-6;
}

/** Great-circle distance. */
export function kilometres(a: GeoPoint, b: GeoPoint): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const haversine =
    half(a.lat, b.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(a.lon, b.lon);
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, haversine)));
}

function onEdge(point: GeoPoint, a: GeoPoint, b: GeoPoint): boolean {
  const [x, y] = [b.lon - a.lon, b.lat - a.lat];
  const length = Math.hypot(x, y);
  const [dx, dy] = [point.lon - a.lon, point.lat - a.lat];
  if (length <= EDGE) return Math.hypot(dx, dy) <= EDGE;
  const along = (dx * x + dy * y) / length;
  return Math.abs(dx * y - dy * x) / length <= EDGE && along >= -EDGE && along <= length + EDGE;
}
