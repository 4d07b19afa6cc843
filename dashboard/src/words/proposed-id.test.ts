import { AreaId, StationId } from "@loa/protocol/identity";
import { expect, test } from "vitest";
import { proposedAreaId, proposedStationId, proposedUsername } from "./proposed-id.ts";

test.each([
  ["Xã Nghi Kim", [], "xa-nghi-kim"],
  ["Phường Đông Vĩnh", [], "phuong-dong-vinh"],
  ["Xã Nghi Kim", ["xa-nghi-kim", "xa-nghi-kim-2"], "xa-nghi-kim-3"],
  ["  –  ", [], ""],
  ["Khu dân cư số 12 đường Nguyễn Thị Minh Khai nối dài", [], "khu-dan-cu-so-12-duong-nguyen-th"],
])("the area %s beside %j is proposed as %s", (name, taken, id) => {
  expect(proposedAreaId(name, new Set(taken))).toBe(id);
  if (id !== "") expect(id).toMatch(new RegExp((AreaId as { pattern?: string }).pattern ?? "^$"));
});

test.each([
  ["xa-nghi-kim", [], "xa-nghi-kim-01"],
  ["xa-nghi-kim", ["xa-nghi-kim-01"], "xa-nghi-kim-02"],
  ["x1", [], "loa-x1-01"],
  ["khu-dan-cu-so-12-duong-nguyen-th", [], "khu-dan-cu-so-12-duong-nguye-01"],
])("a station in %s beside %j is proposed as %s", (areaId, taken, id) => {
  expect(proposedStationId(areaId, new Set(taken))).toBe(id);
  expect(id).toMatch(new RegExp((StationId as { pattern?: string }).pattern ?? "^$"));
});

test.each([
  ["Nguyễn Văn Hùng", [], "hung.nguyenvan"],
  ["Nguyễn Văn Hùng", ["hung.nguyenvan"], "hung.nguyenvan2"],
  ["Lan", [], "lan"],
  ["", [], ""],
])("%s beside %j is proposed as %s", (name, taken, username) => {
  expect(proposedUsername(name, new Set(taken))).toBe(username);
});
