/** What an Uno on the bench does to its surroundings. Times are its own, ms. */
export interface UnoEvents {
  /** An output changed its level. A pin that is no output counts as low: the drivers' inputs have pull-downs. */
  drive(pin: number, high: boolean, boardMs: number): void;
  /** Bytes for the host. */
  send(bytes: Uint8Array, boardMs: number): void;
}

/** An Uno on the bench, real firmware or simulated. Without supply until `reset`. */
export interface BenchUno {
  /** The reset button, or the supply coming back: it boots. */
  reset(): void;
  powerOff(): void;
  /** Bytes from the host. */
  receive(bytes: Uint8Array): void;
  setLevel(pin: number, high: boolean): void;
  /** Sets what the converter makes of an analog input, 0 to 1023. */
  setCounts(channel: number, counts: number): void;
}
