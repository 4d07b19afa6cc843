import type { LiveReception } from "@loa/protocol/live-session";
import { describe, expect, test } from "vitest";
import {
  advanced,
  advancedWithAlert,
  byZones,
  countStations,
  NOTHING_SAID,
  overlap,
  received,
  stationState,
} from "./live.ts";

describe("what a station says of live speech", () => {
  test.each([
    [["received"], "received"],
    [["received", "ready", "started"], "sounding"],
    [["received", "ready", "started", "finished"], "done"],
    [["ready", "received"], "ready"],
    [["started", "ready"], "sounding"],
    [["finished", "started"], "done"],
    [["failed"], "failed"],
    [["failed", "finished"], "failed"],
    [["failed", "received"], "received"],
    [["finished", "failed"], "done"],
    [["rejected"], "sent"],
    [["received", "rejected"], "received"],
  ] as const)("%s: %s", (states, ends) => {
    const said = states.reduce((before, state) => advanced(before, { state }), NOTHING_SAID);
    expect(said.state).toBe(ends);
  });

  test("keeps why it failed or refused", () => {
    expect(advanced(NOTHING_SAID, { state: "failed", code: "LOCKED_OUT" }).code).toBe("LOCKED_OUT");
    expect(advanced(NOTHING_SAID, { state: "rejected", code: "KEY_UNKNOWN" }).code).toBe("KEY_UNKNOWN");
  });

  const health = (packets: number): LiveReception => ({
    ...{ sessionId: "0".repeat(32), packets, lost: 0, late: 0, forged: 0 },
    ...{ concealedMs: 0, silencedMs: 0, bufferMs: 0 },
  });

  test.each([
    ["while the tone sounds", ["received", "ready", "started"], "ready"],
    ["once its packets come", ["received", "ready", "started", health(0), health(3)], "sounding"],
    ["that joined the alert late", ["received", "started", health(3), "failed"], "sounding"],
    ["that was locked out", ["received", "failed", health(3)], "failed"],
    ["that was locked out and is free again", ["received", "failed", "started", health(3)], "sounding"],
    ["whose alert ended before a word", ["received", "ready", "started", "finished"], "ready"],
  ] as const)("in the voice of an alert, %s", (_, said, ends) => {
    const progress = said.reduce(
      (before, one) =>
        typeof one === "string" ? advancedWithAlert(before, { state: one }) : received(before, one, true),
      NOTHING_SAID,
    );
    expect(progress.state).toBe(ends);
  });

  test("outside an alert sounds only where it says so itself: something else may sound there", () => {
    const ready = advanced(NOTHING_SAID, { state: "ready" });
    expect(received(ready, health(9), false)).toMatchObject({ state: "ready", reception: { packets: 9 } });
  });

  test.each([
    ["sent", true, false, "sent"],
    ["sent", false, false, "unreachable"],
    ["sounding", false, false, "unreachable"],
    ["failed", false, false, "failed"],
    ["sounding", true, true, "done"],
    ["received", true, true, "failed"],
    ["sent", true, true, "unreachable"],
  ] as const)("%s, reachable %s, over %s: %s", (state, reachable, over, shown) =>
    expect(stationState({ state }, { reachable, over }).state).toBe(shown),
  );

  test("counts those that sound as ready too", () => {
    const states = ["ready", "sounding", "failed", "unreachable", "sent"] as const;
    expect(countStations(states.map((state) => ({ state })))).toEqual({
      ...{ stations: 5, ready: 2, sounding: 1, failed: 1, unreachable: 1 },
    });
  });
});

describe("where live speech sounds", () => {
  const at = (stationId: string, ...zones: string[]) => ({ stationId, zones });

  test("two overlap at a common station, whatever its lines", () => {
    expect(overlap([at("a", "z1")], [at("a", "z1", "z2")])).toBe(true);
    expect(overlap([at("a", "z1")], [at("a", "z2")])).toBe(true);
    expect(overlap([at("a", "z1")], [at("b", "z1")])).toBe(false);
  });

  test("stations are told alike where all their zones sound, and named zones elsewhere", () => {
    const all = () => ["z1", "z2"];
    expect(byZones([at("a", "z1", "z2"), at("b", "z1", "z2"), at("c", "z2"), at("d", "z2")], all)).toEqual([
      { zones: [], stations: ["a", "b"] },
      { zones: ["z2"], stations: ["c", "d"] },
    ]);
  });
});
