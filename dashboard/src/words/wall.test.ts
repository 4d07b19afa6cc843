import type { Area } from "@loa/protocol/http/areas";
import type { Station } from "@loa/protocol/http/stations";
import { expect, test } from "vitest";
import { groupByArea, tally, type WallGroup } from "./wall.ts";
import { drawnBetween, placeGroups } from "./wall-window.ts";

const area = (id: string, name: string, path = ["tinh", id]): Area => ({
  id,
  name,
  parentId: path.at(-2) ?? null,
  path,
  timeZone: "Asia/Ho_Chi_Minh",
  envelope: null,
  stations: 0,
});
const station = (id: string, name: string, areaId: string, status: Station["status"] = "online"): Station =>
  ({ id, name, areaId, status, faults: [], onAir: null }) as unknown as Station;

const areas = [
  area("tinh", "Tỉnh Nghệ An", ["tinh"]),
  area("kim", "Xã Nghi Kim"),
  area("lien", "Xã Nghi Liên"),
  area("dong", "Xã Diễn Đồng"),
];
const stations = [
  station("k2", "Xóm 10", "kim"),
  station("k1", "Xóm 2", "kim"),
  station("l1", "Cầu Cấm", "lien", "degraded"),
  station("l2", "Ủy ban xã", "lien"),
  station("d1", "Đình làng", "dong"),
  station("d2", "Chợ", "dong", "offline"),
];
const shown = (groups: readonly WallGroup[]) =>
  groups.map(({ area: { id }, stationIds }) => `${id}: ${stationIds}`);

test("areas with a silent station come first, then other trouble; within an area the worst, then by name", () => {
  expect(shown(groupByArea(areas, stations, "all"))).toEqual(["dong: d2,d1", "lien: l1,l2", "kim: k1,k2"]);
});

test.each([
  ["dinh lang", ["dong: d1"]],
  ["ĐÌNH", ["dong: d1"]],
  ["nghi", ["lien: l1,l2", "kim: k1,k2"]],
  ["nghi xom", ["kim: k1,k2"]],
  ["l2", ["lien: l2"]],
  ["nothing like it", []],
])("looking for %j finds %j", (query, found) => {
  expect(shown(groupByArea(areas, stations, "all", query))).toEqual(found);
});

test("a filter and a search hold together", () => {
  expect(shown(groupByArea(areas, stations, "trouble", "nghi"))).toEqual(["lien: l1"]);
});

test("headings count every station of the area, shown or not", () => {
  const { all, trouble, onAir, byArea } = tally(stations);
  expect({ all, trouble, onAir, dong: byArea.get("dong") }).toEqual({
    all: 6,
    trouble: 2,
    onAir: 0,
    dong: { total: 2, ready: 1, sounding: 0 },
  });
});

const sizes = { head: 50, row: 100, columns: 4 };
const many = (count: number): WallGroup[] =>
  Array.from({ length: count }, (_, g) => ({
    area: area(`a${g}`, `Xã ${g}`),
    above: [],
    stationIds: Array.from({ length: 10 }, (_, s) => `${g}-${s}`),
  }));

test("of thousands of tiles only those in view are drawn", () => {
  const placed = placeGroups(many(500), new Set(), sizes);
  expect(placed.at(-1)).toMatchObject({ top: 499 * 350, height: 350 });
  const drawn = drawnBetween(placed, 35_000, 35_900, sizes);
  expect(drawn.map(({ group }) => group.area.id)).toEqual(["a100", "a101", "a102"]);
  expect(drawn.flatMap(({ stationIds }) => stationIds)).toHaveLength(28);
});

test("of a group that is larger than the screen only its rows in view are drawn", () => {
  const [one] = many(1);
  const large = [{ ...(one as WallGroup), stationIds: Array.from({ length: 4_000 }, (_, s) => `s${s}`) }];
  const [drawn] = drawnBetween(placeGroups(large, new Set(), sizes), 50_050, 51_050, sizes);
  expect(drawn).toMatchObject({ firstRow: 500, top: 0 });
  expect(drawn?.stationIds).toHaveLength(40);
  expect(drawn?.stationIds[0]).toBe("s2000");
});

test("a folded group is its heading, and what follows moves up", () => {
  const placed = placeGroups(many(2), new Set(["a0"]), sizes);
  expect(placed.map(({ top, height }) => [top, height])).toEqual([
    [0, 50],
    [50, 350],
  ]);
  expect(drawnBetween(placed, 0, 40, sizes)).toMatchObject([{ stationIds: [] }]);
});
