import { SerialPort } from "serialport";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Bench } from "../harness/uno/bench.ts";
import { BOARDS, setUpBench } from "../harness/uno/boards.ts";

/**
 * Byte for byte: what StandardFirmata answers and does, and that the simulator does the same. The rows are one
 * conversation, in order, with an Uno that has just booted.
 */
const VERSION = "f9 02 04";
const FIRMWARE =
  "f0 79 02 04 53 00 74 00 61 00 6e 00 64 00 61 00 72 00 64 00 46 00 69 00 72 00 6d 00 61 00 74 00 61 00 2e 00 69 00 6e 00 6f 00 f7";
const UNKNOWN_MODE =
  "f0 71 55 00 6e 00 6b 00 6e 00 6f 00 77 00 6e 00 20 00 70 00 69 00 6e 00 20 00 6d 00 6f 00 64 00 65 00 f7";
const DIGITAL = "00 01 01 01 04 0e 7f";
const PWM = "00 01 01 01 03 08 04 0e 7f";
const ANALOG = "00 01 01 01 02 0a 04 0e 7f";
const I2C = "00 01 01 01 02 0a 04 0e 06 01 7f";
const PINS = [
  ...["7f", "7f", DIGITAL, PWM, DIGITAL, PWM, PWM, DIGITAL, DIGITAL, PWM, PWM, PWM, DIGITAL, DIGITAL],
  ...[ANALOG, ANALOG, ANALOG, ANALOG, I2C, I2C],
].join(" ");
const MAPPING = `${"7f ".repeat(14)}00 01 02 03 04 05`;

interface Row {
  readonly what: string;
  readonly host: string;
  readonly answer?: string;
  /** Edges, as `4+ 6-`. */
  readonly pins?: string;
}

const CONVERSATION: readonly Row[] = [
  { what: "the version", host: "f9", answer: VERSION },
  { what: "the firmware", host: "f0 79 f7", answer: FIRMWARE },
  { what: "the capabilities", host: "f0 6b f7", answer: `f0 6c ${PINS} f7` },
  { what: "the analog mapping", host: "f0 69 f7", answer: `f0 6a ${MAPPING} f7` },
  { what: "the state of a resting pin", host: "f0 6d 04 f7", answer: "f0 6e 04 01 00 f7" },
  { what: "the state of the serial line's pin", host: "f0 6d 00 f7", answer: "f0 6e 00 00 00 f7" },
  { what: "the state of an analog pin", host: "f0 6d 0e f7", answer: "f0 6e 0e 02 00 f7" },
  { what: "the state of a pin that is not there", host: "f0 6d 5a f7", answer: "f0 6e 5a f7" },
  { what: "a port message drives its outputs", host: "90 50 00", pins: "4+ 6+" },
  { what: "the state of a driven pin", host: "f0 6d 04 f7", answer: "f0 6e 04 01 01 f7" },
  { what: "a mode set once more lets the pin fall", host: "f4 04 01", pins: "4-" },
  { what: "SET_DIGITAL_PIN_VALUE came with 2.5", host: "f5 04 01" },
  { what: "pull-ups came with 2.5", host: "f4 07 0b", answer: UNKNOWN_MODE },
  { what: "a mode that nobody knows", host: "f4 07 63", answer: UNKNOWN_MODE },
  { what: "that pin keeps its mode", host: "f0 6d 07 f7", answer: "f0 6e 07 01 00 f7" },
  { what: "a mode for a pin that is not there", host: "f4 5a 01" },
  { what: "a pin of pulses rests low", host: "f4 05 03" },
  { what: "full width is high", host: "e5 7f 01", pins: "5+" },
  { what: "its state is its width", host: "f0 6d 05 f7", answer: "f0 6e 05 03 7f 01 f7" },
  { what: "port messages pass it by", host: "90 10 00", pins: "4+ 6-" },
  { what: "no width is low", host: "e5 00 00", pins: "5-" },
  { what: "by the extended message too", host: "f0 6f 05 7f 01 f7", pins: "5+" },
  { what: "a width for an output does nothing", host: "e7 7f 01" },
  { what: "an input", host: "f4 08 00" },
  { what: "a port is reported when asked for", host: "d1 01", answer: "91 00 00" },
  { what: "and each time it is asked for", host: "d1 01", answer: "91 00 00" },
  { what: "until it is no longer wanted", host: "d1 00" },
  { what: "ports that are not there", host: "9f 7f 01 df 01" },
  { what: "an unknown extension", host: "f0 10 01 02 f7" },
  { what: "unknown commands", host: "f1 f2 80 01 02" },
  {
    what: "a command within a message is obeyed, and the message goes on",
    host: "90 40 f9 00",
    answer: VERSION,
    pins: "4- 6+",
  },
  { what: "a command within an extension is data", host: "f0 6d f9 08 f7", answer: "f0 6e f9 f7" },
  { what: "a reset rests the pins", host: "ff", pins: "5- 6-" },
  { what: "and forgets the modes", host: "f0 6d 05 f7", answer: "f0 6e 05 01 00 f7" },
  { what: "a reset within an extension is data", host: "90 10 00 f0 10 ff f7", pins: "4+" },
  { what: "after an end it is obeyed", host: "f0 10 f7 ff", pins: "4-" },
  { what: "an end without an extension repeats nothing", host: "f7" },
];

