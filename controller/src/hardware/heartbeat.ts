import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Firmata } from "firmata-io";

/** Full pulse width: the pin is simply high. */
const FULL = 255;

/**
 * Toggles the heartbeat pin until the returned function is called. The pin is driven as one of pulse width, fully on or off,
 * because that message names one pin and is in every version of Firmata: a message for the whole port would carry the
 * relays' old levels, and close them on a board that has just reset itself. Such a board ignores widths until the pin is
 * set up anew, so its heartbeat stays away too.
 */
export function startHeartbeat(io: Firmata, clock: Clock, pin: number, periodMs: number): Cancel {
  let high = false;
  io.pinMode(pin, io.MODES.PWM);
  const beat = () => {
    high = !high;
    io.pwmWrite(pin, high ? FULL : 0);
  };
  beat();
  return clock.every("board-heartbeat", periodMs, beat);
}
