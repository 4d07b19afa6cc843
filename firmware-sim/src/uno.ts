import { MODE } from "./firmata-wire.ts";

/** Pins of an Arduino Uno; A0 to A5 are 14 to 19. */
export const PIN_COUNT = 20;
/** The pin of analog channel 0. */
export const FIRST_ANALOG_PIN = 14;
/** Pins 0 and 1 are the serial line. */
export const FIRST_FREE_PIN = 2;
/** What the boot message says. */
export const FIRMWARE = { major: 2, minor: 4, name: "StandardFirmata.ino" } as const;
/** From reset until the sketch talks: it first blinks its version on D13. The boot loader before it is left out. */
export const BOOT_MS = 1_880;
/** What the host says meanwhile is kept up to this, and obeyed when the sketch runs. */
export const RECEIVE_BUFFER_BYTES = 63;
/** StandardFirmata's sampling interval until the host sets another. */
export const DEFAULT_SAMPLING_MS = 19;
/** A shorter interval is taken as this. */
export const LEAST_SAMPLING_MS = 10;

const PWM_PINS: readonly number[] = [3, 5, 6, 9, 10, 11];
const I2C_PINS: readonly number[] = [18, 19];

/** The analog channel of a pin, or null. */
export const analogChannelOf = (pin: number): number | null =>
  pin >= FIRST_ANALOG_PIN && pin < PIN_COUNT ? pin - FIRST_ANALOG_PIN : null;

/** `[mode, bits]` pairs of every pin, as StandardFirmata 2.4 reports them on an Uno. */
export const CAPABILITIES: readonly (readonly (readonly [number, number])[])[] = Array.from(
  { length: PIN_COUNT },
  (_, pin) => {
    if (pin < FIRST_FREE_PIN) return [];
    const modes: [number, number][] = [
      [MODE.input, 1],
      [MODE.output, 1],
    ];
    if (analogChannelOf(pin) !== null) modes.push([MODE.analog, 10]);
    if (PWM_PINS.includes(pin)) modes.push([MODE.pwm, 8]);
    modes.push([MODE.servo, 14]);
    if (I2C_PINS.includes(pin)) modes.push([MODE.i2c, 1]);
    return modes;
  },
);

/** How the simulated cabinet is wired. Relays are active-high. */
export const WIRING = {
  amplifierRelay: 4,
  heartbeat: 5,
  zoneRelays: [6, 7] as readonly number[],
  door: 8,
  button: 9,
  lockOut: 10,
} as const;

/** Physical value at 0 and at full scale (1023 counts) of analog channels A0 to A5. */
export const ANALOG_SCALES = {
  outputVolts: { channel: 0, zero: 0, full: 120 },
  zone1Amps: { channel: 1, zero: 0, full: 2 },
  zone2Amps: { channel: 2, zero: 0, full: 2 },
  mainsVolts: { channel: 3, zero: 0, full: 300 },
  batteryVolts: { channel: 4, zero: 0, full: 20 },
  temperature: { channel: 5, zero: -40, full: 125 },
} as const;

/** Counts of the 10-bit converter for a value on a scale; clipped, as the converter does. */
export function toCounts(value: number, scale: { readonly zero: number; readonly full: number }): number {
  const counts = Math.round(((value - scale.zero) / (scale.full - scale.zero)) * 1023);
  return Math.min(1023, Math.max(0, counts));
}
