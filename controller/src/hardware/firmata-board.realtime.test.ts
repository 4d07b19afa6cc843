import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { silentLog } from "@loa/kernel/log";
import { SystemClock } from "@loa/kernel/system-clock";
import { Value } from "typebox/value";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { HardwareState } from "../ports.ts";
import { BoardConfig } from "./board-config.ts";
import { FirmataBoard } from "./firmata-board.ts";

/**
 * The real adapter against the real bytes: johnny-five, firmata-io and serialport over a pseudo-terminal of the
 * simulator, which runs as a process of its own. Real time passes here; nothing else in this folder needs it.
 */
const WAIT = { timeout: 10_000, interval: 20 };

interface View {
  amplifier: string;
  amplifierRelay: boolean;
  zones: { id: string; closed: boolean }[];
}

interface Event {
  at: number;
  type: string;
  relay?: string;
  closed?: boolean;
  alive?: boolean;
}

let data: string;
let sim: ChildProcess;
let base: string;
let port: string;
let board: FirmataBoard;
let states: HardwareState[];

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "loa-board-"));
  const stations = join(data, "stations.json");
  const zones = [
    { id: "z1", horns: 4 },
    { id: "z2", horns: 3 },
  ];
  writeFileSync(stations, JSON.stringify([{ stationId: "tram-01", zones, warmUpMs: 100 }]));
  const cli = join(import.meta.dirname, "../../../firmware-sim/src/cli.ts");
  sim = spawn(process.execPath, [cli, "--stations", stations], {
    env: { ...process.env, LOA_DATA: data, LOA_SIM_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = await new Promise<string>((resolve, reject) => {
    sim.once("exit", () => reject(new Error("the simulator did not start")));
    if (sim.stdout) createInterface(sim.stdout).once("line", resolve);
  });
  const { sim: address, stations: started } = JSON.parse(ready);
  base = `${address}/stations/tram-01`;
  port = started[0].board;
});

afterAll(async () => {
  const ended = new Promise((resolve) => sim.once("exit", resolve));
  sim.kill("SIGTERM");
  await ended;
  rmSync(data, { recursive: true, force: true });
});

beforeEach(async () => {
  board = newBoard();
  states = [];
  board.onState((state) => states.push(state));
  board.start();
  await becomes("ready");
});

afterEach(async () => {
  await board.close();
  await ask("DELETE", "/faults");
  await ask("POST", "/replug");
});

function newBoard(): FirmataBoard {
  const config = Value.Default(BoardConfig, { port, heartbeatMs: 200 }) as BoardConfig;
  return new FirmataBoard(config, new SystemClock(), silentLog);
}

async function becomes(state: HardwareState): Promise<void> {
  await vi.waitFor(() => expect(states.at(-1)).toBe(state), WAIT);
}

async function ask<T = View>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(base + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return (await response.json()) as T;
}

async function closedRelays(): Promise<string[]> {
  const view = await ask("GET", "");
  const zones = view.zones.filter(({ closed }) => closed).map(({ id }) => id);
  return [...(view.amplifierRelay ? ["amplifier"] : []), ...zones];
}

const closes = (relays: string[]) =>
  vi.waitFor(async () => expect(await closedRelays()).toEqual(relays), WAIT);

async function eventsSince(at: number): Promise<Event[]> {
  return (await ask<{ items: Event[] }>("GET", `/events?since=${at}`)).items;
}

test("relays close and open at the board as they are set", async () => {
  board.setAmplifier(true);
  board.setZone("z1", true);
  await closes(["amplifier", "z1"]);
  board.setZone("z2", true);
  board.setZone("z1", false);
  await closes(["amplifier", "z2"]);
});

test("the heartbeat keeps the amplifier on for longer than the monostable holds", async () => {
  const since = new SystemClock().now();
  board.setAmplifier(true);
  await closes(["amplifier"]);
  await vi.waitFor(() => expect(new SystemClock().now() - since).toBeGreaterThan(3_000), WAIT);
  expect((await ask("GET", "")).amplifier).toBe("on");
  expect((await eventsSince(since)).filter(({ alive }) => alive === false)).toEqual([]);
});

test("readings come in units", async () => {
  await vi.waitFor(() => expect(board.readings().doorOpen).toBe(false), WAIT);
  await vi.waitFor(() => expect(board.readings().temperature).toBeDefined(), WAIT);
  const { mainsVolts, batteryVolts, temperature, outputVolts, zoneAmps } = board.readings();
  expect(mainsVolts?.value).toBeCloseTo(230, -0.5);
  expect(batteryVolts?.value).toBeCloseTo(13.2, 0.5);
  expect(temperature?.value).toBeCloseTo(38, -1);
  expect(outputVolts?.value).toBeLessThan(1);
  expect(Object.keys(zoneAmps)).toEqual(["z1", "z2"]);
});

test("an opened door and a lost mains show in the readings", async () => {
  await ask("POST", "/faults", { code: "DOOR_OPEN" });
  await ask("POST", "/faults", { code: "MAINS_LOST" });
  await vi.waitFor(() => expect(board.readings().doorOpen).toBe(true), WAIT);
  await vi.waitFor(() => expect(board.readings().mainsVolts?.value).toBeLessThan(1), WAIT);
});

test("a pressed alarm button is seen and let go", async () => {
  await ask("POST", "/button");
  await vi.waitFor(() => expect(board.readings().buttonPressed).toBe(true), WAIT);
  await vi.waitFor(() => expect(board.readings().buttonPressed).toBe(false), WAIT);
});

test("after a reset of the board nothing is closed, until it is set anew", async () => {
  board.setAmplifier(true);
  board.setZone("z1", true);
  await closes(["amplifier", "z1"]);
  const since = new SystemClock().now();
  await ask("POST", "/reset");
  await becomes("lost");
  await becomes("ready");
  await vi.waitFor(() => expect(board.readings().mainsVolts).toBeDefined(), WAIT);
  const closed = (await eventsSince(since)).filter((event) => event.type === "relay" && event.closed);
  expect([closed, await closedRelays()]).toEqual([[], []]);
  board.setZone("z2", true);
  await closes(["z2"]);
});

test("unplugging loses the board, replugging brings it back with open relays", async () => {
  board.setZone("z1", true);
  await closes(["z1"]);
  await ask("POST", "/unplug");
  await becomes("lost");
  const ignored = board.ignoredWrites;
  board.setZone("z1", true);
  expect([board.ignoredWrites, board.readings()]).toEqual([ignored + 1, { zoneAmps: {} }]);
  await ask("POST", "/replug");
  await becomes("ready");
  expect(await closedRelays()).toEqual([]);
  board.setZone("z2", true);
  await closes(["z2"]);
});

test("a board that stops answering is lost within 2 s, the amplifier drops within 3 s, and both come back", async () => {
  board.setAmplifier(true);
  await closes(["amplifier"]);
  const since = new SystemClock().now();
  await ask("POST", "/faults", { code: "BOARD_LOST" });
  await becomes("lost");
  expect(new SystemClock().now() - since).toBeLessThan(2_000);
  await closes([]);
  const dropped = (await eventsSince(since)).find((event) => event.relay === "amplifier" && !event.closed);
  expect((dropped?.at ?? Number.NaN) - since).toBeLessThan(3_000);
  await ask("DELETE", "/faults");
  await becomes("ready");
});

test("noise on the line neither ends the process nor moves a relay that was not set", async () => {
  await ask("POST", "/faults", { code: "SERIAL_NOISE" });
  const since = new SystemClock().now();
  await vi.waitFor(() => expect(new SystemClock().now() - since).toBeGreaterThan(4_000), WAIT);
  expect((await eventsSince(since)).filter((event) => event.type === "relay" && event.closed)).toEqual([]);
  await ask("DELETE", "/faults");
  await becomes("ready");
  board.setZone("z1", true);
  await closes(["z1"]);
});

test("closing opens every relay and lets another process have the board", async () => {
  board.setZone("z1", true);
  await closes(["z1"]);
  await board.close();
  await closes([]);
  const next = newBoard();
  next.start();
  await vi.waitFor(() => expect(next.state).toBe("ready"), WAIT);
  await next.close();
});
