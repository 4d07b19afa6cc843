import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** The whole simulator as a process, driven by bytes written out by hand. Real time passes here. */
const WAIT = { timeout: 10_000, interval: 20 };
const CLI = join(import.meta.dirname, "cli.ts");

let data: string;
let stations: string;
let sim: ChildProcess | null;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "loa-cli-"));
  stations = join(data, "stations.json");
  sim = null;
});

afterEach(async () => {
  await end();
  rmSync(data, { recursive: true, force: true });
});

function run(options: unknown): ChildProcess {
  writeFileSync(stations, JSON.stringify(options));
  sim = spawn(process.execPath, [CLI], {
    env: { ...process.env, LOA_DATA: data, LOA_SIM_PORT: "0", LOA_SIM_STATIONS: stations },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return sim;
}

async function end(): Promise<number | null> {
  const ending = sim;
  sim = null;
  if (!ending || ending.exitCode !== null) return ending?.exitCode ?? null;
  const ended = new Promise<number | null>((resolve) => ending.once("exit", resolve));
  ending.kill("SIGTERM");
  return ended;
}

async function readyLine(process: ChildProcess) {
  const line = await new Promise<string>((resolve) => {
    if (process.stdout) createInterface(process.stdout).once("line", resolve);
  });
  return JSON.parse(line);
}

/** OPEN of 48 kHz mono s16le, then as much PCM. */
function cardBytes(samples: Int16Array): Buffer {
  const open = Buffer.from([1, 12, 0, 0, 0, 1, 0, 0, 0, 0x80, 0xbb, 0, 0, 1, 0, 1, 0]);
  const header = Buffer.from([2, 0, 0, 0, 0]);
  header.writeUInt32LE(samples.byteLength, 1);
  return Buffer.concat([open, header, Buffer.from(samples.buffer)]);
}

test("what a card plays while amplifier and relay are closed is in the recording when the simulator has ended", async () => {
  const station = { stationId: "tram-01", zones: [{ id: "z1", horns: 4 }], crystalPpm: 50, warmUpMs: 0 };
  const ready = await readyLine(run([station]));
  expect(ready).toMatchObject({ event: "ready", stations: [{ stationId: "tram-01" }] });
  const [{ board, card }] = ready.stations;
  const view = async () => (await fetch(`${ready.sim}/stations/tram-01`)).json();

  const line = openSync(board, constants.O_RDWR | constants.O_NOCTTY);
  await vi.waitFor(async () => {
    writeSync(line, Uint8Array.of(0x90, 0x70, 0, 0x90, 0x50, 0));
    expect(await view()).toMatchObject({ amplifier: "on", zones: [{ closed: true }] });
  }, WAIT);
  const client = connect(card);
  client.write(cardBytes(Int16Array.from({ length: 9_600 }, (_, index) => (index % 100) + 1)));
  await vi.waitFor(async () => expect((await view()).cardStatus.playedFrames).toBe(9_600), WAIT);
  client.destroy();
  closeSync(line);
  expect(await end()).toBe(0);

  const folder = join(data, "recordings", "tram-01", "z1");
  const names = readdirSync(folder).sort();
  expect(names).toHaveLength(2);
  const [sidecar = "", wav = ""] = names;
  const samples = new Int16Array(new Uint8Array(readFileSync(join(folder, wav)).subarray(44)).buffer);
  const first = samples.findIndex((sample) => sample !== 0);
  expect(Array.from(samples.subarray(first, first + 9_600))).toEqual(
    Array.from({ length: 9_600 }, (_, index) => (index % 100) + 1),
  );
  expect(JSON.parse(readFileSync(join(folder, sidecar), "utf8"))).toMatchObject({
    stationId: "tram-01",
    zone: "z1",
    sampleRate: 48_000,
    samples: samples.length,
    crystalPpm: 50,
  });
  expect([existsSync(board), existsSync(card)]).toEqual([false, false]);
});

test("a wrong stations file ends the start with a message that names file, key and value", async () => {
  const process = run([{ stationId: "tram-01", zones: [{ id: "z1", horns: 0 }] }]);
  let message = "";
  process.stderr?.on("data", (chunk) => {
    message += chunk;
  });
  const code = await new Promise((resolve) => process.once("close", resolve));
  expect(code).toBe(1);
  for (const part of ["CONFIG_INVALID", stations, "/0/zones/0/horns", "0"]) expect(message).toContain(part);
});
