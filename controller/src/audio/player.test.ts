import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { newFolder } from "../folder.fixture.ts";
import type { Cue, CueItem, CueProgress } from "../ports.ts";
import { Player } from "./player.ts";
import { StationTime } from "./station-time.ts";
import { VirtualCard } from "./virtual-card.fixture.ts";

const BASE = Date.UTC(2026, 0, 1);
const CHIME: CueItem = { kind: "chime", durationMs: 2_000, gainDb: 0 };

let card: VirtualCard;
let player: Player;
let reports: CueProgress[];

beforeEach(() => {
  card = new VirtualCard();
  reports = [];
  player = new Player({
    output: card,
    time: new StationTime(BASE),
    now: () => card.nowMs,
    bufferMs: 100,
    outputLatencyMs: 0,
    report: (progress) => reports.push(progress),
  });
  run(1_000);
});

describe("the player", () => {
  test("sounds items back to back at their time and silence elsewhere", () => {
    player.play(cue(2_000, [CHIME, { kind: "silence", durationMs: 500 }, CHIME]));
    run(7_000);
    expect(card.peak(0, 1_999)).toBe(0);
    expect(card.peak(2_000, 2_100)).toBeGreaterThan(5_000);
    expect(card.peak(4_001, 4_499)).toBeLessThan(20);
    expect(card.peak(4_501, 4_600)).toBeGreaterThan(5_000);
    expect(card.peak(6_502, 7_900)).toBeLessThan(20);
    expect(reports.at(-1)).toMatchObject({ state: "ended", samplesRendered: 4_500 * 48 });
    expect(Math.abs(reports.at(-1)!.startErrorMs!)).toBeLessThan(0.1);
  });

  test("tells that a cue plays at its first sample, then about once a second", () => {
    player.play(cue(1_500, [CHIME]));
    run(2_500);
    expect(reports.map(({ state }) => state)).toEqual(["playing", "playing", "playing", "ended"]);
  });

  test("stops within some blocks, however much was written ahead", () => {
    player.play(cue(1_200, [CHIME]));
    run(500);
    player.stop("cue", 0);
    run(1_000);
    expect(card.peak(1_500, 1_520)).toBeGreaterThan(100);
    expect(card.peak(1_500 + 45, 2_500)).toBe(0);
    expect(reports.at(-1)).toMatchObject({ state: "stopped" });
    expect(reports.at(-1)!.samplesRendered / 48).toBeGreaterThan(300);
    expect(reports.at(-1)!.samplesRendered / 48).toBeLessThan(345);
  });

  test("a cue that is due now sounds at once, in place of what was written ahead", () => {
    player.play(cue(1_200, [CHIME]));
    run(500);
    player.stop("cue", 0);
    player.play({ ...cue(1_500, [CHIME]), id: "alarm" });
    run(200);
    const [early, alarm] = [card.peak(1_500, 1_530), card.peak(1_545, 1_600)];
    expect(early).toBeGreaterThan(100);
    expect(alarm).toBeGreaterThan(5_000);
    run(2_000);
    expect(
      reports.find(({ id, state }) => id === "alarm" && state === "ended")?.samplesRendered,
    ).toBeGreaterThan(93_000);
  });

  test("what goes on is heard without a seam when something else begins at once", () => {
    const undisturbed = new VirtualCard();
    const alone = new Player({
      output: undisturbed,
      time: new StationTime(BASE),
      now: () => undisturbed.nowMs,
      bufferMs: 100,
      outputLatencyMs: 0,
      report: () => {},
    });
    for (const [on, at] of [
      [undisturbed, alone],
      [card, player],
    ] as const) {
      while (on.nowMs < 1_000) turn(on, at);
      at.play(cue(1_200, [CHIME]));
      while (on.nowMs < 1_700) turn(on, at);
    }
    player.play({ ...cue(1_650, [{ kind: "silence", durationMs: 500 }]), id: "silent" });
    for (const [on, at] of [
      [undisturbed, alone],
      [card, player],
    ] as const)
      while (on.nowMs < 2_500) turn(on, at);
    const apart = card.heard.map((sample, at) => Math.abs(sample - undisturbed.heard[at]!));
    expect(Math.max(...apart)).toBeLessThan(4);
  });

  test("drops a cue that has not begun", () => {
    player.play(cue(5_000, [CHIME]));
    player.stopAll(200);
    run(6_000);
    expect(reports).toEqual([{ id: "cue", state: "stopped", samplesRendered: 0 }]);
    expect(card.peak(0, 7_000)).toBe(0);
  });

  test("glides to another gain without starting over", () => {
    const steady = cue(1_200, [CHIME]);
    player.play(steady);
    run(600);
    player.play({ ...steady, gainDb: -40 });
    run(2_500);
    expect(card.peak(2_050, 3_000)).toBeLessThan(400);
    expect(reports.at(-1)).toMatchObject({ state: "ended", samplesRendered: 96_000 });
  });

  test("joins a late cue where it would be now, and passes over one that is over", () => {
    player.play({ ...cue(-1_000, [CHIME]), id: "over" });
    player.play(cue(0, [CHIME]));
    run(1_500);
    expect(reports.find(({ id }) => id === "over")).toMatchObject({ state: "ended", samplesRendered: 0 });
    expect(reports.at(-1)!.samplesRendered).toBeLessThan(48_000);
    expect(reports.at(-1)!.samplesRendered).toBeGreaterThan(0.85 * 48_000);
  });

  test("is silent while muted and does not count what nobody heard", () => {
    player.play(cue(1_200, [CHIME]));
    run(500);
    player.mute(true);
    run(600);
    expect(card.peak(1_700, 2_000)).toBe(0);
    player.mute(false);
    run(2_000);
    expect(card.peak(2_300, 2_600)).toBeGreaterThan(100);
    expect(reports.at(-1)!.samplesRendered).toBeLessThan(75_000);
  });

  test("skips what is past after a stall, and the end stays where it was", () => {
    player.play(cue(1_200, [CHIME, CHIME]));
    run(500);
    card.advance(700);
    run(3_500);
    expect(card.peak(5_250, 5_600)).toBe(0);
    expect(card.peak(4_300, 4_900)).toBeGreaterThan(50);
    expect(reports.at(-1)!.state).toBe("ended");
    expect(reports.at(-1)!.samplesRendered).toBeLessThan(4_000 * 48 - 500 * 48);
  });

  test("waits for a file that is slow to decode while the card has enough, and so loses nothing of it", async () => {
    const folder = newFolder();
    const path = join(folder, "tone.wav");
    const sine = Int16Array.from({ length: 48_000 }, (_, i) => 16_000 * Math.sin(i / 10));
    writeFileSync(path, wavOf(sine));
    const patient = new Player({
      output: card,
      time: new StationTime(BASE),
      now: () => card.nowMs,
      bufferMs: 500,
      outputLatencyMs: 0,
      report: (progress) => reports.push(progress),
    });
    while (card.nowMs < 2_000) turn(card, patient);
    patient.play(cue(2_600, [{ kind: "file", path, durationMs: 1_000, gainDb: 0 }]));
    // Nothing can be decoded while the thread does not come to rest.
    while (card.nowMs < 2_300) turn(card, patient);
    for (let reads = 0; reads < 50; reads++) await readFile(path);
    while (card.nowMs < 4_500) {
      turn(card, patient);
      await readFile(path);
    }
    expect(reports.at(-1)?.state).toBe("ended");
    expect(reports.at(-1)?.samplesRendered).toBe(48_000);
  });

  test("follows a step of the clock line", () => {
    player.setClock({ refMs: BASE, offsetMs: 300, drift: 0 });
    player.play(cue(2_000, [CHIME]));
    run(2_000);
    expect(card.peak(0, 1_699)).toBe(0);
    expect(card.peak(1_701, 1_800)).toBeGreaterThan(5_000);
  });
});

/** A cue whose first sample is due at `atMs` of the test's time. */
const cue = (atMs: number, items: readonly CueItem[]): Cue => ({
  id: "cue",
  startAt: BASE + atMs,
  items,
  gainDb: 0,
});

/** A WAV file of mono s16 at 48 kHz. */
function wavOf(samples: Int16Array): Buffer {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write("WAVEfmt ", 8);
  for (const [at, value] of [
    [16, 16],
    [24, 48_000],
    [28, 96_000],
    [40, samples.byteLength],
  ] as const)
    head.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    head.writeUInt16LE(value, at);
  head.write("data", 36);
  return Buffer.concat([head, Buffer.from(samples.buffer)]);
}

function run(ms: number): void {
  for (let done = 0; done < ms; done += 20) turn(card, player);
}

function turn(on: VirtualCard, at: Player): void {
  on.advance(20);
  at.tick();
}
