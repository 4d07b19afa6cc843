import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AreaRecord, StationRecord } from "../ports.ts";
import { Territory } from "./targets.ts";

const area = (id: string, parentId: string | null, more: Partial<AreaRecord> = {}): AreaRecord => ({
  ...{ id, name: id, parentId, timeZone: "UTC", envelope: null, revision: 1 },
  ...more,
});
const station = (id: string, areaId: string): StationRecord => ({
  ...{ id, name: id, areaId, maintenance: false, lat: null, lon: null },
  zones: ["z1", "z2"].map((zone) => ({ id: zone, name: zone, horns: 1 })),
});
const night = { windows: {}, maxMinutesPerDay: 0, maxGainDb: 0 };
const TREE = new Territory(
  [
    area("root", null),
    area("east", "root", { envelope: night }),
    area("west", "root"),
    area("hamlet", "east"),
  ],
  [
    station("e1", "east"),
    station("h1", "hamlet"),
    station("h2", "hamlet"),
    station("w1", "west"),
    station("w2", "west"),
  ],
);
const reached = (targets: Parameters<Territory["reach"]>[0]) =>
  Object.fromEntries([...TREE.reach(targets)].map(([id, zones]) => [id, zones.join()]));

describe("targets", () => {
  test("of an area reach all stations below it with all their zones", () => {
    expect(reached([{ areaId: "east" }])).toEqual({ e1: "z1,z2", h1: "z1,z2", h2: "z1,z2" });
  });
  test("of zones add up", () => {
    expect(
      reached([
        { stationId: "w1", zones: ["z2"] },
        { stationId: "w1", zones: ["z1"] },
        { stationId: "w2", zones: ["z1"] },
      ]),
    ).toEqual({ w1: "z1,z2", w2: "z1" });
  });
  test.each([
    ["an area", [{ areaId: "north" }], "NOT_FOUND"],
    ["a station", [{ stationId: "x9" }], "NOT_FOUND"],
    ["a zone", [{ stationId: "w1", zones: ["z9"] }], "NOT_FOUND"],
  ])("that name %s which does not exist are refused", (_, targets, code) => {
    expect(() => TREE.reach(targets)).toThrow(expect.objectContaining({ code }));
    expect(TREE.reachNow(targets).size).toBe(0);
  });
  test("without a station are refused", () => {
    const empty = new Territory([area("root", null)], []);
    expect(() => empty.reach([{ areaId: "root" }])).toThrow(expect.objectContaining({ code: "NO_TARGETS" }));
  });
});

test("an area without an envelope has the nearest one above it", () => {
  const fallback = { ...night, maxMinutesPerDay: 1 };
  expect(TREE.envelope("hamlet", fallback)).toBe(night);
  expect(TREE.envelope("west", fallback)).toBe(fallback);
});

test("the deepest common area holds all", () => {
  expect([
    TREE.commonArea(["h1", "h2"]),
    TREE.commonArea(["h1", "e1"]),
    TREE.commonArea(["h1", "w1"]),
    TREE.commonArea([]),
  ]).toEqual(["hamlet", "east", "root", null]);
});

describe("the cover", () => {
  test.each([
    [["h1", "h2"], ["hamlet"], []],
    [["e1", "h1", "h2"], ["east"], []],
    [["e1", "h1", "h2", "w1", "w2"], ["root"], []],
    [["h1", "w1", "w2"], ["west"], ["h1"]],
    [["e1"], [], ["e1"]],
  ])("of %j is %j and %j", (stations, areas, single) => {
    expect(TREE.cover(stations)).toEqual({ areas, stations: single });
  });

  test("reaches exactly the stations asked for, each once", () => {
    fc.assert(
      fc.property(fc.subarray(["e1", "h1", "h2", "w1", "w2"]), (wanted) => {
        const { areas, stations } = TREE.cover(wanted);
        const hit = [...areas.flatMap((id) => [...TREE.below(id)]), ...stations];
        expect(hit.sort()).toEqual([...wanted].sort());
      }),
    );
  });
});
