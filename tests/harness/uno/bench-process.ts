import { readFileSync } from "node:fs";
import { openSerialLine, type SerialLine } from "@loa/firmware-sim/pty";
import { FLASH_BYTES } from "./atmega328p.ts";
import { AvrUno } from "./avr-uno.ts";
import type { UnoEvents } from "./bench-uno.ts";
import { readIntelHex } from "./intel-hex.ts";
import { SimulatedUno } from "./simulated-uno.ts";

/** What the test asks of the bench. Everything is answered by `done`. */
export type BenchOrder =
  | { readonly do: "plug" | "unplug" | "reset" | "answer" }
  | { readonly do: "level"; readonly pin: number; readonly high: boolean }
  | { readonly do: "counts"; readonly channel: number; readonly counts: number }
  | { readonly do: "noise"; readonly bytes: readonly number[] };

/** What the bench tells: `at` is Unix ms with fractions, `boardMs` the board's own time. */
export type BenchNews =
  | { readonly tell: "done" }
  | {
      readonly tell: "drive";
      readonly pin: number;
      readonly high: boolean;
      readonly at: number;
      readonly boardMs: number;
    }
  | { readonly tell: "sent"; readonly bytes: readonly number[]; readonly boardMs: number };

let line: SerialLine | null = null;
const [link = "", hexFile] = process.argv.slice(2);
/** A test that has gone takes the bench with it. */
const tell = (news: BenchNews) =>
  process.send?.(news, undefined, undefined, (error) => {
    if (error) process.exit(0);
  });
const events: UnoEvents = {
  drive: (pin, high, boardMs) =>
    tell({ tell: "drive", pin, high, at: performance.timeOrigin + performance.now(), boardMs }),
  send: (bytes, boardMs) => {
    line?.write(bytes);
    tell({ tell: "sent", bytes: [...bytes], boardMs });
  },
};
const uno = hexFile
  ? new AvrUno(readIntelHex(readFileSync(hexFile, "latin1"), FLASH_BYTES), events)
  : new SimulatedUno(events);

/** Pulling the USB plug takes the supply too. */
function obey(order: BenchOrder): void {
  if (order.do === "plug") {
    line ??= openSerialLine(link, (bytes) => uno.receive(bytes));
    uno.reset();
  } else if (order.do === "unplug") {
    line?.close();
    line = null;
    uno.powerOff();
  } else if (order.do === "reset") uno.reset();
  else if (order.do === "level") uno.setLevel(order.pin, order.high);
  else if (order.do === "counts") uno.setCounts(order.channel, order.counts);
  else if (order.do === "noise") line?.write(Uint8Array.from(order.bytes));
}

process.on("message", (order: BenchOrder) => {
  obey(order);
  tell({ tell: "done" });
});
process.once("disconnect", () => process.exit(0));
