import { FAULT_CODES } from "@loa/protocol/faults";
import { describe, expect, test } from "vitest";
import type { Readings } from "../ports.ts";
import { FAULT_RULES, type FaultView, judgeFaults, NO_FAULTS } from "./fault-rules.ts";

const HOUR = 3_600_000;
const ZONES = ["z1", "z2"];
/** How often the station judges. */
const PERIOD = 1_000;

const measured = (value: number) => ({ value, at: 0 });
const amps = (z1: number, z2 = 0.4): Readings["zoneAmps"] => ({ z1: measured(z1), z2: measured(z2) });
const HEALTHY: FaultView = {
  board: "ready",
  readings: {
    outputVolts: measured(60),
    zoneAmps: amps(0.4),
    mainsVolts: measured(230),
    batteryVolts: measured(13),
    temperature: measured(40),
    doorOpen: false,
  },
  sounding: ZONES.map((zone) => ({ zone, horns: 4, hornOhms: 600 })),
  programmeDb: -20,
  synchronised: true,
  missingAssetDueInMs: null,
  planEndsInMs: 100 * HOUR,
  storageFreeBytes: 10e9,
  lastRejectionAgoMs: null,
  outputLost: false,
  lockedOut: false,
};
const read = (readings: Partial<Readings>): Partial<FaultView> => ({
  readings: { ...HEALTHY.readings, ...readings },
});

/** Judges every second what `view` says of that second; lists what was raised and cleared, with its time in s. */
function watch(view: (second: number) => Partial<FaultView>, forSeconds: number) {
  const log: string[] = [];
  let state = NO_FAULTS;
  for (let second = 0; second <= forSeconds; second++) {
    const judged = judgeFaults(state, { ...HEALTHY, ...view(second) }, ZONES, second * PERIOD);
    const name = ({ code, zone }: (typeof judged.raised)[number]) => `${code}${zone ? `/${zone}` : ""}`;
    log.push(...judged.raised.map((fault) => `${second} raised ${name(fault)}`));
    log.push(...judged.cleared.map((fault) => `${second} cleared ${name(fault)}`));
    state = judged.state;
  }
  return { log, standing: state.standing };
}

/** What breaks, and within how many seconds it must be raised. */
const BREAKS: [string, Partial<FaultView>, number][] = [
  ["BOARD_LOST", { board: "lost" }, 5],
  ["MAINS_LOST", read({ mainsVolts: measured(0) }), 5],
  ["MAINS_OUT_OF_RANGE", read({ mainsVolts: measured(89) }), 100],
  ["MAINS_OUT_OF_RANGE", read({ mainsVolts: measured(255) }), 100],
  ["BATTERY_LOW", read({ batteryVolts: measured(11.4) }), 100],
  ["OVER_TEMPERATURE", read({ temperature: measured(76) }), 100],
  ["DOOR_OPEN", read({ doorOpen: true }), 100],
  ["AMP_NO_OUTPUT", read({ outputVolts: measured(0.2) }), 10],
  ["SILENCE_ON_AIR", { outputLost: true }, 10],
  ["LINE_OPEN/z1", read({ zoneAmps: amps(0) }), 10],
  ["LINE_HORN_LOST/z1", read({ zoneAmps: amps(0.3) }), 10],
  ["LINE_HORN_LOST/z2", read({ zoneAmps: amps(0.4, 0.3) }), 10],
  ["CLOCK_UNSYNCED", { synchronised: false }, 100],
  ["ASSET_MISSING", { missingAssetDueInMs: HOUR - 1 }, 100],
  ["PLAN_EXPIRING", { planEndsInMs: 23.9 * HOUR }, 100],
  ["STORAGE_LOW", { storageFreeBytes: 199e6 }, 100],
  ["SIGNATURE_REJECTED", { lastRejectionAgoMs: 0 }, 100],
  ["LOCKED_OUT", { lockedOut: true }, 1],
];
/** What is told at once, however short it is. */
const AT_ONCE = ["SIGNATURE_REJECTED", "LOCKED_OUT"];

