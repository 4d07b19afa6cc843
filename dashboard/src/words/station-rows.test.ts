import type { Area } from "@loa/protocol/http/areas";
import type { Station } from "@loa/protocol/http/stations";
import { expect, test } from "vitest";
import { pageOf, stationRows } from "./station-rows.ts";

const AREAS = [
  { id: "tinh", path: ["tinh"] },
  { id: "xa-b", path: ["tinh", "xa-b"] },
  { id: "xa-a", path: ["tinh", "xa-a"] },
] as Area[];
const station = (id: string, name: string, areaId: string, status = "online") =>
  ({ id, name, areaId, status }) as Station;
const STATIONS = [
  station("na-a-01", "Xóm 10", "xa-a"),
  station("na-a-02", "Xóm 2", "xa-a", "offline"),
  station("na-b-01", "Đình Đông", "xa-b"),
  station("na-x-01", "Ngoài vùng", "khac"),
];
const ids = (filter: Partial<Parameters<typeof stationRows>[2]>) =>
  stationRows(AREAS, STATIONS, { words: "", areaId: "", status: "", ...filter }).map(({ id }) => id);

test("stations stand in the order of the tree, then as people count", () => {
  expect(ids({})).toEqual(["na-b-01", "na-a-02", "na-a-01"]);
});

test.each([
  [{ words: "dinh dong" }, ["na-b-01"]],
  [{ words: "na-a" }, ["na-a-02", "na-a-01"]],
  [{ areaId: "xa-a" }, ["na-a-02", "na-a-01"]],
  [{ status: "offline" as const }, ["na-a-02"]],
  [{ areaId: "xa-b", words: "xom" }, []],
])("%j leaves %j", (filter, left) => {
  expect(ids(filter)).toEqual(left);
});

test("a page beyond the end is the last page", () => {
  expect(pageOf([1, 2, 3, 4, 5], 9, 2)).toEqual({ rows: [5], page: 2, from: 4 });
  expect(pageOf([], 3, 2)).toEqual({ rows: [], page: 0, from: 0 });
});
