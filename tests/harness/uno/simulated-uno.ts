import { FirmataBoard } from "@loa/firmware-sim/firmata-board";
import type { BenchUno, UnoEvents } from "./bench-uno.ts";

/** As often as the simulator's own program polls its boards. */
const TICK_MS = 10;

/** The simulator's board on the bench. */
export class SimulatedUno implements BenchUno {
  readonly #board: FirmataBoard;
  readonly #levels = new Map<number, boolean>();
  readonly #counts = new Map<number, number>();

  constructor(events: UnoEvents) {
    this.#board = new FirmataBoard(
      {
        drive: (pin, high, now) => events.drive(pin, high, now),
        level: (pin) => this.#levels.get(pin) ?? false,
        counts: (channel) => this.#counts.get(channel) ?? 0,
      },
      (bytes) => events.send(bytes, performance.now()),
    );
    this.#board.powerOff(performance.now());
    setInterval(() => this.#board.poll(performance.now()), TICK_MS);
  }

  reset(): void {
    this.#board.reset(performance.now());
  }

  powerOff(): void {
    this.#board.powerOff(performance.now());
  }

  receive(bytes: Uint8Array): void {
    this.#board.receive(bytes, performance.now());
  }

  setLevel(pin: number, high: boolean): void {
    this.#levels.set(pin, high);
  }

  setCounts(channel: number, counts: number): void {
    this.#counts.set(channel, counts);
  }
}
