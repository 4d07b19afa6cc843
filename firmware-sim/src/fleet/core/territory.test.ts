import { CreateArea } from "@loa/protocol/http/areas";
import { CreateStation } from "@loa/protocol/http/stations";
import { check } from "@loa/protocol/parse";
import { describe, expect, test } from "vitest";
import { chosen, unitOf } from "./chance.ts";
import { DISTRICTS } from "./districts.ts";
import { territoryOf } from "./territory.ts";

describe("a fleet's territory", () => {
  const all = territoryOf(10_000, "nghe-an");

  test("holds each station once, in 480 communes of 21 districts, and the hub would take all of it", () => {
    expect(new Set(all.stations.map(({ id }) => id)).size).toBe(10_000);
    expect(all.areas.length).toBe(480 + 21);
    for (const station of all.stations) check(CreateStation, station, station.id);
    for (const area of all.areas) check(CreateArea, area, area.id);
  });

  test("names parents before children, and areas before their stations", () => {
    const seen = new Set(["nghe-an"]);
    for (const { id, parentId } of all.areas) {
      expect(seen).toContain(parentId);
      seen.add(id);
    }
    for (const { areaId } of all.stations) expect(seen).toContain(areaId);
  });

  test("has no two communes of one name in a district, nor two stations of one in a commune", () => {
    const named = [...all.areas.map((area) => `${area.parentId} ${area.name}`)];
    expect(new Set(named).size).toBe(named.length);
    const stations = all.stations.map(({ areaId, name }) => `${areaId} ${name}`);
    expect(new Set(stations).size).toBe(stations.length);
  });

  test("grows without moving anybody", () => {
    expect(all.stations.slice(0, 700)).toEqual(territoryOf(700, "nghe-an").stations);
  });

  test("lies around its districts' seats", () => {
    for (const { areaId, lat = 0, lon = 0 } of all.stations) {
      const seat = DISTRICTS.find(({ id }) => areaId.startsWith(id));
      expect(Math.hypot(lat - (seat?.lat ?? 0), lon - (seat?.lon ?? 0))).toBeLessThan(0.11);
    }
  });
});

describe("chance from a name", () => {
  test("is even over names that differ little", () => {
    const drawn = Array.from({ length: 10_000 }, (_, n) => unitOf(`vinh-01-${n}`));
    for (let tenth = 0; tenth < 10; tenth++) {
      const within = drawn.filter((one) => Math.floor(one * 10) === tenth).length;
      expect(within).toBeGreaterThan(850);
      expect(within).toBeLessThan(1_150);
    }
  });

  test("chooses exactly a share, the same for one salt and others for another", () => {
    const ids = Array.from({ length: 500 }, (_, n) => `tram-${n}`);
    expect(chosen(ids, 0.1, "a")).toHaveLength(50);
    expect(chosen(ids, 0.1, "a")).toEqual(chosen(ids, 0.1, "a"));
    expect(chosen(ids, 0.1, "b")).not.toEqual(chosen(ids, 0.1, "a"));
    expect(chosen(ids, 1, "a")).toEqual(ids);
    expect(chosen(ids, 0, "a")).toEqual([]);
  });
});
