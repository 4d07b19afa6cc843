import { beforeEach, expect, test } from "vitest";
import { FirmataBoard } from "./firmata-board.ts";
import { BOOT_MS } from "./uno.ts";

const START = Date.UTC(2026, 0, 1);
const OUTPUT = 1;

let sent: number[];
let driven: [pin: number, high: boolean][];
let inputs: Set<number>;
let board: FirmataBoard;
let now: number;

beforeEach(() => {
  sent = [];
  driven = [];
  inputs = new Set();
  now = START;
  board = new FirmataBoard(
    {
      drive: (pin, high) => driven.push([pin, high]),
      level: (pin) => inputs.has(pin),
      counts: (channel) => 100 + channel,
    },
    (bytes) => sent.push(...bytes),
  );
  boot();
});

function boot(): void {
  board.reset(now);
  now += BOOT_MS;
  board.poll(now);
}

function host(...bytes: number[]): void {
  board.receive(Uint8Array.from(bytes), now);
}

test("a booting board names version and firmware unasked", () => {
  expect(sent.slice(0, 3)).toEqual([0xf9, 2, 4]);
  expect(sent.slice(3, 7)).toEqual([0xf0, 0x79, 2, 4]);
  const letters = sent.slice(7, -1).filter((_, index) => index % 2 === 0);
  expect(String.fromCharCode(...letters)).toBe("StandardFirmata.ino");
});

test("what a booting board hears it obeys when it runs, up to 63 bytes", () => {
  board.reset(now);
  host(...Array(60).fill(0xf1), 0x90, 0x10, 0);
  host(0x90, 0x50, 0);
  expect(driven).toEqual([]);
  now += BOOT_MS;
  board.poll(now);
  expect(driven).toEqual([[4, true]]);
});

test.each([
  ["the version", [0xf9], [0xf9, 2, 4]],
  ["the state of a pin", [0xf0, 0x6d, 5, 0xf7], [0xf0, 0x6e, 5, OUTPUT, 0, 0xf7]],
])("a query is answered with %s", (_name, query, answer) => {
  sent = [];
  host(...query);
  expect(sent).toEqual(answer);
});

test("the capabilities are those of an Uno: 20 pins, the first two for the serial line", () => {
  sent = [];
  host(0xf0, 0x6b, 0xf7);
  expect(sent.slice(0, 4)).toEqual([0xf0, 0x6c, 0x7f, 0x7f]);
  expect(sent.filter((byte) => byte === 0x7f)).toHaveLength(20);
});

test("the analog mapping puts A0 to A5 on pins 14 to 19", () => {
  sent = [];
  host(0xf0, 0x69, 0xf7);
  expect(sent).toEqual([0xf0, 0x6a, ...Array(14).fill(0x7f), 0, 1, 2, 3, 4, 5, 0xf7]);
});

test("a port message drives all eight pins, and pins hold while the host is silent", () => {
  host(0x90, 0x50, 0);
  now += 3_600_000;
  board.poll(now);
  expect(driven).toEqual([
    [4, true],
    [6, true],
  ]);
});

test("a reset drives every pin low and forgets the modes and reports", () => {
  host(0x90, 0x10, 0, 0xf4, 8, 0, 0xd1, 1, 0xc0, 1);
  boot();
  sent = [];
  inputs.add(8);
  now += 1_000;
  board.poll(now);
  expect(driven).toEqual([
    [4, true],
    [4, false],
  ]);
  expect(sent).toEqual([]);
  expect(board.outputs()).not.toContain(true);
});

test("SYSTEM_RESET rests the pins and stays silent", () => {
  host(0x90, 0x10, 0);
  sent = [];
  host(0xff);
  expect(driven.at(-1)).toEqual([4, false]);
  expect(sent).toEqual([]);
});

test("analog inputs are reported at the sampling interval", () => {
  host(0xf0, 0x7a, 100, 0, 0xf7, 0xc0, 1, 0xc3, 1);
  sent = [];
  for (let tick = 0; tick < 100; tick++) board.poll(now + tick * 10);
  expect(sent).toEqual(Array(10).fill([0xe0, 100, 0, 0xe3, 103, 0]).flat());
});

test("a digital port is reported when asked for and then on every change of an input", () => {
  host(0xf4, 8, 0);
  sent = [];
  host(0xd1, 1);
  inputs.add(8);
  board.poll(++now);
  board.poll(++now);
  expect(sent).toEqual([0x91, 0, 0, 0x91, 1, 0]);
});

test("a board without power neither answers nor drives", () => {
  host(0x90, 0x10, 0);
  board.powerOff(now);
  sent = [];
  host(0xf9, 0x90, 0x10, 0);
  board.poll(now + 1e9);
  expect(sent).toEqual([]);
  expect(driven.at(-1)).toEqual([4, false]);
});

test("messages for pins that an Uno does not have do nothing", () => {
  host(0xf4, 90, 1, 0x9f, 127, 1, 0xcf, 1, 0xdf, 1, 0xf0, 0x6d, 90, 0xf7);
  expect(driven).toEqual([]);
});
