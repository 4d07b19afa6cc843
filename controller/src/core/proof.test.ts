import { describe, expect, test } from "vitest";
import type { Readings } from "../ports.ts";
import { addReading, lineReadings, outcomeOf, RATE } from "./proof.ts";

const reading = (volts: number, amps: Record<string, number>): Readings => ({
  outputVolts: { value: volts, at: 0 },
  zoneAmps: Object.fromEntries(Object.entries(amps).map(([zone, value]) => [zone, { value, at: 0 }])),
});

describe("the proof of a line", () => {
  const after = (...readings: Readings[]) =>
    lineReadings(
      readings.reduce((sums, one) => addReading(sums, ["z1", "z2"], one), {}),
      { z1: 600, z2: 600 },
    );

  test("is the mean of its readings, the impedance, and the horns that it means", () => {
    expect(after(reading(60, { z1: 0.4, z2: 0.1 }), reading(40, { z1: 0.26, z2: 0.066 }))).toEqual([
      { zone: "z1", volts: 50, amps: 0.33, ohms: 151.5, hornsEstimated: 4 },
      { zone: "z2", volts: 50, amps: 0.083, ohms: 602.4, hornsEstimated: 1 },
    ]);
  });

  test("shows a lost horn as a step of a third", () => {
    const [four] = after(reading(60, { z1: 60 / 150 }));
    const [three] = after(reading(60, { z1: 60 / 200 }));
    expect([four?.hornsEstimated, three?.hornsEstimated]).toEqual([4, 3]);
  });

  test("of an open line has no impedance and no horns", () => {
    expect(after(reading(60, { z1: 0.001 }))).toEqual([
      { zone: "z1", volts: 60, amps: 0.001, ohms: null, hornsEstimated: 0 },
    ]);
  });

  test("leaves out quiet moments, lines that are not closed, and lines without a sensor", () => {
    expect(after(reading(0.4, { z1: 0.2 }))).toEqual([]);
    expect(after({ zoneAmps: { z1: { value: 0.2, at: 0 } } })).toEqual([]);
    expect(after(reading(60, { z3: 0.2 })).map(({ zone }) => zone)).toEqual([]);
    expect(after(reading(60, { z1: 0.4 }), reading(0.1, { z1: 0 }))).toMatchObject([
      { volts: 60, amps: 0.4 },
    ]);
  });

  test("does not change the sums it is added to", () => {
    const before = addReading({}, ["z1"], reading(60, { z1: 0.4 }));
    const copy = structuredClone(before);
    addReading(before, ["z1"], reading(60, { z1: 0.4 }));
    expect(before).toEqual(copy);
  });
});

const PLANNED = 10 * RATE;
test.each([
  [PLANNED, null, { outcome: "played" }],
  [PLANNED - RATE / 50, null, { outcome: "played" }],
  [PLANNED - RATE / 50 - 1, null, { outcome: "partial", code: "AUDIO_GAPS" }],
  [PLANNED, "JOINED_LATE", { outcome: "played" }],
  [PLANNED / 2, "JOINED_LATE", { outcome: "partial", code: "JOINED_LATE" }],
  [1, "INTERRUPTED", { outcome: "partial", code: "INTERRUPTED" }],
  [0, "BOARD_LOST", { outcome: "failed", code: "BOARD_LOST" }],
  [0, null, { outcome: "failed", code: "AUDIO_OUTPUT_LOST" }],
])("%i samples of ten seconds with trouble %s: %o", (samplesRendered, trouble, expected) => {
  expect(outcomeOf({ samplesRendered, samplesPlanned: PLANNED, trouble })).toEqual(expected);
});
