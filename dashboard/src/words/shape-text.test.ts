import { expect, test } from "vitest";
import { circleFrom, polygonFrom, shapeFields } from "./shape-text.ts";

test.each([
  ["18.66, 105.67", "3", 3],
  ["18.66 105.67", "0,5", 0.5],
  ["18°39'36\"N 105°40'12\"E", "2.25", 2.25],
])("%s with %s km is a circle", (centre, radius, radiusKm) => {
  const shape = circleFrom(centre, radius);
  expect(shape).toMatchObject({ circle: { radiusKm } });
  expect((shape as { circle: { lat: number } }).circle.lat).toBeCloseTo(18.66, 5);
});

test.each([
  ["", "3"],
  ["18.66", "3"],
  ["18.66, 105.67", "0"],
  ["18.66, 105.67", "-1"],
  ["18.66, 105.67", "xa"],
  ["18.66, 105.67", "2001"],
])("“%s” with “%s” is none", (centre, radius) => {
  expect(circleFrom(centre, radius)).toBeNull();
});

const LINES = "18.60000, 105.60000\n\n18.60000, 105.70000\n18.70000, 105.65000\n";

test("points, one a line, are an outline, and can be written out again", () => {
  const found = polygonFrom(LINES);
  expect(found).toMatchObject({ shape: { polygon: [{ lat: 18.6, lon: 105.6 }, {}, {}] } });
  if ("shape" in found) expect(polygonFrom(shapeFields(found.shape).points)).toEqual(found);
});

test.each([
  ["18.6, 105.6\nVinh\n18.7, 105.6", 2],
  ["18.6, 105.6\n18.7, 105.6", 0],
  ["", 0],
])("“%s” is told to be wrong at %i", (lines, wrong) => {
  expect(polygonFrom(lines)).toEqual({ wrong });
});
