import type { Announcement } from "@loa/protocol/http/announcements";
import { expect, test } from "vitest";
import { type Deeds, doneSteps, stepAddress, stepsOf } from "./first-steps.ts";

const announcement = (
  id: string,
  by: string,
  state: Announcement["state"],
  decidedBy?: string,
): Announcement =>
  ({
    id,
    state,
    createdBy: { id: by, name: by },
    ingest: { state: "ready", progress: 1 },
    ...(decidedBy && { decidedBy: { id: decidedBy, name: decidedBy } }),
  }) as Announcement;

const deeds = (over: Partial<Deeds> = {}): Deeds => ({
  userId: "me",
  announcements: [],
  schedules: [],
  audited: [],
  here: new Set(),
  ...over,
});
const done = (role: Parameters<typeof stepsOf>[0], over: Partial<Deeds>) => [
  ...doneSteps(stepsOf(role), deeds(over)),
];

test("nothing is done at first, and what others did does not count", () => {
  const others = [announcement("a", "other", "approved", "another")];
  expect(
    done("staff", { announcements: others, schedules: [{ createdBy: { id: "other", name: "o" } }] }),
  ).toEqual([]);
  expect(done("approver", { announcements: others })).toEqual([]);
});

test("steps of staff tick themselves by what the hub has of them", () => {
  const mine = [announcement("a", "me", "draft")];
  expect(done("staff", { announcements: mine })).toEqual(["make"]);
  expect(done("staff", { announcements: [announcement("a", "me", "submitted")] })).toEqual([
    "make",
    "submit",
  ]);
  const schedules = [{ createdBy: { id: "me", name: "me" } }];
  expect(done("staff", { announcements: mine, schedules, here: new Set(["listen"]) })).toEqual([
    "listen",
    "make",
    "schedule",
  ]);
});

test("an approval counts for who gave it, a rejection does not", () => {
  expect(done("approver", { announcements: [announcement("a", "other", "approved", "me")] })).toEqual([
    "approve",
  ]);
  expect(done("approver", { announcements: [announcement("a", "other", "rejected", "me")] })).toEqual([]);
});

test("an admin's steps are read from the audit", () => {
  expect(done("admin", { audited: ["session.open", "user.create"] })).toEqual(["user"]);
});

test("a step leads to where it can be done", () => {
  const announcements = [
    announcement("mine", "me", "submitted"),
    announcement("theirs", "other", "submitted"),
    announcement("old", "other", "approved"),
  ];
  const known = deeds({ announcements });
  expect(stepAddress("approve", known)).toBe("/announcements/theirs?guide=approve");
  expect(stepAddress("listen", known)).toBe("/announcements/old?guide=play");
  expect(stepAddress("submit", known)).toBe("/announcements?guide=submit");
});