/** It blinks the firmware's version while the real board boots. */
const LAMP = 13;
/** A question whose answer shows that everything before it has been worked through: the state of a pin that is not there. */
const FENCE = "f0 6d 7e f7";
const AT_FENCE = "f0 6e 7e f7";
/** Reports over which an interval is averaged. */
const REPORTS = 10;
const WAIT = { timeout: 10_000, interval: 5 };

describe.each(BOARDS)("on %s", (name) => {
  let bench: Bench;
  let tearDown: () => Promise<void>;
  let host: SerialPort;
  let heard: number[] = [];

  beforeAll(async () => {
    ({ bench, tearDown } = await setUpBench(name));
    for (let channel = 0; channel < 6; channel++)
      await bench.order({ do: "counts", channel, counts: 200 * channel });
    await bench.order({ do: "plug" });
    host = new SerialPort({ path: bench.link, baudRate: 57_600, autoOpen: false });
    host.on("data", (bytes: Buffer) => heard.push(...bytes));
    await new Promise<void>((resolve, reject) => host.open((error) => (error ? reject(error) : resolve())));
    // As the open port does to a real Uno; what it says at its start is then heard by somebody.
    await bench.order({ do: "reset" });
    await hears(`${VERSION} ${FIRMWARE}`);
  });

  afterAll(async () => {
    const closed = new Promise<void>((resolve) => host.close(() => resolve()));
    await tearDown();
    await closed;
  });

  const say = (bytes: string) => host.write(Buffer.from(bytes.replaceAll(" ", ""), "hex"));
  const hears = (bytes: string) => vi.waitFor(() => expect(hex(heard)).toContain(bytes), WAIT);

  /** What the board answers and which pins it moves, until it has worked through what was said. */
  async function reaction(bytes: string): Promise<{ answer: string; pins: string }> {
    heard = [];
    const from = bench.drives.length;
    say(`${bytes} ${FENCE}`);
    await hears(AT_FENCE);
    await bench.order({ do: "answer" });
    return { answer: hex(heard).replace(AT_FENCE, "").trim(), pins: edgesFrom(from) };
  }

  const edgesFrom = (from: number) =>
    bench.drives
      .slice(from)
      .filter(({ pin }) => pin !== LAMP)
      .map(({ pin, high }) => `${pin}${high ? "+" : "-"}`)
      .join(" ");

  test.each(CONVERSATION)("$what", async ({ host: bytes, answer = "", pins = "" }) => {
    expect(await reaction(bytes)).toEqual({ answer, pins });
  });

  test("while it boots no relay moves, and what it is told then it does when it has booted", async () => {
    await reboot();
    const from = bench.drives.length;
    say(`90 10 00 ${FENCE}`);
    await hears(AT_FENCE);
    await bench.order({ do: "answer" });
    expect(edgesFrom(from)).toBe("4+");
    expect(hex(heard)).toBe(`${VERSION} ${FIRMWARE} ${AT_FENCE}`);
  });

  test("while it boots it keeps 63 bytes, and the rest is lost", async () => {
    await reboot();
    say(`${"f1 ".repeat(62)}f9 f9 f9`);
    await hears(`${VERSION} ${FIRMWARE} ${VERSION}`);
    expect((await reaction("")).answer).toBe("");
    expect(hex(heard)).toBe(AT_FENCE);
  });

  test("an analog input is reported at once, and the sampling interval outlives a reset by command", async () => {
    await reaction("f0 7a 3c 00 f7 ff");
    expect((await reaction("c2 01")).answer).toMatch(/^e2 10 03/);
    expect(Math.abs((await gapMs(2)) - 60)).toBeLessThan(5);
    await reaction("c2 00");
  });

  test.each([
    [1, 10],
    [9, 10],
    [20, 20],
    [40, 40],
  ])("asked to sample every %i ms it does so every %i ms", async (asked, taken) => {
    await reaction(`f0 7a ${hex([asked])} 00 f7 c3 01`);
    const gap = await gapMs(3);
    await reaction("c3 00");
    expect(Math.abs(gap - taken)).toBeLessThan(5);
  });

  /** A restart of the board, until its receiver is on. */
  async function reboot(): Promise<void> {
    await bench.order({ do: "reset" });
    heard = [];
    const at = performance.now();
    await vi.waitFor(() => expect(performance.now() - at).toBeGreaterThan(50), WAIT);
  }

  /** Mean time between two of the next reports of a channel, in the board's own time. */
  async function gapMs(channel: number): Promise<number> {
    const from = reports(channel).length;
    await vi.waitFor(() => expect(reports(channel).length).toBeGreaterThan(from + REPORTS), WAIT);
    const [first = 0, last = 0] = [reports(channel)[from], reports(channel)[from + REPORTS]];
    return (last - first) / REPORTS;
  }

  /** Board times at which a channel was reported, once for each report. */
  function reports(channel: number): number[] {
    return bench.sent.flatMap(({ bytes, boardMs }) =>
      bytes.filter((byte) => byte === (0xe0 | channel)).map(() => boardMs),
    );
  }
});

const hex = (bytes: readonly number[]) =>
  Buffer.from(bytes)
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");
