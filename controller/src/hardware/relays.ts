import type { Firmata } from "firmata-io";
import five, { type Board, type Relay } from "johnny-five";

/** Relays of one connection, by name. All are open after construction; they are active-high with a pull-down. */
export class Relays {
  readonly #relays = new Map<string, Relay>();

  /** Makes every pin an output and drives it low, whatever it held from before. */
  constructor(board: Board, io: Firmata, pins: ReadonlyMap<string, number>) {
    for (const [name, pin] of pins) {
      io.pinMode(pin, io.MODES.OUTPUT);
      io.digitalWrite(pin, io.LOW);
      this.#relays.set(name, new five.Relay({ pin, board }));
    }
  }

  /** Closes or opens a relay; false when there is none of that name. */
  set(name: string, closed: boolean): boolean {
    const relay = this.#relays.get(name);
    if (!relay) return false;
    if (closed) relay.close();
    else relay.open();
    return true;
  }

  /** johnny-five remembers its relays for ever; without the board behind them that costs next to nothing. */
  letGo(): void {
    for (const relay of this.#relays.values()) {
      relay.board = null;
      relay.io = null;
    }
    this.#relays.clear();
  }
}
