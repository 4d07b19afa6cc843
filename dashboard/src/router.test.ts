import { expect, test } from "vitest";
import { routeOf } from "./router.ts";

test.each([
  ["/", "overview", ""],
  ["/announcements", "announcements", ""],
  ["/announcements/ann-1", "announcement", "ann-1"],
  ["/schedules/new?announcement=ann-1", "schedule", "new"],
  ["/broadcasts/bc-1", "broadcast", "bc-1"],
  ["/stations/na-nghikim-01", "station", "na-nghikim-01"],
  ["/emergency", "emergency", ""],
  ["/emergency/al-1", "alert", "al-1"],
  ["/exercises", "exercises", ""],
  ["/exercises/al-1", "exercise", "al-1"],
  ["/nowhere", "unknown", ""],
])("%s is the page %s", (address, page, id) => {
  expect(routeOf(address)).toMatchObject({ page, id });
});

test("the query of an address is kept", () => {
  expect(routeOf("/schedules/new?announcement=ann-1").query.get("announcement")).toBe("ann-1");
});
