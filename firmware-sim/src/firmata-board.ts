import { FirmataParser, type HostMessage } from "./firmata-parser.ts";
import {
  encodeAnalog,
  encodeAnalogMapping,
  encodeCapabilities,
  encodeDigitalPort,
  encodeFirmware,
  encodeNoPin,
  encodePinState,
  encodeString,
  encodeVersion,
  MODE,
} from "./firmata-wire.ts";
import {
  analogChannelOf,
  BOOT_MS,
  CAPABILITIES,
  DEFAULT_SAMPLING_MS,
  FIRMWARE,
  FIRST_ANALOG_PIN,
  FIRST_FREE_PIN,
  LEAST_SAMPLING_MS,
  PIN_COUNT,
  RECEIVE_BUFFER_BYTES,
} from "./uno.ts";

/** What is wired to the board's pins. Times are Unix ms. */
export interface Wires {
  /** An output pin changed its level. */
  drive(pin: number, high: boolean, now: number): void;
  /** Level on an input pin. */
  level(pin: number, now: number): boolean;
  /** Counts (0 to 1023) on an analog channel. */
  counts(channel: number, now: number): number;
}

interface Pin {
  mode: number;
  value: number;
}

const KNOWN_MODES: readonly number[] = Object.values(MODE);

/**
 * An Uno with StandardFirmata 2.4: answers the host, reports inputs at the sampling interval, holds its outputs while the
 * host is silent and drives them low at reset. Time is a parameter; `send` gets every byte that leaves the board. It is held
 * against the real firmware by tests/conformance.
 */
export class FirmataBoard {
  readonly #wires: Wires;
  readonly #send: (bytes: Uint8Array) => void;
  #parser = new FirmataParser();
  #pins: Pin[] = [];
  #analogReports = new Set<number>();
  #digitalReports = new Map<number, number>();
  #samplingMs = DEFAULT_SAMPLING_MS;
  #nextSampleAt = 0;
  #bootsAt: number | null = null;
  /** What came while it booted. */
  #received: number[] = [];

  constructor(wires: Wires, send: (bytes: Uint8Array) => void) {
    this.#wires = wires;
    this.#send = send;
    this.#pins = restingPins();
  }

  /** Power-on or the reset button: pins low and modes gone at once; version and firmware follow when the sketch runs. */
  reset(now: number): void {
    this.powerOff(now);
    this.#bootsAt = now + BOOT_MS;
  }

  /** The supply is gone: outputs fall, nothing runs until `reset`. */
  powerOff(now: number): void {
    this.#rest(now);
    this.#parser = new FirmataParser();
    this.#samplingMs = DEFAULT_SAMPLING_MS;
    this.#received = [];
    this.#bootsAt = Number.POSITIVE_INFINITY;
  }

  /** Bytes from the host. While the board boots they wait. */
  receive(bytes: Uint8Array, now: number): void {
    if (this.#bootsAt !== null) {
      if (Number.isFinite(this.#bootsAt))
        this.#received = [...this.#received, ...bytes].slice(0, RECEIVE_BUFFER_BYTES);
      return;
    }
    for (const message of this.#parser.push(bytes)) this.#obey(message, now);
  }

  /** Sends what is due at `now`: the boot message, changed inputs, analog samples. */
  poll(now: number): void {
    if (this.#bootsAt !== null) {
      if (now < this.#bootsAt) return;
      this.#start(now);
    }
    this.#sendBytes([...this.#changedPorts(now), ...this.#samples(now)]);
  }

  /** Level of every pin as driven by the board; for the live view. */
  outputs(): boolean[] {
    return this.#pins.map((pin) => pin.mode === MODE.output && pin.value !== 0);
  }

  #start(now: number): void {
    this.#bootsAt = null;
    this.#sendBytes([
      ...encodeVersion(FIRMWARE.major, FIRMWARE.minor),
      ...encodeFirmware(FIRMWARE.major, FIRMWARE.minor, FIRMWARE.name),
    ]);
    this.receive(Uint8Array.from(this.#received), now);
  }

  #obey(message: HostMessage, now: number): void {
    switch (message.type) {
      case "pin-mode":
        this.#setMode(message.pin, message.mode, now);
        break;
      case "digital-port":
        this.#writePort(message.port, message.mask, now);
        break;
      case "analog-write":
        this.#writePwm(message.pin, message.value, now);
        break;
      case "report-analog":
        this.#reportAnalog(message.channel, message.on, now);
        break;
      case "report-digital":
        this.#reportDigital(message.port, message.on, now);
        break;
      case "sampling-interval":
        this.#samplingMs = Math.max(LEAST_SAMPLING_MS, message.ms);
        break;
      case "system-reset":
        this.#rest(now);
        break;
      default:
        this.#sendBytes(this.#answer(message));
    }
  }

  #answer(message: HostMessage): number[] {
    switch (message.type) {
      case "version-query":
        return encodeVersion(FIRMWARE.major, FIRMWARE.minor);
      case "firmware-query":
        return encodeFirmware(FIRMWARE.major, FIRMWARE.minor, FIRMWARE.name);
      case "capability-query":
        return encodeCapabilities(CAPABILITIES);
      case "analog-mapping-query":
        return encodeAnalogMapping(this.#pins.map((_, pin) => analogChannelOf(pin)));
      case "pin-state-query":
        return this.#pinState(message.pin);
      default:
        return [];
    }
  }

  #pinState(pin: number): number[] {
    const state = this.#pins[pin];
    return state ? encodePinState(pin, state.mode, state.value) : encodeNoPin(pin);
  }

  #setMode(pin: number, mode: number, now: number): void {
    const state = this.#pins[pin];
    const offered = CAPABILITIES[pin];
    if (!state || !offered?.length) return;
    if (!KNOWN_MODES.includes(mode)) this.#sendBytes(encodeString("Unknown pin mode"));
    if (!offered.some(([one]) => one === mode)) return;
    this.#drive(pin, 0, now);
    state.mode = mode;
    const channel = analogChannelOf(pin);
    if (channel !== null) this.#reportAnalog(channel, mode === MODE.analog, now);
  }

