import type { Station } from "@loa/protocol/http/stations";
import { expect, test } from "vitest";
import { firstZone, reverted, stationDraft, toCreate, toPatch, withZone, wrongIn } from "./station-draft.ts";

const STORED = {
  id: "xa-kim-01",
  name: "Chợ",
  areaId: "xa-kim",
  zones: [{ id: "z1", name: "Hướng chợ", horns: 4 }],
  lat: 18.6,
  lon: 105.6,
} as Station;
const DRAFT = stationDraft(STORED);

test.each([
  [{}, []],
  [{ name: " " }, ["name"]],
  [{ id: "ngan" }, ["id"]],
  [{ id: "da-co-roi-01" }, ["idTaken"]],
  [{ areaId: "" }, ["area"]],
  [{ place: "gần chợ" }, ["place"]],
  [{ place: "" }, []],
  [{ zones: [] }, ["zones"]],
  [{ zones: [{ id: "z1", name: "", horns: 1 }] }, ["zones"]],
  [{ zones: [{ id: "z1", name: "Đình", horns: 65 }] }, ["zones"]],
])("%j is wrong in %j", (part, wrong) => {
  expect(wrongIn({ ...DRAFT, ...part }, new Set(["da-co-roi-01"]))).toEqual(wrong);
});

test("a station is registered with its place, or without one", () => {
  expect(toCreate({ ...DRAFT, place: "18.7, 105.7" })).toMatchObject({ lat: 18.7, lon: 105.7 });
  expect(toCreate({ ...DRAFT, place: "" })).not.toHaveProperty("lat");
});

test("a patch holds what changed and nothing else, and can be taken back", () => {
  expect(toPatch(DRAFT, STORED)).toBeNull();
  const patch = toPatch({ ...DRAFT, name: "Chợ mới", place: "" }, STORED);
  expect(patch).toEqual({ name: "Chợ mới", lat: null, lon: null });
  expect(reverted(patch ?? {}, STORED)).toEqual({ name: "Chợ", lat: 18.6, lon: 105.6 });
});

test("a new line takes the first free id", () => {
  const zones = [firstZone("Đường dây 1"), { id: "z3", name: "c", horns: 1 }];
  expect(withZone(zones, (n) => `Đường dây ${n}`).at(-1)).toMatchObject({ id: "z2", name: "Đường dây 2" });
});
