import fc from "fast-check";
import { expect, test } from "vitest";
import type { AreaRecord, StationRecord } from "../ports.ts";
import { legsOf, ownLegs } from "./alert-legs.ts";
import { Territory } from "./targets.ts";

const area = (id: string, parentId: string | null): AreaRecord => ({
  ...{ id, name: id, parentId, timeZone: "Asia/Ho_Chi_Minh", envelope: null, revision: 1 },
});
const station = (id: string, areaId: string): StationRecord => ({
  ...{ id, name: id, areaId, zones: [], maintenance: false, lat: null, lon: null },
});
const AREAS = [
  area("province", null),
  area("east", "province"),
  area("west", "province"),
  area("east-1", "east"),
  area("east-2", "east"),
  area("west-1", "west"),
];
const LEAVES = ["east-1", "east-2", "west-1", "west"];

const world = fc.record({
  places: fc.array(fc.constantFrom(...LEAVES), { minLength: 1, maxLength: 14 }),
  wanted: fc.array(fc.constantFrom("no", "all", "z1"), { minLength: 14, maxLength: 14 }),
  came: fc.array(fc.option(fc.constantFrom(...LEAVES), { freq: 3 }), { minLength: 14, maxLength: 14 }),
});

test("every target is told exactly once and nobody else is, also stations that still listen where they were", () => {
  fc.assert(
    fc.property(world, fc.boolean(), ({ places, wanted, came }, listensToOld) => {
      const records = places.map((place, i) => station(`tram-so-${i}`, place));
      const territory = new Territory(AREAS, records);
      const reach = records.flatMap(({ id }, i) =>
        wanted[i] === "no" ? [] : [{ stationId: id, zones: wanted[i] === "all" ? [] : ["z1"] }],
      );
      const unsettled = new Map(
        records.flatMap(({ id }, i) => (came[i] ? [[id, territory.path(came[i]!)] as const] : [])),
      );
      const legs = legsOf(territory, reach, unsettled);
      for (const { id } of records) {
        const old = unsettled.get(id);
        const path = old && listensToOld ? old : territory.pathOf(id);
        const heard = legs.filter(({ to, except }) =>
          "areaId" in to ? path.includes(to.areaId) && !except.includes(id) : to.stationIds.includes(id),
        );
        const target = reach.find(({ stationId }) => stationId === id);
        expect(heard.map(({ zones }) => zones)).toEqual(target ? [target.zones] : []);
      }
    }),
  );
});

test("a whole area is one message, for the deepest area that holds the same stations, the rest goes on the stations' own topics", () => {
  const records = ["a", "b", "c", "d"].map((name, i) =>
    station(`tram-${name}-1`, i < 2 ? "east-1" : "west-1"),
  );
  const territory = new Territory(AREAS, records);
  const all = records.slice(0, 3).map(({ id }) => ({ stationId: id, zones: [] }));
  expect(legsOf(territory, all, new Map()).map(({ to }) => to)).toEqual([
    { areaId: "east-1" },
    { stationIds: ["tram-c-1"] },
  ]);
});

test("those that sound the same zones share a message, of which none names more than a hundred", () => {
  const reach = Array.from({ length: 250 }, (_, n) => ({
    stationId: `tram-${n}`,
    zones: n % 5 === 0 ? ["z1"] : [],
  }));
  const legs = ownLegs(reach);
  const sizes = legs.map(({ to, zones }) => [zones, "stationIds" in to ? to.stationIds.length : 0]);
  expect(sizes).toEqual([
    [["z1"], 50],
    [[], 100],
    [[], 100],
  ]);
});
