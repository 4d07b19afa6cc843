/**
 * Bytes that a StandardFirmata board sends. Written from the protocol text (github.com/firmata/protocol, 2.x), not shared
 * with the controller's library: a shared codec would hide an error made on both sides.
 */

export const START_SYSEX = 0xf0;
export const END_SYSEX = 0xf7;

/** Command bytes of both directions; channel commands carry the port or channel in their low nibble. */
export const COMMAND = {
  digital: 0x90,
  reportAnalog: 0xc0,
  reportDigital: 0xd0,
  analog: 0xe0,
  pinMode: 0xf4,
  version: 0xf9,
  reset: 0xff,
} as const;

/** First payload byte of the sysex messages that StandardFirmata knows. */
export const SYSEX = {
  analogMappingQuery: 0x69,
  analogMappingResponse: 0x6a,
  capabilityQuery: 0x6b,
  capabilityResponse: 0x6c,
  pinStateQuery: 0x6d,
  pinStateResponse: 0x6e,
  extendedAnalog: 0x6f,
  string: 0x71,
  firmware: 0x79,
  samplingInterval: 0x7a,
} as const;

/** Pin modes that StandardFirmata 2.4 knows. */
export const MODE = { input: 0, output: 1, analog: 2, pwm: 3, servo: 4, i2c: 6 } as const;

/** Ends a pin in the capability response, and says "no analog channel" in the mapping. */
const NONE = 0x7f;

const sysex = (...payload: number[]): number[] => [START_SYSEX, ...payload, END_SYSEX];
const low7 = (value: number): number => value & 0x7f;
const high7 = (value: number): number => (value >> 7) & 0x7f;

/** REPORT_VERSION. */
export const encodeVersion = (major: number, minor: number): number[] => [COMMAND.version, major, minor];

/** Every character as two 7-bit bytes. */
const letters = (text: string): number[] =>
  [...text].flatMap((letter) => [low7(letter.charCodeAt(0)), high7(letter.charCodeAt(0))]);

/** REPORT_FIRMWARE. */
export const encodeFirmware = (major: number, minor: number, name: string): number[] =>
  sysex(SYSEX.firmware, major, minor, ...letters(name));

/** STRING_DATA: what the firmware says to people. */
export const encodeString = (text: string): number[] => sysex(SYSEX.string, ...letters(text));

/** CAPABILITY_RESPONSE: for every pin its `[mode, resolution in bits]` pairs. */
export function encodeCapabilities(pins: readonly (readonly (readonly [number, number])[])[]): number[] {
  return sysex(SYSEX.capabilityResponse, ...pins.flatMap((modes) => [...modes.flat(), NONE]));
}

/** ANALOG_MAPPING_RESPONSE: for every pin its analog channel, or null. */
export function encodeAnalogMapping(channels: readonly (number | null)[]): number[] {
  return sysex(SYSEX.analogMappingResponse, ...channels.map((channel) => channel ?? NONE));
}

/** PIN_STATE_RESPONSE: mode, and what was last written (outputs) or whether the pull-up is on (inputs). */
export function encodePinState(pin: number, mode: number, state: number): number[] {
  return sysex(SYSEX.pinStateResponse, pin, mode, low7(state), ...(state > NONE ? [high7(state)] : []));
}

/** PIN_STATE_RESPONSE for a pin that is not there. */
export const encodeNoPin = (pin: number): number[] => sysex(SYSEX.pinStateResponse, pin);

/** ANALOG_MESSAGE of a channel below 16; 14 bits. */
export const encodeAnalog = (channel: number, value: number): number[] => [
  COMMAND.analog | channel,
  low7(value),
  high7(value),
];

/** DIGITAL_MESSAGE: the eight pins of a port as a bit mask. */
export const encodeDigitalPort = (port: number, mask: number): number[] => [
  COMMAND.digital | port,
  low7(mask),
  high7(mask),
];
