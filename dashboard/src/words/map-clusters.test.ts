import type { Station } from "@loa/protocol/http/stations";
import { expect, test } from "vitest";
import { MapClusters } from "./map-clusters.ts";

const station = (id: string, lat: number | null, lon: number | null, over: Partial<Station> = {}): Station =>
  ({ id, name: id, status: "online", onAir: null, faults: [], lat, lon, ...over }) as unknown as Station;
const WORLD = [100, 8, 111, 24] as const;

const stations = [
  station("vinh-1", 18.679, 105.681),
  station("vinh-2", 18.68, 105.682, { status: "offline" }),
  station("vinh-3", 18.681, 105.683, { status: "degraded" }),
  station("ky-son", 19.39, 104.13),
  station("nowhere", null, null),
];
const clusters = new MapClusters(stations, (id) => stations.find((one) => one.id === id));

test("stations that stand close are one place with the gravest state; one without a position is not shown", () => {
  const places = clusters.places(WORLD, 7);
  const vinh = places.find(({ stations: inside }) => inside.length === 3);
  expect(vinh).toMatchObject({ tone: "silent", silent: 1, trouble: 1, sounding: 0 });
  expect(places.flatMap(({ stations: inside }) => inside.map(({ id }) => id)).sort()).toEqual([
    "ky-son",
    "vinh-1",
    "vinh-2",
    "vinh-3",
  ]);
});

test("close up each stands alone", () => {
  const places = clusters.places([105.6, 18.6, 105.7, 18.7], 16);
  expect(places.map(({ key, tone }) => `${key} ${tone}`).sort()).toEqual([
    "vinh-1 ok",
    "vinh-2 silent",
    "vinh-3 trouble",
  ]);
});

test("states are those of the moment, without a new index", () => {
  let now = station("a", 18, 105);
  const one = new MapClusters([now], () => now);
  expect(one.places(WORLD, 8)[0]?.tone).toBe("ok");
  now = { ...now, onAir: { broadcastId: "b", priority: "scheduled", since: 0 } as Station["onAir"] };
  expect(one.places(WORLD, 8)[0]?.tone).toBe("air");
});
