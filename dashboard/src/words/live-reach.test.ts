import type { Station } from "@loa/protocol/http/stations";
import type { Priority } from "@loa/protocol/priority";
import { expect, test } from "vitest";
import { interruptionOf, stationsNear } from "./live-reach.ts";

const station = (id: string, over: Partial<Station> = {}): Station => ({
  id,
  name: id,
  areaId: "xa",
  status: "online",
  onAir: null,
  faults: [],
  planRevision: 1,
  planConfirmed: true,
  lastSeenAt: 0,
  lat: null,
  lon: null,
  zones: [],
  ...over,
});

const sounding = (broadcastId: string, priority: Priority) =>
  ({ onAir: { broadcastId, priority } }) as Partial<Station>;

test.each<[Priority, Priority, number, number]>([
  ["live", "scheduled", 1, 0],
  ["live", "relay", 1, 0],
  ["live", "live", 0, 1],
  ["live", "urgent", 0, 1],
  ["live", "emergency", 0, 1],
  ["emergency", "urgent", 1, 0],
])("speech of level %s over %s: %i interrupted, %i kept", (own, there, silenced, kept) => {
  const told = interruptionOf([station("a", sounding("b1", there))], () => ({ title: "Tin" }), own);
  expect(told.silenced.length).toBe(silenced);
  expect(told.kept).toBe(kept);
});

test("what is interrupted is counted by broadcast, and who is away is told", () => {
  const stations = [
    station("a", sounding("b1", "scheduled")),
    station("b", sounding("b1", "scheduled")),
    station("c", sounding("b2", "relay")),
    station("d", { status: "offline" }),
    station("e"),
  ];
  expect(interruptionOf(stations, (id) => (id === "b1" ? { title: "Tin sáng" } : undefined), "live")).toEqual(
    {
      silenced: [
        { title: "Tin sáng", stations: 2 },
        { title: null, stations: 1 },
      ],
      kept: 0,
      away: 1,
    },
  );
});

test("stations within 150 m are near, the nearest first", () => {
  const here = { lat: 18.67, lon: 105.69 };
  const stations = [
    station("140 m north", { lat: 18.67 + 140 / 111_195, lon: 105.69 }),
    station("60 m east", { lat: 18.67, lon: 105.69 + 60 / (111_195 * Math.cos((18.67 * Math.PI) / 180)) }),
    station("160 m south", { lat: 18.67 - 160 / 111_195, lon: 105.69 }),
    station("nowhere"),
  ];
  const near = stationsNear(here, stations);
  expect(near.map(({ station: { id } }) => id)).toEqual(["60 m east", "140 m north"]);
  expect(near[0]?.metres).toBeCloseTo(60, 0);
});