describe("the fault rules", () => {
  test("find nothing at a healthy station", () => {
    expect(watch(() => ({}), 200).log).toEqual([]);
  });

  test.each(BREAKS)("raise %s once, alone, in time, and clear it once", (name, broken, within) => {
    const { log, standing } = watch((second) => (second >= 10 && second < 40 ? broken : {}), 100);
    expect(log.map((line) => line.replace(/^\d+ /, ""))).toEqual([`raised ${name}`, `cleared ${name}`]);
    const [raisedAt, clearedAt] = log.map((line) => Number.parseInt(line, 10));
    expect(raisedAt! - 10).toBeLessThan(within);
    expect(clearedAt).toBeGreaterThanOrEqual(40);
    expect(clearedAt! - 40).toBeLessThan(11);
    expect(standing).toEqual({});
  });

  test("are all broken by this table", () => {
    const broken = new Set(BREAKS.map(([name]) => name.split("/")[0]));
    expect([...broken].sort()).toEqual(FAULT_RULES.map(({ code }) => code).sort());
    expect(FAULT_RULES.every(({ code }) => FAULT_CODES.includes(code))).toBe(true);
  });

  test.each(BREAKS.filter(([name]) => !AT_ONCE.includes(name)))(
    "do not raise %s for a blink",
    (_, broken) => {
      expect(watch((second) => (second === 10 ? broken : {}), 100).log).toEqual([]);
    },
  );

  const quiet: Partial<FaultView> = { programmeDb: -60 };
  const idle: Partial<FaultView> = { sounding: [] };
  test.each([
    ["LOCKED_OUT", { lockedOut: true }, { lockedOut: "unknown" }],
    ["MAINS_LOST", read({ mainsVolts: measured(0) }), read({ mainsVolts: undefined })],
    ["BATTERY_LOW", read({ batteryVolts: measured(1) }), read({ batteryVolts: undefined })],
    ["OVER_TEMPERATURE", read({ temperature: measured(90) }), read({ temperature: undefined })],
    ["AMP_NO_OUTPUT", read({ outputVolts: measured(0) }), quiet],
    ["AMP_NO_OUTPUT", read({ outputVolts: measured(0) }), idle],
    ["SILENCE_ON_AIR", { outputLost: true }, idle],
    ["LINE_OPEN/z1", read({ zoneAmps: amps(0) }), idle],
    ["LINE_OPEN/z1", read({ zoneAmps: amps(0) }), read({ outputVolts: measured(4) })],
    ["LINE_HORN_LOST/z1", read({ zoneAmps: amps(0.3) }), quiet],
    ["LINE_HORN_LOST/z1", read({ zoneAmps: amps(0.3) }), read({ zoneAmps: {} })],
  ] as [string, Partial<FaultView>, Partial<FaultView>][])(
    "keep %s while it cannot be told whether it still stands",
    (name, broken, untold) => {
      const { log, standing } = watch((second) => (second < 20 ? broken : untold), 300);
      expect(log.filter((line) => line.includes("cleared"))).toEqual([]);
      expect(Object.keys(standing)).toContain(name);
    },
  );

  test("raise nothing of what cannot be told", () => {
    expect(watch(() => ({ readings: { zoneAmps: {} } }), 200).log).toEqual([]);
    expect(
      watch(() => ({ ...idle, ...read({ outputVolts: measured(0), zoneAmps: amps(0) }) }), 200).log,
    ).toEqual([]);
  });

  test.each([
    ["AMP_NO_OUTPUT", read({ outputVolts: measured(0) }), { programmeDb: -60 }],
    ["LINE_OPEN/z1", read({ zoneAmps: amps(0) }), read({ outputVolts: measured(2), zoneAmps: amps(0) })],
    [
      "LINE_HORN_LOST/z1",
      read({ zoneAmps: amps(0.3) }),
      read({ outputVolts: measured(2), zoneAmps: amps(0.01) }),
    ],
  ] as [string, Partial<FaultView>, Partial<FaultView>][])(
    "raise %s in time though speech pauses every few seconds",
    (name, broken, pause) => {
      const { log } = watch((second) => (second % 4 === 3 ? pause : broken), 20);
      expect(log).toHaveLength(1);
      expect(log[0]).toContain(`raised ${name}`);
      expect(Number.parseInt(log[0]!, 10)).toBeLessThanOrEqual(10);
    },
  );

  test.each([
    [39, ["MAINS_LOST"]],
    [40, ["MAINS_OUT_OF_RANGE"]],
    [89.9, ["MAINS_OUT_OF_RANGE"]],
    [90, []],
    [240, []],
    [250, ["MAINS_OUT_OF_RANGE"]],
  ])("call mains of %f V %j", (volts, expected) => {
    expect(Object.keys(watch(() => read({ mainsVolts: measured(volts) }), 20).standing)).toEqual(expected);
  });

  test.each([
    [0, ["LINE_OPEN/z1"]],
    [0.049, ["LINE_OPEN/z1"]],
    [0.1, ["LINE_HORN_LOST/z1"]],
    [0.34, ["LINE_HORN_LOST/z1"]],
    [0.36, []],
    [0.5, []],
  ])("call a line of four horns at 60 V that takes %f A %j", (current, expected) => {
    expect(Object.keys(watch(() => read({ zoneAmps: amps(current) }), 20).standing)).toEqual(expected);
  });

  test("never call the loss of the only horn a lost horn", () => {
    const sounding = [{ zone: "z1", horns: 1, hornOhms: 600 }];
    const { standing } = watch(() => ({ sounding, ...read({ zoneAmps: amps(0.02) }) }), 20);
    expect(Object.keys(standing)).toEqual(["LINE_OPEN/z1"]);
  });

  test("keep a fault's beginning and its latest figures", () => {
    const view = (second: number) => read({ mainsVolts: measured(second < 5 ? 230 : second < 20 ? 80 : 70) });
    const { standing } = watch(view, 30);
    expect(standing.MAINS_OUT_OF_RANGE).toEqual({
      code: "MAINS_OUT_OF_RANGE",
      since: 5_000,
      value: 70,
      threshold: 90,
    });
  });

  test("tell of each zone by itself", () => {
    const { log } = watch((second) => read({ zoneAmps: amps(0, second < 20 ? 0 : 0.4) }), 60);
    expect(log.map((line) => line.replace(/^\d+ /, ""))).toEqual([
      "raised LINE_OPEN/z1",
      "raised LINE_OPEN/z2",
      "cleared LINE_OPEN/z2",
    ]);
  });

  test("leave the state they were given as it was", () => {
    const { state } = judgeFaults(NO_FAULTS, { ...HEALTHY, lastRejectionAgoMs: 0 }, ZONES, 0);
    const copy = structuredClone(state);
    judgeFaults(state, { ...HEALTHY, lastRejectionAgoMs: 5 }, ZONES, 60_000);
    expect(state).toEqual(copy);
  });
});
