import { inCircle, isWithin, outlineOf } from "@loa/kernel/geography";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { capArea } from "./cap-alert.fixture.ts";
import type { CapPoint } from "./cap-alert.ts";
import { type PlacedStation, placedStations, stationsIn, unknownGeocodes } from "./cap-area.ts";
import { Territory } from "./targets.ts";

const inPolygon = (point: CapPoint, ring: readonly CapPoint[]) => isWithin(point, outlineOf(ring));

const ring = (...pairs: readonly [lat: number, lon: number][]): CapPoint[] =>
  pairs.map(([lat, lon]) => ({ lat, lon }));
const SQUARE = ring([21, 107], [21, 108], [22, 108], [22, 107], [21, 107]);
/** A horseshoe open to the north. */
const SHOE = ring([0, 0], [0, 3], [3, 3], [3, 2], [1, 2], [1, 1], [3, 1], [3, 0], [0, 0]);
const at = (lat: number, lon: number): CapPoint => ({ lat, lon });

describe("a polygon", () => {
  test.each<[string, CapPoint[], CapPoint, boolean]>([
    ["holds its middle", SQUARE, at(21.5, 107.5), true],
    ["does not hold what is east of it", SQUARE, at(21.5, 108.1), false],
    ["does not hold what is north of it", SQUARE, at(22.1, 107.5), false],
    ["holds its corners", SQUARE, at(22, 108), true],
    ["holds its southern edge", SQUARE, at(21, 107.3), true],
    ["holds its eastern edge", SQUARE, at(21.7, 108), true],
    ["does not hold the line of an edge beyond it", SQUARE, at(21, 109), false],
    ["holds its arms", SHOE, at(2, 0.5), true],
    ["does not hold the bay between them", SHOE, at(2, 1.5), false],
    ["does not hold what is level with a corner outside", SHOE, at(1, -1), false],
    ["holds a slanted edge", ring([0, 0], [2, 2], [0, 2], [0, 0]), at(1, 1), true],
    ["without extent holds its point alone", ring([1, 1], [1, 1], [1, 1], [1, 1]), at(1, 1), true],
    ["without extent holds nothing else", ring([1, 1], [1, 1], [1, 1], [1, 1]), at(1, 1.1), false],
    ["that is not closed is taken as if it were", SQUARE.slice(0, -1), at(21.5, 107), true],
    ["without points holds nothing", [], at(0, 0), false],
  ])("%s", (_, points, point, inside) => {
    expect(inPolygon(point, points)).toBe(inside);
    expect(inPolygon(point, points.toReversed())).toBe(inside);
  });

  test("holds every point between its corners, when it bulges nowhere inward", () => {
    const weights = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 });
    const angle = (i: number) => (i * Math.PI) / 3;
    const hexagon = Array.from({ length: 7 }, (_, i) =>
      at(21 + Math.sin(angle(i)), 107 + Math.cos(angle(i))),
    );
    fc.assert(
      fc.property(weights, fc.double({ min: 1.01, max: 3, noNaN: true }), (drawn, far) => {
        const sum = drawn.reduce((a, b) => a + b, 0);
        const mean = (axis: "lat" | "lon") =>
          drawn.reduce((total, weight, i) => total + (weight / sum) * hexagon[i]![axis], 0);
        const inside = at(mean("lat"), mean("lon"));
        expect(inPolygon(inside, hexagon)).toBe(true);
        const turn = Math.atan2(inside.lat - 21, inside.lon - 107);
        expect(inPolygon(at(21 + far * Math.sin(turn), 107 + far * Math.cos(turn)), hexagon)).toBe(false);
      }),
    );
  });

  test("across the antimeridian or a pole answers without an error", () => {
    const coordinate = fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    fc.assert(
      fc.property(coordinate, fc.array(coordinate, { maxLength: 12 }), (point, points) => {
        expect(inPolygon(point, points)).toBeTypeOf("boolean");
        for (const corner of points) expect(inPolygon(corner, points)).toBe(true);
      }),
    );
  });
});

