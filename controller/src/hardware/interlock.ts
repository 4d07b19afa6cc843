import type { Hardware, HardwareState, Readings, ZoneId } from "../ports.ts";

/**
 * The board as everything in the station is given it: while somebody works at the pole no relay closes, whoever asks. The arbiter decides
 * the same; this holds for what does not ask it.
 */
export class Interlock implements Hardware {
  readonly #board: Hardware;
  readonly #lockedOut: () => boolean;

  constructor(board: Hardware, lockedOut: () => boolean) {
    this.#board = board;
    this.#lockedOut = lockedOut;
  }

  get state(): HardwareState {
    return this.#board.state;
  }
  start(): void {
    this.#board.start();
  }
  close(): Promise<void> {
    return this.#board.close();
  }
  setAmplifier(on: boolean): void {
    this.#board.setAmplifier(on && !this.#lockedOut());
  }
  setZone(zone: ZoneId, closed: boolean): void {
    this.#board.setZone(zone, closed && !this.#lockedOut());
  }
  readings(): Readings {
    return this.#board.readings();
  }
  onState(listener: (state: HardwareState) => void): void {
    this.#board.onState(listener);
  }
}
