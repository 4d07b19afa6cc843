import type { Area } from "@loa/protocol/http/areas";
import type { Schedule } from "@loa/protocol/http/schedules";
import type { Station } from "@loa/protocol/http/stations";
import { expect, test } from "vitest";
import { areaRelocation, type Desk, stationRelocation } from "./relocation.ts";

const HOURS = { windows: {}, maxMinutesPerDay: 60, maxGainDb: 0 };
const area = (path: string[], envelope: Area["envelope"] = null): Area => ({
  id: path.at(-1) ?? "",
  name: path.at(-1) ?? "",
  parentId: path.at(-2) ?? null,
  path,
  timeZone: "Asia/Ho_Chi_Minh",
  envelope,
  stations: 0,
});
const station = (id: string, areaId: string) => ({ id, name: id, areaId }) as Station;
const schedule = (title: string, ...targets: Schedule["targets"]) => ({ title, targets }) as Schedule;

const A1 = station("a1", "xa-a");
const DESK: Desk = {
  areas: [
    area(["tinh"], HOURS),
    area(["tinh", "bac"], HOURS),
    area(["tinh", "nam"]),
    area(["tinh", "bac", "xa-a"]),
    area(["tinh", "bac", "xa-a", "xom-1"]),
  ],
  stations: [A1, station("x1", "xom-1"), station("n1", "nam")],
  schedules: [
    schedule("cả tỉnh", { areaId: "tinh" }),
    schedule("miền bắc", { areaId: "bac" }),
    schedule("miền nam", { areaId: "nam" }),
    schedule("riêng xã", { areaId: "xa-a" }),
    schedule("một cụm", { stationId: "x1" }),
  ],
};

test("an area takes along what is in it, leaves schedules of the old parent and joins those of the new", () => {
  expect(areaRelocation(DESK, "xa-a", "nam")).toMatchObject({
    stations: 2,
    areas: 2,
    following: ["riêng xã", "một cụm"],
    lost: ["miền bắc"],
    gained: ["miền nam"],
    envelopeFrom: { id: "tinh" },
  });
});

test("an area with hours of its own keeps them", () => {
  const areas = DESK.areas.map((one) => (one.id === "xa-a" ? { ...one, envelope: HOURS } : one));
  expect(areaRelocation({ ...DESK, areas }, "xa-a", "nam").envelopeFrom).toBeNull();
});

test("a station that goes deeper below the same parents loses nothing", () => {
  expect(stationRelocation(DESK, A1, "xom-1")).toMatchObject({
    stations: 1,
    areas: 0,
    following: [],
    lost: [],
    gained: [],
    envelopeFrom: null,
  });
});
