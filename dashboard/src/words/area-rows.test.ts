import type { Area } from "@loa/protocol/http/areas";
import { expect, test } from "vitest";
import { areaAndBelow, areaRows } from "./area-rows.ts";

const area = (id: string, name: string, path: string[]): Area => ({
  id,
  name,
  parentId: path.at(-2) ?? null,
  path,
  timeZone: "Asia/Ho_Chi_Minh",
  envelope: null,
  stations: 0,
});
const AREAS = [
  area("tinh", "Tỉnh Nghệ An", ["tinh"]),
  area("xa-10", "Xã 10", ["tinh", "xa-10"]),
  area("xa-2", "Xã 2", ["tinh", "xa-2"]),
  area("xom-dong", "Xóm Đông", ["tinh", "xa-10", "xom-dong"]),
];
const drawn = (opened: string[], words = "") =>
  areaRows(AREAS, new Set(opened), words).map(
    ({ area: { id }, level, position, siblings, open }) => `${level} ${id} ${position}/${siblings} ${open}`,
  );

test("closed branches hide what is below them; names sort as people count", () => {
  expect(drawn([])).toEqual(["1 tinh 1/1 false"]);
  expect(drawn(["tinh"])).toEqual(["1 tinh 1/1 true", "2 xa-2 1/2 null", "2 xa-10 2/2 false"]);
});

test("words without accents find a name and open the way to it", () => {
  expect(drawn([], "xom dong")).toEqual(["1 tinh 1/1 true", "2 xa-10 1/1 true", "3 xom-dong 1/1 null"]);
  expect(drawn(["tinh"], "không có")).toEqual([]);
});

test("an area whose parent is out of sight stands at the top", () => {
  const rows = areaRows(AREAS.slice(1), new Set(), "");
  expect(rows.map(({ area: { id }, level }) => [id, level])).toEqual([
    ["xa-2", 1],
    ["xa-10", 1],
  ]);
});

test("what lies below an area includes itself", () => {
  expect([...areaAndBelow(AREAS, "xa-10")]).toEqual(["xa-10", "xom-dong"]);
});
