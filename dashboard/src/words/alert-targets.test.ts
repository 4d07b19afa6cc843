import type { Area } from "@loa/protocol/http/areas";
import type { Group } from "@loa/protocol/http/groups";
import type { Station } from "@loa/protocol/http/stations";
import { expect, test } from "vitest";
import { reachOf, stationsWithin } from "./alert-targets.ts";
import { treeOf } from "./targets.ts";

const area = (id: string, path: string[]): Area =>
  ({ id, name: id, path, parentId: path.at(-2) ?? null }) as unknown as Area;
const station = (id: string, areaId: string, lat: number | null, lon: number | null): Station =>
  ({
    ...{ id, name: id, areaId, lat, lon },
    zones: [
      { id: "z1", horns: 4 },
      { id: "z2", horns: 3 },
    ],
  }) as unknown as Station;

const stations = [
  station("a", "xa", 18.5, 105.5),
  station("b", "xa", 18.6, 105.5),
  station("c", "huyen", 19.5, 105.5),
  station("nowhere", "huyen", null, null),
];
const tree = treeOf([area("huyen", ["huyen"]), area("xa", ["huyen", "xa"])], stations);
const group: Group = {
  ...{ id: "g", name: "Dưới đập", areaId: "huyen", stations: 2, updatedAt: 0 },
  targets: [{ stationId: "c" }, { circle: { lat: 18.5, lon: 105.5, radiusKm: 1 } }],
};
const known = { tree, stations, groups: [group] };
const square = [
  { lat: 18.4, lon: 105.4 },
  { lat: 18.4, lon: 105.6 },
  { lat: 18.7, lon: 105.6 },
  { lat: 18.7, lon: 105.4 },
];

test.each([
  ["an area and all below it", [{ areaId: "huyen" }], "a b c nowhere", 28],
  ["a circle", [{ circle: { lat: 18.55, lon: 105.5, radiusKm: 5.6 } }], "a b", 14],
  ["a smaller circle", [{ circle: { lat: 18.55, lon: 105.5, radiusKm: 5.5 } }], "", 0],
  ["an outline", [{ polygon: square }], "a b", 14],
  ["a group with its shape", [{ groupId: "g" }], "a c", 14],
  ["a group that is gone", [{ groupId: "other" }], "", 0],
  ["one zone", [{ stationId: "a", zones: ["z2"] }], "a", 3],
  [
    "zones of one station together",
    [
      { stationId: "a", zones: ["z2"] },
      { stationId: "a", zones: ["z1"] },
    ],
    "a",
    7,
  ],
  ["a station twice", [{ stationId: "a" }, { areaId: "xa" }, { stationId: "a", zones: ["z1"] }], "a b", 14],
])("%s is counted once", (_, targets, ids, horns) => {
  const reach = reachOf(targets, known);
  expect([...reach.stations.keys()].sort().join(" ")).toBe(ids);
  expect(reach.horns).toBe(horns);
});

test("a station without a place stands in no shape", () => {
  const everywhere = { circle: { lat: 0, lon: 0, radiusKm: 20_100 } };
  expect(stationsWithin(everywhere, stations)).toEqual(["a", "b", "c"]);
});
