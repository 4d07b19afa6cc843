import { ROLES } from "@loa/protocol/http/session";
import { expect, test } from "vitest";
import { ACTIONS, demand, may, RIGHTS } from "./access.ts";

const COMMUNE = ["nghe-an", "vinh-tan"];
const actor = (role: (typeof ROLES)[number], areaId: string) => ({ userId: "u", name: "U", role, areaId });

test.each(ROLES)("%s may do nothing beside or above its area", (role) => {
  for (const action of ACTIONS) {
    expect(may(actor(role, "vinh-tan"), action, ["nghe-an"])).toBe(false);
    expect(may(actor(role, "vinh-tan"), action, ["nghe-an", "kim-lien"])).toBe(false);
  }
});

test.each(ROLES)("%s may do below its area what it may do in it", (role) => {
  for (const action of ACTIONS)
    expect(may(actor(role, "nghe-an"), action, COMMUNE)).toBe(may(actor(role, "vinh-tan"), action, COMMUNE));
});

test("all who work with sound may stop it, and only some may approve it", () => {
  const holders = (action: (typeof ACTIONS)[number]) => ROLES.filter((role) => RIGHTS[role].has(action));
  expect(holders("broadcast.stop")).toEqual(["staff", "approver", "operator", "technician", "admin"]);
  expect(holders("announcement.approve")).toEqual(["approver", "operator", "admin"]);
  expect(holders("alert.read")).toEqual(ROLES);
  expect(holders("alert.send")).toEqual(["operator", "admin"]);
  expect(holders("audit.read")).toEqual(["admin", "auditor"]);
});

test("what lies out of sight is not found; what the role forbids is forbidden", () => {
  expect(() => demand(actor("admin", "kim-lien"), "station.read", COMMUNE)).toThrow(
    expect.objectContaining({ code: "NOT_FOUND" }),
  );
  expect(() => demand(actor("staff", "vinh-tan"), "station.manage", COMMUNE)).toThrow(
    expect.objectContaining({ code: "FORBIDDEN" }),
  );
});
