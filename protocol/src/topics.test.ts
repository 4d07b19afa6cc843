import { expect, test } from "vitest";
import { areaTopic, parseUpTopic, stationSubscriptions, toTopic, UP_KINDS, upTopic } from "./topics.ts";

test.each(UP_KINDS)("a station's %s topic names it again when it is taken apart", (kind) => {
  expect(parseUpTopic(upTopic("station-01", kind))).toEqual({ station: "station-01", kind });
});

test.each([
  "loa/1/up/station-01",
  "loa/1/up//birth",
  "loa/1/up/station-01/birth/more",
  "loa/1/up/station-01/plan",
  "loa/2/up/station-01/birth",
  "loa/1/to/station-01/plan",
  "x/1/up/station-01/birth",
  "",
])("%j is no topic of a station", (topic) => {
  expect(parseUpTopic(topic)).toBeNull();
});

test("a station subscribes its own topics, its areas' and the hub's presence, and nothing else", () => {
  expect(stationSubscriptions("station-01", ["province", "commune"])).toEqual([
    "loa/1/to/station-01/#",
    "loa/1/area/province/#",
    "loa/1/area/commune/#",
    "loa/1/hub",
  ]);
  expect(toTopic("station-01", "plan")).toBe("loa/1/to/station-01/plan");
  expect(areaTopic("commune", "alert")).toBe("loa/1/area/commune/alert");
});
