import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

type Point = readonly [lon: number, lat: number];
type Ring = readonly Point[];

/** The part of the world that the map can show: west, south, east, north. */
const REGION = [101.5, 6, 118, 23.8] as const;
/** ISO 3166-1 numeric. */
const VIETNAM = "704";
/** Steps of a coordinate in the result: about 100 m, finer than the data. */
const PER_DEGREE = 1_000;

/** A country as TopoJSON has it: arcs by their number, `~n` for an arc walked backwards. */
interface Country {
  readonly type: string;
  readonly id?: string;
  readonly arcs: readonly (readonly (number | readonly number[])[])[];
}

interface Topology {
  readonly transform: { readonly scale: Point; readonly translate: Point };
  readonly arcs: readonly (readonly Point[])[];
  readonly objects: { readonly countries: { readonly geometries: readonly Country[] } };
}

/**
 * The module `virtual:outline`: coasts and borders around Vietnam, cut at build time out of Natural Earth's 1:10m countries (public
 * domain) as the package world-atlas holds them. `rings` are polygons: longitude and latitude in 1/1000°, the first point, then steps.
 */
export function outline(): Plugin {
  const name = "virtual:outline";
  return {
    name: "loa-outline",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? `export const countries = ${JSON.stringify(cutOut())};` : undefined),
  };
}

function cutOut(): { own: boolean; rings: number[][] }[] {
  const file = createRequire(import.meta.url).resolve("world-atlas/countries-10m.json");
  const topology = JSON.parse(readFileSync(file, "utf8")) as Topology;
  const arcs = topology.arcs.map((arc) => absolute(arc, topology.transform));
  return topology.objects.countries.geometries.flatMap((country) => {
    const rings = ringsOf(country)
      .map((ring) => thinned(clipped(joined(ring, arcs))))
      .filter((ring) => ring.length > 2);
    return rings.length === 0 ? [] : [{ own: country.id === VIETNAM, rings: rings.map(steps) }];
  });
}

/** Outer rings and holes alike: a lake's hole is drawn by the even-odd rule. */
function ringsOf({ type, arcs }: Country): readonly (readonly number[])[] {
  if (type === "Polygon") return arcs as readonly (readonly number[])[];
  return type === "MultiPolygon"
    ? (arcs as unknown as readonly (readonly (readonly number[])[])[]).flat()
    : [];
}

function absolute(arc: readonly Point[], { scale, translate }: Topology["transform"]): Ring {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
}

function joined(ring: readonly number[], arcs: readonly Ring[]): Ring {
  return ring.flatMap((index) => {
    const arc = arcs[index < 0 ? ~index : index] ?? [];
    return index < 0 ? arc.toReversed() : arc;
  });
}

/** Sutherland and Hodgman's cut along the four sides of the region. */
function clipped(ring: Ring): Ring {
  const [west, south, east, north] = REGION;
  const sides: readonly [axis: 0 | 1, at: number, sign: 1 | -1][] = [
    [0, west, 1],
    [0, east, -1],
    [1, south, 1],
    [1, north, -1],
  ];
  return sides.reduce<Ring>((rest, [axis, at, sign]) => {
    const inside = (point: Point) => (point[axis] - at) * sign >= 0;
    return rest.flatMap((point, i) => {
      const before = rest.at(i - 1) as Point;
      const crossing = inside(point) === inside(before) ? [] : [cross(before, point, axis, at)];
      return inside(point) ? [...crossing, point] : crossing;
    });
  }, ring);
}

function cross(a: Point, b: Point, axis: 0 | 1, at: number): Point {
  const share = (at - a[axis]) / (b[axis] - a[axis]);
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

const grid = (degrees: number): number => Math.round(degrees * PER_DEGREE);

/** On the grid, without points that fall together. */
const thinned = (ring: Ring): Ring =>
  ring
    .map(([lon, lat]): Point => [grid(lon), grid(lat)])
    .filter(([lon, lat], i, all) => i === 0 || lon !== all[i - 1]?.[0] || lat !== all[i - 1]?.[1]);

const steps = (ring: Ring): number[] =>
  ring.flatMap(([lon, lat], i) => [lon - (ring[i - 1]?.[0] ?? 0), lat - (ring[i - 1]?.[1] ?? 0)]);
