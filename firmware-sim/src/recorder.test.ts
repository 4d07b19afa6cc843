import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@loa/kernel/log";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileRecorder } from "./recorder.ts";

const START = Date.UTC(2026, 0, 1, 5, 30) + 0.25;
const NAME = "20260101T053000.000Z";

let folder: string;
let recorder: FileRecorder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loa-recorder-"));
  recorder = new FileRecorder({ folder, stationId: "tram-01", crystalPpm: 12.5, log: silentLog });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const filesOf = (zone: string) => readdirSync(join(folder, zone)).sort();

test("a recording is seen only when it is complete", () => {
  const tape = recorder.begin("z1", START);
  tape.write(new Int16Array(60_000), 60_000);
  expect(filesOf("z1")).toEqual([`${NAME}.wav.part`]);
  tape.finish();
  expect(filesOf("z1")).toEqual([`${NAME}.json`, `${NAME}.wav`]);
});

test("the file holds the samples and the silence between them, the sidecar says when and how many", () => {
  const tape = recorder.begin("z1", START);
  tape.write(Int16Array.from([1, -2]), 2);
  tape.write(null, 50_000);
  tape.write(Int16Array.from([3]), 1);
  tape.finish();
  const wav = readFileSync(join(folder, "z1", `${NAME}.wav`));
  expect(wav.toString("latin1", 0, 4)).toBe("RIFF");
  expect(wav.readUInt32LE(24)).toBe(48_000);
  expect(wav.readUInt32LE(40)).toBe(50_003 * 2);
  expect(wav.length).toBe(44 + 50_003 * 2);
  expect([
    wav.readInt16LE(44),
    wav.readInt16LE(46),
    wav.readInt16LE(48),
    wav.readInt16LE(wav.length - 2),
  ]).toEqual([1, -2, 0, 3]);
  expect(JSON.parse(readFileSync(join(folder, "z1", `${NAME}.json`), "utf8"))).toEqual({
    stationId: "tram-01",
    zone: "z1",
    firstSampleAtUs: Math.round(START * 1_000),
    sampleRate: 48_000,
    samples: 50_003,
    crystalPpm: 12.5,
  });
});

test("halves that a killed simulator left are removed at the next start, whole files stay", () => {
  mkdirSync(join(folder, "z1"));
  writeFileSync(join(folder, "z1", "a.wav.part"), "");
  writeFileSync(join(folder, "z1", "b.wav"), "");
  recorder.removeHalves(["z1", "z2"]);
  expect(filesOf("z1")).toEqual(["b.wav"]);
});

test("of a zone only the newest fifty recordings are kept", () => {
  for (let minute = 0; minute < 60; minute++) recorder.begin("z1", Date.UTC(2026, 0, 1, 0, minute)).finish();
  const kept = filesOf("z1").filter((name) => name.endsWith(".wav"));
  expect(kept).toHaveLength(50);
  expect(kept.at(0)).toContain("T001000");
  expect(kept.at(-1)).toContain("T005900");
});
