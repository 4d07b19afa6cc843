import { FirmataBoard } from "@loa/firmware-sim/firmata-board";
import type { BenchUno, UnoEvents } from "./bench-uno.ts";

/** As often as the simulator's own program polls its boards. */
const TICK_MS = 10;
/** Further behind real time than this, the board stands still rather than racing to catch up. */
const MOST_BEHIND_MS = 50;

/** The simulator's board on the bench. Its time goes on in ticks, so that a busy machine does not blur its intervals. */
export class SimulatedUno implements BenchUno {
  readonly #board: FirmataBoard;
  readonly #levels = new Map<number, boolean>();
  readonly #counts = new Map<number, number>();
  #now = 0;
  /** Real time at which the board's time was 0. */
  #epoch = performance.now();

  constructor(events: UnoEvents) {
    this.#board = new FirmataBoard(
      {
        drive: (pin, high, now) => events.drive(pin, high, now),
        level: (pin) => this.#levels.get(pin) ?? false,
        counts: (channel) => this.#counts.get(channel) ?? 0,
      },
      (bytes) => events.send(bytes, this.#now),
    );
    this.#board.powerOff(this.#now);
    setInterval(() => this.#run(), TICK_MS);
  }

  #run(): void {
    const behind = performance.now() - this.#epoch - this.#now;
    if (behind > MOST_BEHIND_MS) this.#epoch += behind - MOST_BEHIND_MS;
    const until = performance.now() - this.#epoch - TICK_MS;
    for (; this.#now <= until; this.#now += TICK_MS) this.#board.poll(this.#now);
  }

  reset(): void {
    this.#board.reset(this.#now);
  }

  powerOff(): void {
    this.#board.powerOff(this.#now);
  }

  receive(bytes: Uint8Array): void {
    this.#board.receive(bytes, this.#now);
  }

  setLevel(pin: number, high: boolean): void {
    this.#levels.set(pin, high);
  }

  setCounts(channel: number, counts: number): void {
    this.#counts.set(channel, counts);
  }
}
