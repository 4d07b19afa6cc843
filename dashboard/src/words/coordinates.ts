/** A place on the map, degrees. */
export interface Place {
  readonly lat: number;
  readonly lon: number;
}

const NUMBER = /-?\d+(?:\.\d+)?/g;
/** 18°40'24.2"N as map apps and surveyors write it. */
const DEGREES =
  /(\d+(?:\.\d+)?)\s*°\s*(?:(\d+(?:\.\d+)?)\s*['′]\s*)?(?:(\d+(?:\.\d+)?)\s*(?:"|″|'')\s*)?([NSEW])/gi;

const believable = (lat: number, lon: number): Place | null =>
  Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && Number.isFinite(lat + lon) ? { lat, lon } : null;

function fromDegrees(text: string): Place | null {
  const found: Record<string, number> = {};
  for (const [, d, m = "0", s = "0", side = ""] of text.matchAll(DEGREES)) {
    const letter = side.toUpperCase();
    const value = Number(d) + Number(m) / 60 + Number(s) / 3_600;
    found[letter === "N" || letter === "S" ? "lat" : "lon"] =
      letter === "S" || letter === "W" ? -value : value;
  }
  const { lat, lon } = found;
  return lat === undefined || lon === undefined ? null : believable(lat, lon);
}

/** Reads pasted coordinates: decimal degrees, degrees with minutes, or the address of a map page. Null when they are none. */
export function readCoordinates(text: string): Place | null {
  const degrees = fromDegrees(text);
  if (degrees) return degrees;
  const ofMap = /[@=/](-?\d+\.\d+),\s*(-?\d+\.\d+)/.exec(text);
  if (ofMap) return believable(Number(ofMap[1]), Number(ofMap[2]));
  if (/[a-z:/]/i.test(text)) return null;
  const decimal = /\d,\d+\s*[;\s]\s*-?\d+,\d/.test(text) ? text.replace(/(\d),(\d)/g, "$1.$2") : text;
  const numbers = decimal.match(NUMBER)?.map(Number) ?? [];
  return numbers.length === 2 ? believable(numbers[0] ?? Number.NaN, numbers[1] ?? Number.NaN) : null;
}

/** Coordinates to about a metre, as they can be pasted again. */
export const coordinatesText = ({ lat, lon }: Place): string => `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