describe("a circle", () => {
  test.each<[string, CapPoint, number, boolean]>([
    ["holds its centre", at(21.0285, 105.8542), 0, true],
    ["of 1,136 km around Hà Nội does not reach Thành phố Hồ Chí Minh", at(10.7769, 106.7009), 1_136, false],
    ["of 1,146 km around Hà Nội does", at(10.7769, 106.7009), 1_146, true],
    ["of half the earth's girth holds everything", at(-21.0285, -74.1458), 20_016, true],
  ])("%s", (_, point, radiusKm, inside) => {
    expect(inCircle(point, { lat: 21.0285, lon: 105.8542, radiusKm })).toBe(inside);
  });

  test("does not stop at the antimeridian", () => {
    expect(inCircle(at(0, -179.9), { lat: 0, lon: 179.9, radiusKm: 23 })).toBe(true);
  });
});

describe("stations of an area", () => {
  const territory = new Territory(
    [
      ["province", null],
      ["commune", "province"],
      ["other", "province"],
    ].map(([id, parentId]) => ({
      ...{ id: id!, name: id!, parentId: parentId ?? null, timeZone: "Asia/Ho_Chi_Minh" },
      ...{ envelope: null, revision: 1 },
    })),
    (
      [
        ["in", "commune", 21.5, 107.5],
        ["edge", "other", 21, 107],
        ["far", "other", 10, 106],
        ["unplaced", "commune", null, null],
      ] as const
    ).map(([id, areaId, lat, lon]) => ({ id, name: id, areaId, lat, lon, maintenance: false, zones: [] })),
  );
  const stations: readonly PlacedStation[] = placedStations(territory);
  const codes = [
    { valueName: "GSO", value: "06769", areaId: "commune" },
    { valueName: "GSO", value: "22", areaId: "province" },
    { valueName: "UGC", value: "06769", areaId: "other" },
  ];
  const code = (valueName: string, value: string) => ({ valueName, value });

  test.each([
    ["a polygon", { polygons: [SQUARE] }, ["edge", "in"]],
    ["a circle", { circles: [{ ...at(10, 106), radiusKm: 5 }] }, ["far"]],
    ["a geocode of a commune", { geocodes: [code("GSO", "06769")] }, ["in", "unplaced"]],
    ["a geocode of all above them", { geocodes: [code("GSO", "22")] }, ["edge", "far", "in", "unplaced"]],
    ["the same value of another list", { geocodes: [code("UGC", "06769")] }, ["edge", "far"]],
    [
      "several of them together",
      { polygons: [SQUARE], geocodes: [code("GSO", "06769")] },
      ["edge", "in", "unplaced"],
    ],
    ["a geocode that nobody knows", { geocodes: [code("GSO", "1")] }, []],
    ["a description alone", {}, []],
  ])("are found by %s", (_, area, expected) => {
    expect(stationsIn(capArea(area), stations, codes)).toEqual(expected);
  });

  test("cannot be found by geocodes that nobody knows, and those are told", () => {
    const area = capArea({ geocodes: [code("GSO", "1"), code("GSO", "22")] });
    expect(unknownGeocodes(area, codes)).toEqual([code("GSO", "1")]);
  });

  test("are found quickly among ten thousand, in a polygon of as many points as a message may have", () => {
    const angle = (i: number) => (i / 20_000) * 2 * Math.PI;
    const circle = Array.from({ length: 20_000 }, (_, i) =>
      at(15 + 20 * Math.sin(angle(i)), 105 + 20 * Math.cos(angle(i))),
    );
    const many = Array.from({ length: 10_000 }, (_, i) => ({
      ...{ id: `s${i}`, areas: [] },
      ...at(10 + (i % 100) / 10, 100 + Math.floor(i / 100) / 10),
    }));
    const start = performance.now();
    expect(stationsIn(capArea({ polygons: [circle] }), many, [])).toHaveLength(10_000);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
