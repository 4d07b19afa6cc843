import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Firmata } from "firmata-io";

/** SET_DIGITAL_PIN_VALUE of the Firmata protocol; offered since 2.5. */
const SET_DIGITAL_PIN_VALUE = 0xf5;

/** How the heartbeat reaches the board. */
export interface HeartbeatOptions {
  readonly pin: number;
  readonly periodMs: number;
  /** Writes raw bytes to the board. */
  readonly write: (bytes: Buffer) => void;
}

/**
 * Toggles the heartbeat pin until the returned function is called. The edge is written to this pin alone: a message for
 * the whole port would carry the relays' old levels, and close them again on a board that has just reset itself.
 */
export function startHeartbeat(io: Firmata, clock: Clock, options: HeartbeatOptions): Cancel {
  const single = (io.version.major ?? 0) * 100 + (io.version.minor ?? 0) >= 205;
  let level: 0 | 1 = 0;
  io.pinMode(options.pin, io.MODES.OUTPUT);
  const beat = () => {
    level = level === 0 ? 1 : 0;
    // `enqueue` keeps the library's image of the port right for the relays' own messages, and sends nothing.
    io.digitalWrite(options.pin, level, single);
    if (single) options.write(Buffer.from([SET_DIGITAL_PIN_VALUE, options.pin, level]));
  };
  beat();
  return clock.every("board-heartbeat", options.periodMs, beat);
}