  #writePort(port: number, mask: number, now: number): void {
    for (let bit = 0; bit < 8; bit++) this.#write(port * 8 + bit, ((mask >> bit) & 1) === 1, now);
  }

  #write(pin: number, high: boolean, now: number): void {
    if (this.#pins[pin]?.mode === MODE.output) this.#drive(pin, high ? 1 : 0, now);
  }

  #writePwm(pin: number, value: number, now: number): void {
    const state = this.#pins[pin];
    if (state?.mode === MODE.pwm || state?.mode === MODE.servo) this.#drive(pin, value, now);
  }

  #drive(pin: number, value: number, now: number): void {
    const state = this.#pins[pin];
    if (!state) return;
    const changed = (state.value !== 0) !== (value !== 0);
    state.value = value;
    if (changed) this.#wires.drive(pin, value !== 0, now);
  }

  #reportAnalog(channel: number, on: boolean, now: number): void {
    if (channel >= PIN_COUNT - FIRST_ANALOG_PIN) return;
    if (on) {
      this.#analogReports.add(channel);
      this.#sendBytes(encodeAnalog(channel, this.#wires.counts(channel, now)));
    } else this.#analogReports.delete(channel);
  }

  #reportDigital(port: number, on: boolean, now: number): void {
    if (port * 8 >= PIN_COUNT) return;
    if (!on) {
      this.#digitalReports.delete(port);
      return;
    }
    const mask = this.#readPort(port, now);
    this.#digitalReports.set(port, mask);
    this.#sendBytes(encodeDigitalPort(port, mask));
  }

  #readPort(port: number, now: number): number {
    let mask = 0;
    for (let bit = 0; bit < 8; bit++) {
      const pin = port * 8 + bit;
      const reads = pin >= FIRST_FREE_PIN && this.#pins[pin]?.mode === MODE.input;
      if (reads && this.#wires.level(pin, now)) mask |= 1 << bit;
    }
    return mask;
  }

  #changedPorts(now: number): number[] {
    const bytes: number[] = [];
    for (const [port, before] of this.#digitalReports) {
      const mask = this.#readPort(port, now);
      if (mask === before) continue;
      this.#digitalReports.set(port, mask);
      bytes.push(...encodeDigitalPort(port, mask));
    }
    return bytes;
  }

  #samples(now: number): number[] {
    if (now < this.#nextSampleAt || this.#analogReports.size === 0) return [];
    this.#nextSampleAt = now - this.#nextSampleAt > this.#samplingMs ? now : this.#nextSampleAt;
    this.#nextSampleAt += this.#samplingMs;
    return [...this.#analogReports]
      .sort()
      .filter((channel) => this.#pins[FIRST_ANALOG_PIN + channel]?.mode === MODE.analog)
      .flatMap((channel) => encodeAnalog(channel, this.#wires.counts(channel, now)));
  }

  #rest(now: number): void {
    for (let pin = 0; pin < PIN_COUNT; pin++) this.#drive(pin, 0, now);
    this.#pins = restingPins();
    this.#analogReports.clear();
    this.#digitalReports.clear();
  }

  #sendBytes(bytes: readonly number[]): void {
    if (bytes.length > 0) this.#send(Uint8Array.from(bytes));
  }
}

/** StandardFirmata begins with analog pins as analog inputs and all others as outputs, low; the serial line's it leaves alone. */
function restingPins(): Pin[] {
  return Array.from({ length: PIN_COUNT }, (_, pin) => ({ mode: restingMode(pin), value: 0 }));
}

function restingMode(pin: number): number {
  if (pin < FIRST_FREE_PIN) return MODE.input;
  return analogChannelOf(pin) === null ? MODE.output : MODE.analog;
}
