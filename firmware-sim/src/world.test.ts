import { beforeEach, expect, test } from "vitest";
import { EventLog } from "./event-log.ts";
import type { Fault } from "./faults.ts";
import type { Recorder } from "./recorder.ts";
import { World } from "./world.ts";

const START = Date.UTC(2026, 0, 1);
const HOLD_MS = 2_200;
const WARM_UP_MS = 1_500;

interface Heard {
  zone: string;
  atMs: number;
  samples: number[];
  finished: boolean;
}

let heard: Heard[];
let events: EventLog;
let world: World;
let now: number;

beforeEach(() => {
  heard = [];
  events = new EventLog();
  now = START;
  const recorder: Recorder = {
    begin(zone, atMs) {
      const stretch: Heard = { zone, atMs, samples: [], finished: false };
      heard.push(stretch);
      return {
        write: (samples, frames) => stretch.samples.push(...(samples ?? Array<number>(frames).fill(0))),
        finish() {
          stretch.finished = true;
        },
      };
    },
  };
  const zones = [
    { id: "z1", horns: 4 },
    { id: "z2", horns: 3 },
  ];
  world = new World(
    { startMs: START, zones, crystalPpm: 0, warmUpMs: WARM_UP_MS, holdMs: HOLD_MS },
    recorder,
    events,
  );
});

/** Lets time pass with a heartbeat every 500 ms, the first edge at once. */
function live(ms: number): void {
  const end = now + ms;
  for (; now < end; now += Math.min(500, end - now)) world.beat(now);
  world.advance(now);
}

/** Plays a full-scale tone for as long as it takes, in pieces of 10 ms. */
function playTone(ms: number): void {
  const block = Int16Array.from({ length: 480 }, (_, index) =>
    Math.round(32_767 * Math.sin((2 * Math.PI * index * 1_000) / 48_000)),
  );
  for (let done = 0; done < ms; done += 10, now += 10) {
    if (done % 500 === 0) world.beat(now);
    world.push(block, now);
  }
  world.advance(now);
}

function switchOn(...zones: number[]): void {
  world.beat(now);
  world.setAmplifierRelay(true, now);
  for (const zone of zones) world.setZoneRelay(zone, true, now);
}

const inject = (fault: Fault): void => world.inject(fault, now);

const changesOf = (type: string) =>
  events
    .since(0)
    .filter((event) => event.type === type)
    .map(({ seq: _seq, at, ...event }) => ({ afterMs: at - START, ...event }));

test("without a heartbeat the amplifier does not come on", () => {
  world.setAmplifierRelay(true, now);
  world.advance(now + 10_000);
  expect(world.amplifierState).toBe("off");
});

test("the amplifier warms up before it sounds", () => {
  switchOn(0);
  live(3_000);
  expect(changesOf("amplifier")).toEqual([
    { afterMs: 0, type: "amplifier", state: "warming" },
    { afterMs: WARM_UP_MS, type: "amplifier", state: "on" },
  ]);
});

test("after the last heartbeat edge the amplifier drops at the end of the hold, though nobody looked", () => {
  switchOn(0);
  live(3_000);
  const lastEdge = now - 500;
  world.advance(now + 60_000);
  expect(changesOf("amplifier").at(-1)).toEqual({
    afterMs: lastEdge + HOLD_MS - START,
    type: "amplifier",
    state: "off",
  });
  expect(lastEdge + HOLD_MS - (now - 500)).toBeLessThan(3_000);
});

test("a recording begins with the first frame of the warm amplifier and ends with the relay, to the sample", () => {
  switchOn(0);
  live(WARM_UP_MS + 250);
  world.setZoneRelay(0, false, now);
  world.close(now + 100);
  expect(
    heard.map(({ zone, atMs, samples, finished }) => [zone, atMs - START, samples.length, finished]),
  ).toEqual([["z1", WARM_UP_MS, 250 * 48, true]]);
});

test("a change between two frames keeps the frame before it and leaves out the one after", () => {
  switchOn(0);
  live(2_000);
  world.setZoneRelay(0, false, now + 1.01 / 48);
  expect(heard[0]?.samples.length).toBe(500 * 48 + 2);
});

test("a relay that closes late is recorded from that frame on, with the sample that sounds then", () => {
  switchOn();
  live(2_000);
  world.push(
    Int16Array.from({ length: 4_800 }, (_, index) => index),
    now,
  );
  world.setZoneRelay(1, true, now + 10);
  world.close(now + 20);
  expect(heard[0]).toMatchObject({ zone: "z2", atMs: START + 2_010 });
  expect(heard[0]?.samples.slice(0, 3)).toEqual([480, 481, 482]);
});

