import { LoaError } from "@loa/kernel/errors";
import type { Firmata } from "firmata-io";
import type { BoardConfig } from "./board-config.ts";

/**
 * Checks that the board offers what the configuration wires to it. A mismatch is a wrong pin in the configuration, or a
 * capability report that noise has garbled; either way no relay may be driven.
 * @throws LoaError BOARD_LOST naming the pin.
 */
export function checkPins(io: Firmata, config: BoardConfig): void {
  const { MODES } = io;
  const zones = config.zones.map(({ relayPin }) => relayPin);
  for (const pin of [config.amplifierPin, ...zones]) demand(io, pin, MODES.OUTPUT);
  demand(io, config.heartbeatPin, MODES.PWM);
  for (const pin of [config.doorPin, config.buttonPin, config.lockOutPin])
    if (pin !== null) demand(io, pin, MODES.INPUT);
  for (const channel of analogChannels(config)) demand(io, io.analogPins[channel] ?? -1, MODES.ANALOG);
}

function analogChannels(config: BoardConfig): number[] {
  const { outputVolts, mainsVolts, batteryVolts, temperature, zones } = config;
  const scales = [outputVolts, mainsVolts, batteryVolts, temperature, ...zones.map(({ amps }) => amps)];
  return scales.flatMap((scale) => (scale ? [scale.channel] : []));
}

function demand(io: Firmata, pin: number, mode: number): void {
  if (io.pins[pin]?.supportedModes.includes(mode)) return;
  throw new LoaError("BOARD_LOST", `the board offers no pin ${pin} for mode ${mode}`, { pin, mode });
}
