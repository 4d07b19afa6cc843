import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "@loa/kernel/errors";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readConfig, StationConfig } from "./config.ts";
import { newFolder } from "./folder.fixture.ts";

const MINIMAL = {
  station: "station-01",
  data: "data",
  zones: [{ id: "z1", name: "Chợ", horns: 4 }],
  hardEnvelope: { windows: { mon: [["05:00", "22:00"]] }, maxMinutesPerDay: 120, maxGainDb: 0 },
  board: { port: "/dev/ttyACM0" },
  audio: {},
};

function fileOf(content: unknown): string {
  const file = join(newFolder(), "station.yaml");
  writeFileSync(file, typeof content === "string" ? content : stringify(content));
  return file;
}

/** The refusal of a configuration: its code and sentence. */
function refusal(
  content: unknown,
  env: Record<string, string> = {},
): { code: string; message: string; file: string } {
  const file = fileOf(content);
  try {
    readConfig(file, env);
  } catch (error) {
    return { code: codeOf(error), message: (error as Error).message, file };
  }
  throw new Error("the configuration was taken");
}

describe("station.yaml", () => {
  test("needs only what no other station shares; the rest has its defaults", () => {
    expect(readConfig(fileOf(MINIMAL), {})).toMatchObject({
      zones: [{ id: "z1", hornOhms: 667 }],
      amplifier: { warmUpMs: 1_600, zoneLeadMs: 700, tailMs: 120, idleOffMs: 10_000 },
      board: { port: "/dev/ttyACM0", amplifierPin: 4, heartbeatPin: 5 },
      audio: { output: "alsa", device: "default", bufferMs: 500 },
      clock: { rtc: true },
      logLevel: "info",
    });
  });

  const zone = MINIMAL.zones[0]!;
  const envelope = MINIMAL.hardEnvelope;
  test.each([
    ["a name that is none", { station: "Cụm 1" }, "/station", '"Cụm 1"', "pattern"],
    ["too many horns", { zones: [{ ...zone, horns: 65 }] }, "/zones/0/horns", "65", "64"],
    ["no zones", { zones: [] }, "/zones", "[]", "1"],
    ["a quantity in words", { amplifier: { warmUpMs: "long" } }, "/amplifier/warmUpMs", '"long"', "integer"],
    [
      "a time that is none",
      { hardEnvelope: { ...envelope, windows: { mon: [["5:00", "22:00"]] } } },
      "/hardEnvelope/windows/mon/0/0",
      '"5:00"',
      "pattern",
    ],
    [
      "too much gain",
      { hardEnvelope: { ...envelope, maxGainDb: 13 } },
      "/hardEnvelope/maxGainDb",
      "13",
      "12",
    ],
    ["an unknown log level", { logLevel: "loud" }, "/logLevel", '"loud"', "debug"],
    ["an unknown output", { audio: { output: "jack" } }, "/audio/output", '"jack"', "alsa"],
  ])("with %s is refused by file, key, value and what is allowed", (_, change, key, value, allowed) => {
    const { code, message, file } = refusal({ ...MINIMAL, ...change });
    expect(code).toBe("CONFIG_INVALID");
    expect(message).toContain(`${file}: ${key} = ${value}: `);
    expect(message).toContain(allowed);
  });

  test("with a key that nobody knows is refused by the key's name", () => {
    expect(refusal({ ...MINIMAL, zonen: [] }).message).toContain("zonen");
    expect(refusal({ ...MINIMAL, board: { port: "p", pinn: 3 } }).message).toContain("pinn");
  });

  test("that lacks a key is refused by the key's name", () => {
    const { hardEnvelope: _, ...rest } = MINIMAL;
    expect(refusal(rest).message).toContain("hardEnvelope");
  });

  test("with several faults is refused with all of them", () => {
    const { message } = refusal({ ...MINIMAL, station: "x", logLevel: "loud" });
    expect(message).toContain("/station");
    expect(message).toContain("/logLevel");
  });

  test.each([
    ["a list", "- a\n- b\n"],
    ["nothing", ""],
    ["no YAML", "station: [\n"],
  ])("that holds %s is refused by its file", (_, content) => {
    const { code, message, file } = refusal(content);
    expect([code, message.includes(file)]).toEqual(["CONFIG_INVALID", true]);
  });

  test("that is not there is refused by its file", () => {
    const file = join(newFolder(), "absent.yaml");
    expect(() => readConfig(file, {})).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(file) }),
    );
  });
});

describe("the environment", () => {
  test("overrides the file", () => {
    const config = readConfig(fileOf(MINIMAL), {
      LOA_DATA: "/elsewhere",
      LOA_LABEL: "label.json",
      LOA_BOARD_PORT: "/dev/pts/7",
      LOA_AUDIO_OUTPUT: "socket",
      LOA_AUDIO_DEVICE: "/run/card",
      LOA_LOG_LEVEL: "debug",
      LOA_UNKNOWN: "is left alone",
    });
    expect(config).toMatchObject({
      ...{ data: "/elsewhere", label: "label.json", logLevel: "debug", board: { port: "/dev/pts/7" } },
      audio: { output: "socket", device: "/run/card" },
    });
  });

  test("makes up for a section that the file lacks", () => {
    const { board: _b, audio: _a, data: _d, ...rest } = MINIMAL;
    const config = readConfig(fileOf(rest), { LOA_BOARD_PORT: "p", LOA_AUDIO_DEVICE: "d", LOA_DATA: "x" });
    expect([config.board.port, config.audio.device, config.audio.output]).toEqual(["p", "d", "alsa"]);
  });

  test("is refused by the variable's name where it does not fit", () => {
    const { code, message } = refusal(MINIMAL, { LOA_LOG_LEVEL: "loud" });
    expect([code, message.includes('/logLevel = "loud"')]).toEqual(["CONFIG_INVALID", true]);
    expect(message).toContain("LOA_LOG_LEVEL");
  });

  test("does not hide that a section of the file is no section", () => {
    const { code, message } = refusal({ ...MINIMAL, board: "/dev/ttyACM0" }, { LOA_BOARD_PORT: "p" });
    expect([code, message.includes("/board")]).toEqual(["CONFIG_INVALID", true]);
  });
});

test("the published schema is the one that is checked", () => {
  const published = JSON.parse(readFileSync(join(import.meta.dirname, "../station.schema.json"), "utf8"));
  expect(published).toEqual(JSON.parse(JSON.stringify(StationConfig)));
});

test("hours that end before they begin are a mistake, not a station that never sounds", () => {
  const hardEnvelope = { ...MINIMAL.hardEnvelope, windows: { mon: [["22:00", "05:00"]] } };
  const file = fileOf({ ...MINIMAL, hardEnvelope });
  expect(() => readConfig(file, {})).toThrow(/hardEnvelope\/windows = mon 22:00–05:00/);
});