test("an underrun is silence within the file, not the end of it", () => {
  switchOn(0);
  live(2_000);
  world.push(Int16Array.from([7, 7]), now);
  live(100);
  world.push(Int16Array.from([9]), now);
  live(1);
  world.close(now);
  const samples = heard[0]?.samples ?? [];
  expect(heard).toHaveLength(1);
  expect(samples.slice(500 * 48, 500 * 48 + 3)).toEqual([7, 7, 0]);
  expect(samples[600 * 48]).toBe(9);
});

test("each closing of the relays makes a stretch of its own", () => {
  switchOn(0);
  live(2_000);
  world.setZoneRelay(0, false, now);
  live(1_000);
  world.setZoneRelay(0, true, now);
  live(1_000);
  world.close(now);
  expect(heard.map(({ atMs }) => atMs - START)).toEqual([WARM_UP_MS, 3_000]);
});

test("a full-scale tone drives 100 V into the lines", () => {
  switchOn(0, 1);
  live(2_000);
  playTone(1_000);
  expect(world.outputVolts()).toBeCloseTo(100, 0);
  expect(world.zoneAmps(0)).toBeCloseTo((100 * 4) / 667, 2);
  expect(world.zoneAmps(1)).toBeCloseTo((100 * 3) / 667, 2);
});

test.each<[string, Fault, { volts: number; amps: number; sounds: boolean }]>([
  ["a broken line draws nothing", { code: "LINE_OPEN", zone: "z1" }, { volts: 100, amps: 0, sounds: false }],
  [
    "a lost horn leaves three quarters of the current",
    { code: "LINE_HORN_LOST", zone: "z1", horns: 1 },
    { volts: 100, amps: (100 * 3) / 667, sounds: true },
  ],
  [
    "a short pulls the voltage down",
    { code: "LINE_SHORT", zone: "z1" },
    { volts: 1.25, amps: 2.5, sounds: false },
  ],
  ["a dead output stage gives nothing", { code: "AMP_NO_OUTPUT" }, { volts: 0, amps: 0, sounds: false }],
  [
    "a relay stuck open keeps the line dead",
    { code: "RELAY_STUCK", zone: "z1", position: "open" },
    { volts: 100, amps: 0, sounds: false },
  ],
])("%s", (_name, fault, expected) => {
  switchOn(0);
  inject(fault);
  live(2_000);
  playTone(1_000);
  expect(world.outputVolts()).toBeCloseTo(expected.volts, 0);
  expect(world.zoneAmps(0)).toBeCloseTo(expected.amps, 1);
  expect(heard.some(({ samples }) => samples.some((sample) => sample !== 0))).toBe(expected.sounds);
});

test("a relay stuck closed sounds though its pin is low, and that is recorded", () => {
  switchOn();
  inject({ code: "RELAY_STUCK", zone: "z2", position: "closed" });
  live(2_000);
  playTone(100);
  expect(heard.map(({ zone }) => zone)).toEqual(["z2"]);
});

test("without mains the amplifier runs from the battery until that is empty", () => {
  switchOn();
  inject({ code: "MAINS_LOST" });
  live(3_600_000);
  expect(world.amplifierState).toBe("on");
  expect(world.batteryVolts).toBeLessThan(12);
  live(4_000_000);
  expect(world.amplifierState).toBe("off");
});

test("the lock-out switch takes the amplifier's supply, whatever the relays do", () => {
  switchOn(0);
  live(3_000);
  inject({ code: "LOCK_OUT_SWITCH" });
  live(10_000);
  expect([world.amplifierState, world.amplifierRelayClosed]).toEqual(["off", true]);
  world.clearFaults(now);
  live(3_000);
  expect(world.amplifierState).toBe("on");
});

test("faults that are cleared leave no trace in the readings", () => {
  inject({ code: "MAINS_OUT_OF_RANGE", volts: 280 });
  inject({ code: "BATTERY_LOW" });
  inject({ code: "OVER_TEMPERATURE" });
  expect([world.mainsVolts, world.batteryVolts, world.temperature(now)]).toEqual([280, 11, 85]);
  world.clearFaults(now);
  expect([world.mainsVolts, world.batteryVolts]).toEqual([230, 13.2]);
  expect(world.temperature(now)).toBeLessThan(45);
});
