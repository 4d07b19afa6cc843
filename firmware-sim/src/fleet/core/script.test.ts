import { describe, expect, test } from "vitest";
import { parseScript, parseStep } from "./script.ts";

describe("a step on the command line", () => {
  test.each([
    ["30s:drop:10%:40s", { atMs: 30_000, deed: { do: "drop", forMs: 40_000 }, whom: { share: 0.1 } }],
    ["500ms:freeze:0.01", { atMs: 500, deed: { do: "freeze" }, whom: { share: 0.01 } }],
    ["2m:reconnect", { atMs: 120_000, deed: { do: "reconnect" }, whom: { share: 1 } }],
    ["5:lag=300ms:50%", { atMs: 5_000, deed: { do: "lag", lagMs: 300 }, whom: { share: 0.5 } }],
    ["0s:lag", { atMs: 0, deed: { do: "lag", lagMs: 2_000 }, whom: { share: 1 } }],
    ["0s:fail:1%", { atMs: 0, deed: { do: "fail", failure: "AUDIO_OUTPUT_LOST" }, whom: { share: 0.01 } }],
    [
      "0s:fail=ASSET_MISSING",
      { atMs: 0, deed: { do: "fail", failure: "ASSET_MISSING" }, whom: { share: 1 } },
    ],
    ["0s:lockout:3%:1m", { atMs: 0, deed: { do: "lockout", forMs: 60_000 }, whom: { share: 0.03 } }],
    [
      "1s:fault=LINE_OPEN:2%:9s",
      { atMs: 1_000, deed: { do: "fault", code: "LINE_OPEN", forMs: 9_000 }, whom: { share: 0.02 } },
    ],
  ])("%s is read", (text, step) => expect(parseStep(text)).toEqual(step));

  test.each([
    ["soon:drop:10%", "soon"],
    ["30s:explode", "explode"],
    ["30s:drop:110%", "110%"],
    ["30s:drop:", '""'],
    ["30s:drop:10%:40s:more", "30s:drop:10%:40s:more"],
    ["30s:fault=TIRED", "TIRED"],
    ["30s:fail=TIRED", "TIRED"],
    ["30s:mute=3s", "mute"],
  ])("%s is refused, naming %s", (text, named) => {
    expect(() => parseStep(text)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(named) }),
    );
  });
});

describe("a script", () => {
  test("is a list of steps, run in the order of their times", () => {
    const script = [
      { at: "1m", do: "reconnect" },
      { at: "10s", do: "offline", stations: ["vinh-01-01"], for: "20s" },
    ];
    expect(parseScript(script)).toEqual([
      { atMs: 10_000, deed: { do: "offline", forMs: 20_000 }, whom: { stations: ["vinh-01-01"] } },
      { atMs: 60_000, deed: { do: "reconnect" }, whom: { share: 1 } },
    ]);
  });

  test.each([
    ["no list", { do: "drop" }],
    ["a step that is none", ["drop"]],
    ["a field that does not exist", [{ at: "1s", do: "drop", howMany: 3 }]],
    ["stations that are no names", [{ at: "1s", do: "drop", stations: [3] }]],
  ])("with %s is refused", (_, script) =>
    expect(() => parseScript(script)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" })),
  );
});
