import type { CapCircle, CapPoint } from "../../core/cap-alert.ts";
import type { Parser, Say } from "./place.ts";

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** A closed ring of at least four points, `lat,lon` separated by spaces. Source: OASIS CAP 1.2, 3.2.4, polygon. */
export const polygon: Parser<CapPoint[]> = (text, say) => {
  const points = text
    .split(/\s+/)
    .filter((part) => part !== "")
    .map((part) => point(part, say));
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 4) say.problem(`must have at least 4 points; it has ${points.length}`);
  else if (first?.lat !== last?.lat || first?.lon !== last?.lon) say.problem("must end at its first point");
  return points;
};

/** `lat,lon radius`, the radius in kilometres. Source: OASIS CAP 1.2, 3.2.4, circle. */
export const circle: Parser<CapCircle> = (text, say) => {
  const [centre = "", radius = "", ...more] = text.trim().split(/\s+/);
  if (!NUMBER.test(radius) || Number(radius) < 0 || more.length > 0)
    say.problem("must be lat,lon and a radius in kilometres");
  return { ...point(centre, say), radiusKm: Number(radius) };
};

function point(text: string, say: Say): CapPoint {
  const parts = text.split(",");
  const [lat = Number.NaN, lon = Number.NaN] = parts.map((part) =>
    NUMBER.test(part) ? Number(part) : Number.NaN,
  );
  if (parts.length !== 2 || Number.isNaN(lat) || Number.isNaN(lon))
    say.problem(`must have points as lat,lon; one is ${JSON.stringify(text.slice(0, 40))}`);
  else if (Math.abs(lat) > 90) say.problem(`has the latitude ${lat}, beyond 90`);
  else if (Math.abs(lon) > 180) say.problem(`has the longitude ${lon}, beyond 180`);
  return { lat, lon };
}
