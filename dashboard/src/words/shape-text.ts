import type { Shape } from "./alert-targets.ts";
import { coordinatesText, type Place, readCoordinates } from "./coordinates.ts";

/** What somebody wrote for a circle; null when it is none. The comma of Vietnamese decimals is understood. */
export function circleFrom(centre: string, radius: string): Shape | null {
  const place = readCoordinates(centre);
  const radiusKm = Number(radius.trim().replace(",", "."));
  return place && radiusKm > 0 && radiusKm <= 2_000 ? { circle: { ...place, radiusKm } } : null;
}

/** The points of an outline, one a line. `wrong`: number of the first line that is no place, from 1; 0 when there are too few. */
export function polygonFrom(lines: string): { shape: Shape } | { wrong: number } {
  const points: Place[] = [];
  for (const [i, line] of lines.split("\n").entries()) {
    if (line.trim() === "") continue;
    const place = readCoordinates(line);
    if (place === null) return { wrong: i + 1 };
    points.push({ lat: place.lat, lon: place.lon });
  }
  return points.length >= 3 && points.length <= 500 ? { shape: { polygon: points } } : { wrong: 0 };
}

/** A shape as it can be written again. */
export function shapeFields(shape: Shape): { centre: string; radius: string; points: string } {
  if ("circle" in shape)
    return { centre: coordinatesText(shape.circle), radius: String(shape.circle.radiusKm), points: "" };
  return { centre: "", radius: "", points: shape.polygon.map(coordinatesText).join("\n") };
}
