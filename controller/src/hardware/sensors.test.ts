import { EventEmitter } from "node:events";
import { ManualClock } from "@loa/kernel/manual-clock";
import type { Firmata } from "firmata-io";
import { Value } from "typebox/value";
import { beforeEach, expect, test } from "vitest";
import { BoardConfig } from "./board-config.ts";
import { MedianOfThree, Sensors } from "./sensors.ts";

/** What a board answers when a digital port is asked for; and everything that was asked. */
class FakeIo extends EventEmitter {
  readonly MODES = { INPUT: 0, OUTPUT: 1, ANALOG: 2 };
  readonly asked: number[] = [];
  setSamplingInterval(): void {}
  pinMode(): void {}
  analogRead(channel: number, read: (counts: number) => void): void {
    this.on(`analog-read-${channel}`, read);
  }
  digitalRead(pin: number, read: (value: number) => void): void {
    this.on(`digital-read-${pin}`, read);
  }
  reportDigitalPin(pin: number): void {
    this.asked.push(pin);
  }
}

const config = Value.Default(BoardConfig, { port: "/dev/ttyACM0" }) as BoardConfig;
const DOOR = 8;

let io: FakeIo;
let clock: ManualClock;
let sensors: Sensors;

beforeEach(() => {
  io = new FakeIo();
  clock = new ManualClock();
  sensors = new Sensors(io as unknown as Firmata, config, clock);
});

test.each<
  [string, number, number, (readings: ReturnType<Sensors["readings"]>) => number | undefined, number]
>([
  ["output volts", 0, 1023, (readings) => readings.outputVolts?.value, 120],
  ["amps of the first zone", 1, 512, (readings) => readings.zoneAmps.z1?.value, 1.001],
  ["amps of the second zone", 2, 0, (readings) => readings.zoneAmps.z2?.value, 0],
  ["mains", 3, 784, (readings) => readings.mainsVolts?.value, 229.91],
  ["battery", 4, 675, (readings) => readings.batteryVolts?.value, 13.196],
  ["temperature", 5, 403, (readings) => readings.temperature?.value, 25],
])("%s is read in units", (_name, channel, counts, pick, value) => {
  io.emit(`analog-read-${channel}`, counts);
  expect(pick(sensors.readings())).toBeCloseTo(value, 2);
});

test("a reading carries the time of its measurement", async () => {
  await clock.advance(700);
  io.emit("analog-read-3", 784);
  expect(sensors.readings().mainsVolts?.at).toBe(clock.now());
  expect(sensors.lastReportAt).toBe(clock.now());
});

test("a sensor that has said nothing has no reading", () => {
  expect(sensors.readings()).toEqual({ zoneAmps: {} });
});

test("counts beyond the converter are noise", () => {
  io.emit("analog-read-0", 9_000);
  expect(sensors.readings().outputVolts).toBeUndefined();
});

test("one wild sample does not reach the reading", () => {
  const median = new MedianOfThree();
  expect([500, 501, 3, 502].map((counts) => median.push(counts)).at(-1)).toBe(501);
});

test("a changed input is asked for again, and counts when the answer agrees", () => {
  io.emit(`digital-read-${DOOR}`, 1);
  expect([sensors.readings().doorOpen, io.asked]).toEqual([undefined, [DOOR]]);
  io.emit(`digital-read-${DOOR}`, 1);
  expect(sensors.readings().doorOpen).toBe(true);
});

test("the lock-out switch is read where it is wired, and only there", () => {
  const read = (lockOutPin: number | null) => {
    const board = new FakeIo();
    const wired = new Sensors(board as unknown as Firmata, { ...config, lockOutPin }, clock);
    for (const _ of [1, 2]) board.emit("digital-read-10", 1);
    return wired.readings().lockOutSwitch;
  };
  expect([read(10), read(null)]).toEqual([true, undefined]);
});

test("an input level made up by noise is not believed", () => {
  for (const value of [0, 0, 1, 0]) io.emit(`digital-read-${DOOR}`, value);
  expect(sensors.readings().doorOpen).toBe(false);
});
