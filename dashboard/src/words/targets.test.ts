import type { Area } from "@loa/protocol/http/areas";
import type { Station } from "@loa/protocol/http/stations";
import { expect, test } from "vitest";
import { folded } from "./folded.ts";
import { coverOf, toggleArea, toggleStation, treeOf } from "./targets.ts";
import { groupByArea } from "./wall.ts";
import { waveBars } from "./wave.ts";
import { hoursShown, layDay, windowsOf } from "./week.ts";

const area = (
  id: string,
  parentId: string | null,
  path: string[],
  envelope: Area["envelope"] = null,
): Area => ({
  id,
  name: id,
  parentId,
  path,
  timeZone: "Asia/Ho_Chi_Minh",
  envelope,
  stations: 0,
});
const AREAS = [
  area("tinh", null, ["tinh"], {
    windows: { mon: [["05:00", "21:30"]] },
    maxMinutesPerDay: 60,
    maxGainDb: 0,
  }),
  area("xa-1", "tinh", ["tinh", "xa-1"]),
  area("xa-2", "tinh", ["tinh", "xa-2"]),
];
const station = (id: string, areaId: string): Station =>
  ({ id, name: id, areaId, status: "online", faults: [], onAir: null }) as unknown as Station;
const STATIONS = [station("a1", "xa-1"), station("a2", "xa-1"), station("b1", "xa-2")];
const TREE = treeOf(AREAS, STATIONS);

test("choosing every station of an area makes the area the target", () => {
  const one = toggleStation(TREE, [], "a1");
  expect(one).toEqual([{ stationId: "a1" }]);
  expect(toggleStation(TREE, one, "a2")).toEqual([{ areaId: "xa-1" }]);
});

test("taking a station out of a chosen area leaves the others", () => {
  expect(toggleStation(TREE, [{ areaId: "tinh" }], "a1")).toEqual([{ stationId: "a2" }, { areaId: "xa-2" }]);
});

test("pressing a whole area again lets all of it go", () => {
  const all = toggleArea(TREE, [], "tinh");
  expect(all).toEqual([{ areaId: "tinh" }]);
  expect(toggleArea(TREE, all, "tinh")).toEqual([]);
});

test("pressing an area of which a part is chosen takes the rest", () => {
  expect(coverOf(TREE, toggleArea(TREE, [{ stationId: "a1" }], "tinh")).stations.size).toBe(3);
});

test("the wall groups by area in the order of the tree and leaves empty areas out", () => {
  expect(groupByArea(AREAS, STATIONS, "all").map(({ area: { id }, stationIds }) => [id, stationIds])).toEqual(
    [
      ["xa-1", ["a1", "a2"]],
      ["xa-2", ["b1"]],
    ],
  );
  expect(groupByArea(AREAS, STATIONS, "trouble")).toEqual([]);
});

test("search does not mind accents, đ or capitals", () => {
  expect(folded("Đường trục Nghi Kim")).toBe("duong truc nghi kim");
});

test("broadcasts at the same time stand side by side, later ones take the whole width", () => {
  const at = (startAt: number) => ({ startAt, endAt: startAt + 1 });
  expect(layDay([at(0), at(5), at(100)], 10).map(({ lane, lanes }) => [lane, lanes])).toEqual([
    [0, 2],
    [1, 2],
    [0, 1],
  ]);
});

test("an area without its own envelope has its parent's hours; a day without windows is closed", () => {
  const areas = new Map(AREAS.map((each) => [each.id, each]));
  expect(windowsOf(areas, "xa-1", 0)).toEqual([[300, 1290]]);
  expect(windowsOf(areas, "xa-1", 6)).toEqual([]);
  expect(windowsOf(areas, "nowhere", 0)).toBeNull();
});

test("the week widens for what lies outside of its hours", () => {
  expect(hoursShown([])).toEqual([4, 22]);
  expect(hoursShown([195, 23 * 60 + 10])).toEqual([3, 24]);
});

test("a waveform has as many bars as asked for, the loudest full", () => {
  expect(waveBars([0.1, 0.5, 0.2, 0.25], 2)).toEqual([1, 0.5]);
  expect(waveBars([0, 0], 2)).toEqual([0, 0]);
  expect(waveBars([], 2)).toEqual([]);
});
