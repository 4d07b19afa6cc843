import { describe, expect, test } from "vitest";
import { advanced, byZones, countStations, NOTHING_SAID, overlap, stationState } from "./live.ts";

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
