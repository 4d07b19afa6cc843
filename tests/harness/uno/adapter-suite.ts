import { BoardConfig } from "@loa/controller/hardware/board-config";
import { FirmataBoard } from "@loa/controller/hardware/firmata-board";
import type { HardwareState } from "@loa/controller/ports";
import { silentLog } from "@loa/kernel/log";
import { SystemClock } from "@loa/kernel/system-clock";
import { SerialPort } from "serialport";
import { Value } from "typebox/value";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Bench, Drive } from "./bench.ts";
import { type BoardName, setUpBench } from "./boards.ts";

const AMPLIFIER = 4;
const HEARTBEAT = 5;
const Z1 = 6;
const Z2 = 7;
const DOOR = 8;
const BUTTON = 9;
const RELAYS = [AMPLIFIER, Z1, Z2];
const WAIT = { timeout: 15_000, interval: 5 };
/** The board must be reported lost within this. */
const LOST_WITHIN_MS = 5_000;
/** Longest pulse of a relay's pin that counts as none: a click, and no sound through an amplifier that warms up. */
const BLINK_MS = 50;

const COUNTS = [300, 410, 205, 784, 675, 484];
const UNITS = {
  outputVolts: 35.19,
  z1: 0.8016,
  z2: 0.4008,
  mainsVolts: 229.9,
  batteryVolts: 13.2,
  temperature: 38.06,
};

/**
 * The station's adapter, as it is shipped, at a board: the same is expected of the real firmware and of the simulator. Time is
 * real; what is asserted is what moved and in which order, and the seconds that the wiring promises.
 */
