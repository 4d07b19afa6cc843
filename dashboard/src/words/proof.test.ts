import type { Health } from "@loa/protocol/health";
import type { BroadcastStation, Playout } from "@loa/protocol/http/broadcasts";
import { expect, test } from "vitest";
import { deliveryOf, failuresFirst, renderedShare, startErrorTone, zoneOhms } from "./proof.ts";
import { loudnessVerdict, reviewStep } from "./verdict.ts";

const station = (
  state: BroadcastStation["state"],
  outcomes: Playout["outcome"][] = [],
  name = "a",
): BroadcastStation => ({
  stationId: name,
  name,
  areaId: "xa",
  state,
  playouts: outcomes.map((outcome) => ({ outcome }) as Playout),
});

test.each([
  [station("confirmed"), false, "confirmed", "plain"],
  [station("unconfirmed"), false, "unconfirmed", "bad"],
  [station("onAir"), false, "onAir", "air"],
  [station("done", ["played"]), true, "played", "ok"],
  [station("done", ["played", "missed"]), true, "missed", "bad"],
  [station("done", ["stopped"]), true, "stopped", "warn"],
  [station("confirmed"), true, "noReceipt", "bad"],
  [station("cancelled"), true, "cancelled", "plain"],
] as const)("%j, over: %s, is told as %s", (row, over, word, tone) => {
  expect(deliveryOf(row, over)).toMatchObject({ word, tone });
});

test("failures come before partial playouts, and those before what went well", () => {
  const rows = [
    station("done", ["played"], "good"),
    station("done", ["partial"], "half"),
    station("done", ["failed"], "bad"),
  ];
  expect(failuresFirst(rows, true).map(({ station: row }) => row.name)).toEqual(["bad", "half", "good"]);
});

test.each([
  [3, "ok"],
  [-20, "ok"],
  [21, "warn"],
  [-1_500, "bad"],
])("a start error of %i ms is %s", (error, tone) => expect(startErrorTone(error)).toBe(tone));

test("nothing planned is nothing rendered, and more than planned is all of it", () => {
  expect(renderedShare({ samplesRendered: 0, samplesPlanned: 0 })).toBe(0);
  expect(renderedShare({ samplesRendered: 480, samplesPlanned: 400 })).toBe(1);
});

const health = (volts: number, amps: number, closed: string[]): Health =>
  ({
    zonesClosed: closed,
    readings: { outputVolts: { value: volts, at: 0 }, zoneAmps: { z1: { value: amps, at: 0 } } },
  }) as unknown as Health;

test.each([
  ["a driven line has volts over amps", health(70, 0.14, ["z1"]), 500],
  ["a driven line without current is open", health(70, 0, ["z1"]), null],
  ["a silent line cannot be measured", health(70, 0.14, []), undefined],
  ["without output there is nothing to measure by", health(0.2, 0, ["z1"]), undefined],
])("%s", (_, value, ohms) => {
  const measured = zoneOhms(value, "z1");
  expect(typeof measured === "number" ? Math.round(measured) : measured).toBe(ohms);
});

test.each([
  [-22, "good"],
  [-30, "quiet"],
  [-45, "veryQuiet"],
  [-6, "loud"],
  [undefined, "unknown"],
])("an upload of %s LUFS is %s", (sourceLoudnessLufs, verdict) => {
  expect(loudnessVerdict(sourceLoudnessLufs === undefined ? {} : { sourceLoudnessLufs })).toBe(verdict);
});

const announcement = (
  state: "draft" | "submitted" | "approved" | "rejected",
  ingest: "ready" | "failed" | "processing" = "ready",
) => ({
  state,
  ingest: { state: ingest, progress: 1 },
  createdBy: { id: "huy", name: "Huy" },
});

test.each([
  ["a draft in work waits", announcement("draft", "processing"), "huy", false, "wait"],
  ["a broken file is told", announcement("draft", "failed"), "huy", false, "failed"],
  ["a ready draft can be submitted", announcement("draft"), "huy", false, "submit"],
  ["an approver decides on another's work", announcement("submitted"), "lan", true, "decide"],
  ["nobody approves their own work", announcement("submitted"), "huy", true, "ownWork"],
  ["others wait for the approver", announcement("submitted"), "huy", false, "inReview"],
  ["approved is approved", announcement("approved"), "huy", false, "approved"],
] as const)("%s", (_, value, userId, mayApprove, step) => {
  expect(reviewStep(value, userId, mayApprove)).toBe(step);
});
