import type { Area } from "@loa/protocol/http/areas";
import type { Broadcast } from "@loa/protocol/http/broadcasts";
import type { Station } from "@loa/protocol/http/stations";
import { expect, test, vi } from "vitest";
import { FrameBatch } from "./frame-batch.ts";
import { fold, World } from "./world.ts";

const station = (id: string, status: Station["status"] = "online"): Station => ({
  id,
  name: id,
  areaId: "xa",
  status,
  onAir: null,
  faults: [],
  planRevision: 1,
  planConfirmed: true,
  lastSeenAt: 0,
  lat: null,
  lon: null,
  zones: [],
});

test("of several events about one station in a frame the last one holds", () => {
  const world = new World();
  fold(world, [
    { kind: "station", station: station("a", "offline") },
    { kind: "station", station: station("a", "online") },
  ]);
  expect(world.stations.all).toEqual([station("a", "online")]);
});

test("a frame tells a watcher once, however many events it holds", () => {
  const world = new World();
  const told = vi.fn();
  world.stations.subscribe(told);
  fold(
    world,
    Array.from({ length: 500 }, (_, i) => ({ kind: "station" as const, station: station(`s${i % 50}`) })),
  );
  expect(told).toHaveBeenCalledTimes(1);
});

test("who watches one station is not told of another", () => {
  const world = new World();
  const told = vi.fn();
  const end = world.stations.row("a").subscribe(told);
  fold(world, [{ kind: "station", station: station("b") }]);
  expect(told).not.toHaveBeenCalled();
  fold(world, [{ kind: "station", station: station("a") }]);
  end();
  fold(world, [{ kind: "station", station: station("a", "offline") }]);
  expect(told).toHaveBeenCalledTimes(1);
});

test("an event about a broadcast leaves stations alone", () => {
  const world = new World();
  const told = vi.fn();
  world.stations.subscribe(told);
  fold(world, [{ kind: "broadcast", broadcast: { id: "b" } as Broadcast }]);
  expect(world.broadcasts.get("b")).toBeDefined();
  expect(told).not.toHaveBeenCalled();
});

test("rows keep their place when they change, and go when they are replaced", () => {
  const world = new World();
  world.stations.replace([station("a"), station("b")]);
  world.stations.merge([station("a", "offline")]);
  expect(world.stations.all.map(({ id }) => id)).toEqual(["a", "b"]);
  world.stations.replace([station("b")]);
  expect(world.stations.get("a")).toBeUndefined();
});

const area = (id: string, name: string): Area => ({
  ...{ id, name, parentId: null, path: [id], timeZone: "Asia/Ho_Chi_Minh", envelope: null, stations: 0 },
});

test("areas appear, take new names and go", () => {
  const world = new World();
  fold(world, [{ kind: "area", area: area("xa", "Xã") }]);
  fold(world, [{ kind: "area", area: area("xa", "Phường") }]);
  expect(world.areas.get("xa")?.name).toBe("Phường");
  fold(world, [{ kind: "gone", areaId: "xa" }]);
  expect(world.areas.all).toEqual([]);
});

test("a station that moved out of sight goes; one that moved within it stays", () => {
  const world = new World();
  world.stations.replace([station("a"), station("b")]);
  fold(world, [
    { kind: "gone", stationId: "a" },
    { kind: "gone", stationId: "b" },
    { kind: "station", station: { ...station("b"), areaId: "phuong" } },
  ]);
  expect(world.stations.all.map(({ id, areaId }) => [id, areaId])).toEqual([["b", "phuong"]]);
});

test("what arrives between two frames is handed over together", () => {
  const delivered: number[][] = [];
  const frames: (() => void)[] = [];
  const batch = new FrameBatch<number>(
    (items) => delivered.push([...items]),
    (run) => frames.push(run),
  );
  batch.push(1);
  batch.push(2);
  expect(frames).toHaveLength(1);
  frames[0]?.();
  batch.push(3);
  frames[1]?.();
  expect(delivered).toEqual([[1, 2], [3]]);
});

test("what is told while a table is read is newer than what is read", async () => {
  const { stations } = new World();
  stations.replace([station("old")]);
  const answer = Promise.withResolvers<Station[]>();
  const reading = stations.read(() => answer.promise);
  stations.merge([station("a", "offline")]);
  stations.remove("b");
  answer.resolve([station("a", "online"), station("b"), station("c")]);
  await reading;
  expect(stations.all).toEqual([station("a", "offline"), station("c")]);
});

test("a table that cannot be read keeps what it has", async () => {
  const { stations } = new World();
  stations.replace([station("a")]);
  await expect(stations.read(() => Promise.reject(new Error("the hub is away")))).rejects.toThrow("away");
  expect(stations.all).toEqual([station("a")]);
});