export const adapterSuite = (name: BoardName) =>
  describe(`at ${name}`, () => {
    const clock = new SystemClock();
    let bench: Bench;
    let tearDown: () => Promise<void>;
    let board: FirmataBoard;
    let states: HardwareState[];
    let closed = true;

    beforeAll(async () => {
      ({ bench, tearDown } = await setUpBench(name));
      await rest();
      await bench.order({ do: "plug" });
    });

    afterAll(async () => {
      if (!closed) await end();
      await tearDown();
    });

    beforeEach(async () => {
      if (closed) await connect();
      await vi.waitFor(() => expect(board.state).toBe("ready"), WAIT);
      states = [board.state];
    });

    afterEach(async () => {
      board.setAmplifier(false);
      for (const zone of ["z1", "z2"]) board.setZone(zone, false);
      await rest();
      await relaysAre([]);
    });

    /** A controller that begins; its board is ready a little later. */
    function begin(section: Partial<BoardConfig> = {}): void {
      const config = Value.Default(BoardConfig, { port: bench.link, ...section }) as BoardConfig;
      board = new FirmataBoard(config, clock, silentLog);
      states = [];
      board.onState((state) => states.push(state));
      board.start();
      closed = false;
    }

    async function connect(section: Partial<BoardConfig> = {}): Promise<void> {
      begin(section);
      await becomes("ready");
    }

    async function end(): Promise<void> {
      await board.close();
      closed = true;
    }

    async function rest(): Promise<void> {
      for (const [channel, counts] of COUNTS.entries()) await bench.order({ do: "counts", channel, counts });
      for (const pin of [DOOR, BUTTON]) await bench.order({ do: "level", pin, high: false });
    }

    const becomes = (state: HardwareState) => vi.waitFor(() => expect(states.at(-1)).toBe(state), WAIT);
    const relaysAre = (high: number[]) => vi.waitFor(() => expect(relaysHigh()).toEqual(high), WAIT);
    const relaysHigh = () => bench.high().filter((pin) => RELAYS.includes(pin));
    const say = (line: string) => process.stdout.write(`    ${name}: ${line}\n`);
    const passes = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

    /** Writes to the line as another process would. */
    async function predecessor(bytes: number[]): Promise<void> {
      const port = new SerialPort({ path: bench.link, baudRate: 57_600, hupcl: false });
      await new Promise<void>((resolve) => port.once("open", () => resolve()));
      await new Promise<void>((resolve) => port.write(Buffer.from(bytes), () => port.drain(() => resolve())));
      await new Promise<void>((resolve) => port.close(() => resolve()));
    }

    test("every relay follows its order, and no other", async () => {
      const took: number[] = [];
      for (const [set, pin] of [
        [(on: boolean) => board.setAmplifier(on), AMPLIFIER],
        [(on: boolean) => board.setZone("z1", on), Z1],
        [(on: boolean) => board.setZone("z2", on), Z2],
      ] as const)
        for (const on of [true, false, true, false, true, false]) {
          const from = bench.drives.length;
          const at = performance.timeOrigin + performance.now();
          set(on);
          await relaysAre(on ? [pin] : []);
          const edges = bench.edges(from, RELAYS);
          expect(edges.map((edge) => [edge.pin, edge.high])).toEqual([[pin, on]]);
          took.push((edges[0]?.at ?? Number.NaN) - at);
        }
      took.sort((a, b) => a - b);
      say(
        `order to pin: median ${took[took.length >> 1]?.toFixed(1)} ms, longest ${took.at(-1)?.toFixed(1)} ms`,
      );
    });

    test("relays close and open together without disturbing each other", async () => {
      board.setAmplifier(true);
      board.setZone("z1", true);
      board.setZone("z2", true);
      await relaysAre(RELAYS);
      const from = bench.drives.length;
      board.setZone("z1", false);
      await relaysAre([AMPLIFIER, Z2]);
      expect(bench.edges(from, RELAYS).map(({ pin }) => pin)).toEqual([Z1]);
    });

    test.each([
      ["the door", DOOR, () => board.readings().doorOpen],
      ["the alarm button", BUTTON, () => board.readings().buttonPressed],
    ])("%s is read at the start and at every change", async (_what, pin, read) => {
      await vi.waitFor(() => expect(read()).toBe(false), WAIT);
      for (const high of [true, false, true]) {
        await bench.order({ do: "level", pin, high });
        await vi.waitFor(() => expect(read()).toBe(high), WAIT);
      }
      await end();
      begin();
      await vi.waitFor(() => expect(read()).toBe(true), WAIT);
    });

    test("known counts come as their units, to within one count", async () => {
      await vi.waitFor(() => expect(board.readings().temperature).toBeDefined(), WAIT);
      const { outputVolts, mainsVolts, batteryVolts, temperature, zoneAmps } = board.readings();
      const read = {
        outputVolts: outputVolts?.value,
        z1: zoneAmps.z1?.value,
        z2: zoneAmps.z2?.value,
        mainsVolts: mainsVolts?.value,
        batteryVolts: batteryVolts?.value,
        temperature: temperature?.value,
      };
      const count = {
        outputVolts: 0.118,
        z1: 0.002,
        z2: 0.002,
        mainsVolts: 0.294,
        batteryVolts: 0.0196,
        temperature: 0.162,
      };
      for (const key of Object.keys(UNITS) as (keyof typeof UNITS)[])
        expect(Math.abs((read[key] ?? Number.NaN) - UNITS[key]), key).toBeLessThan(count[key]);
    });

    test("mains that fail and come back are seen", async () => {
      await bench.order({ do: "counts", channel: 3, counts: 0 });
      await vi.waitFor(() => expect(board.readings().mainsVolts?.value).toBeLessThan(1), WAIT);
      await bench.order({ do: "counts", channel: 3, counts: 784 });
      await vi.waitFor(() => expect(board.readings().mainsVolts?.value).toBeGreaterThan(200), WAIT);
    });

    test.each([40, 120])(
      "with a sampling interval of %i ms the inputs come at that interval",
      async (samplingMs) => {
        await end();
        await connect({ samplingMs });
        const from = bench.sent.length;
        const times = () =>
          bench.sent.slice(from).flatMap(({ bytes, boardMs }) => (bytes.includes(0xe3) ? [boardMs] : []));
        await vi.waitFor(() => expect(times().length).toBeGreaterThan(8), WAIT);
        const gap = ((times()[8] ?? 0) - (times()[2] ?? 0)) / 6;
        expect(gap / samplingMs).toBeGreaterThan(0.8);
        expect(gap / samplingMs).toBeLessThan(1.2);
        await end();
      },
    );

    test("the heartbeat is a square wave of about 1 Hz, and ends with the controller", async () => {
      const from = bench.drives.length;
      await vi.waitFor(() => expect(bench.edges(from, [HEARTBEAT]).length).toBeGreaterThan(4), WAIT);
      const edges = bench.edges(from, [HEARTBEAT]).slice(1);
      const [first, last] = [edges[0], edges.at(-1)];
      const gap = ((last?.at ?? 0) - (first?.at ?? 0)) / (edges.length - 1);
      expect(gap).toBeGreaterThan(400);
      expect(gap).toBeLessThan(600);
      for (const [index, { high }] of edges.entries())
        expect(high).toBe(edges[0]?.high === (index % 2 === 0));
      await end();
      const after = bench.drives.length;
      await passes(1_100);
      expect(bench.edges(after, [HEARTBEAT]).filter(({ high }) => high)).toEqual([]);
    });

    test("closing opens every relay", async () => {
      board.setAmplifier(true);
      board.setZone("z2", true);
      await relaysAre([AMPLIFIER, Z2]);
      await end();
      await relaysAre([]);
    });

    test("a reset while it plays opens every relay, the adapter notices, and closes none until it is told to", async () => {
      board.setAmplifier(true);
      board.setZone("z1", true);
      await relaysAre([AMPLIFIER, Z1]);
      const from = bench.drives.length;
      const at = performance.now();
      await bench.order({ do: "reset" });
      expect(relaysHigh()).toEqual([]);
      await becomes("lost");
      const lost = performance.now() - at;
      await becomes("ready");
      say(`reset: lost after ${Math.round(lost)} ms, ready after ${Math.round(performance.now() - at)} ms`);
      expect(lost).toBeLessThan(LOST_WITHIN_MS);
      expect(states).toEqual(["ready", "lost", "ready"]);
      await vi.waitFor(() => expect(board.readings().doorOpen).toBeDefined(), WAIT);
      expect(bench.edges(from, RELAYS).filter(({ high }) => high)).toEqual([]);
      board.setZone("z1", true);
      await relaysAre([Z1]);
    });

    test("what is ordered while an unnoticed reset boots does not hold a relay afterwards", async () => {
      board.setZone("z1", true);
      await relaysAre([Z1]);
      const from = bench.drives.length;
      await bench.order({ do: "reset" });
      // By now the sketch receives, though it answers nothing yet.
      await passes(200);
      board.setAmplifier(true);
      board.setZone("z2", true);
      await becomes("lost");
      await becomes("ready");
      await vi.waitFor(() => expect(board.readings().doorOpen).toBeDefined(), WAIT);
      const held = highMs(bench.edges(from, RELAYS));
      say(`relays held for ${held.toFixed(2)} ms by orders to a booting board`);
      expect(held).toBeLessThan(BLINK_MS);
    });

    /** The longest time for which a pin stayed high, in the board's own time; Infinity while one is. */
    function highMs(edges: Drive[]): number {
      const since = new Map<number, number>();
      let longest = 0;
      for (const { pin, high, boardMs } of edges) {
        const began = since.get(pin);
        if (high) since.set(pin, boardMs);
        else if (began !== undefined) {
          longest = Math.max(longest, boardMs - began);
          since.delete(pin);
        }
      }
      return since.size > 0 ? Number.POSITIVE_INFINITY : longest;
    }

    test("a board that resets itself as its port is opened, as an Uno does, becomes ready", async () => {
      await end();
      begin();
      await bench.order({ do: "reset" });
      await becomes("ready");
      board.setZone("z1", true);
      await relaysAre([Z1]);
    });

    test("unplugged it is lost within 5 s, plugged in again it works, with open relays", async () => {
      board.setZone("z1", true);
      await relaysAre([Z1]);
      const at = performance.now();
      await bench.order({ do: "unplug" });
      await becomes("lost");
      const lost = performance.now() - at;
      expect(lost).toBeLessThan(LOST_WITHIN_MS);
      expect(board.readings()).toEqual({ zoneAmps: {} });
      const from = bench.drives.length;
      const replugged = performance.now();
      await bench.order({ do: "plug" });
      await becomes("ready");
      say(
        `unplugged: lost after ${Math.round(lost)} ms; replugged: ready after ${Math.round(performance.now() - replugged)} ms`,
      );
      expect(bench.edges(from, RELAYS)).toEqual([]);
      board.setZone("z2", true);
      await relaysAre([Z2]);
    });

    test("noise from before the handshake on does not keep it from its board", async () => {
      await end();
      begin();
      for (let burst = 0; burst < 30; burst++) {
        await bench.order({ do: "noise", bytes: noise(burst) });
        await passes(20);
      }
      await becomes("ready");
      await workAgain();
    });

    test("noise on a working line moves no relay, and the board works afterwards", async () => {
      const from = bench.drives.length;
      for (let burst = 0; burst < 40; burst++) {
        await bench.order({ do: "noise", bytes: noise(1_000 + burst) });
        await passes(20);
      }
      expect(bench.edges(from, RELAYS)).toEqual([]);
      await workAgain();
    });

    test.each([
      ["a sysex without an end", [0xf0, 0x6c, ...Array(300).fill(5)]],
      ["a capability report that is cut short", [0xf0, 0x6c, 0x7f, 0x7f, 0, 1, 0xf7]],
      ["a mapping of pins that are not there", [0xf0, 0x6a, ...Array(90).fill(1), 0xf7]],
      ["the state of a pin that is not there", [0xf0, 0x6e, 0x5a, 0xf7]],
      ["an answer that nobody asked for", [0xf0, 0x77, 1, 2, 3, 0xf7]],
      ["analog values past the scale", [0xe3, 0x7f, 0x7f, 0xe3, 0x7f, 0x7f]],
      ["the boot message of a board that did not boot", [0xf9, 2, 4]],
    ])("%s on the line is survived", async (_what, bytes) => {
      await bench.order({ do: "noise", bytes });
      await passes(150);
      await workAgain();
    });

    /** A lost board is allowed after noise; one that does not come back, or does not obey, is not. */
    async function workAgain(): Promise<void> {
      await vi.waitFor(() => {
        board.setZone("z1", true);
        expect(board.state).toBe("ready");
        expect(relaysHigh()).toEqual([Z1]);
      }, WAIT);
      await vi.waitFor(() => expect(board.readings().mainsVolts?.value).toBeCloseTo(229.9, 0), WAIT);
    }

    test.each([
      ["closed relays and running reports", [0xf4, Z2, 1, 0x90, 0xd0 & 0x7f, 1, 0xc0, 1, 0xc3, 1, 0xd1, 1]],
      ["half a message", [0x90, 0x40, 0x01, 0x90, 0x10]],
      ["half a sysex", [0x90, 0x40, 0x01, 0xf0, 0x6f, 5]],
    ])(
      "after a controller that died and left %s, the next has its board with open relays",
      async (_what, bytes) => {
        await end();
        await predecessor(bytes);
        await vi.waitFor(() => expect(relaysHigh()).not.toEqual([]), WAIT);
        const at = performance.now();
        await connect();
        await relaysAre([]);
        say(`taken over after ${Math.round(performance.now() - at)} ms`);
        board.setZone("z1", true);
        await relaysAre([Z1]);
      },
    );
  });

/** Repeatable noise: one to twelve bytes. */
function noise(seed: number): number[] {
  let state = (seed + 1) * 2_654_435_761;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return Array.from({ length: 1 + (next() % 12) }, next);
}
