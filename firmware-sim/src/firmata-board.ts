import { FirmataParser, type HostMessage } from "./firmata-parser.ts";
import {
  encodeAnalog,
  encodeAnalogMapping,
  encodeCapabilities,
  encodeDigitalPort,
  encodeFirmware,
  encodePinState,
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
  PIN_COUNT,
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

/**
 * An Uno with StandardFirmata 2.5: answers the host, reports inputs at the sampling interval, holds its outputs while the
 * host is silent and drives them low at reset. Time is a parameter; `send` gets every byte that leaves the board.
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

  constructor(wires: Wires, send: (bytes: Uint8Array) => void) {
    this.#wires = wires;
    this.#send = send;
    this.#pins = restingPins();
  }

  /** Power-on or the reset button: pins low and modes gone at once; version and firmware follow when the sketch runs. */
  reset(now: number): void {
    this.#rest(now);
    this.#parser = new FirmataParser();
    this.#bootsAt = now + BOOT_MS;
  }

  /** The supply is gone: outputs fall, nothing runs until `reset`. */
  powerOff(now: number): void {
    this.#rest(now);
    this.#bootsAt = Number.POSITIVE_INFINITY;
  }

  /** Bytes from the host. While the board boots they are lost, as in its boot loader. */
  receive(bytes: Uint8Array, now: number): void {
    if (this.#bootsAt !== null) return;
    for (const message of this.#parser.push(bytes)) this.#obey(message, now);
  }

  /** Sends what is due at `now`: the boot message, changed inputs, analog samples. */
  poll(now: number): void {
    if (this.#bootsAt !== null) {
      if (now < this.#bootsAt) return;
      this.#bootsAt = null;
      this.#sendBytes([
        ...encodeVersion(FIRMWARE.major, FIRMWARE.minor),
        ...encodeFirmware(FIRMWARE.major, FIRMWARE.minor, FIRMWARE.name),
      ]);
    }
    this.#sendBytes([...this.#changedPorts(now), ...this.#samples(now)]);
  }

  /** Level of every pin as driven by the board; for the live view. */
  outputs(): boolean[] {
    return this.#pins.map((pin) => pin.mode === MODE.output && pin.value !== 0);
  }

  #obey(message: HostMessage, now: number): void {
    switch (message.type) {
      case "pin-mode":
        this.#setMode(message.pin, message.mode, now);
        break;
      case "digital-port":
        this.#writePort(message.port, message.mask, now);
        break;
      case "digital-pin":
        this.#write(message.pin, message.level, now);
        break;
      case "analog-write":
        this.#writePwm(message.pin, message.value, now);
        break;
      case "report-analog":
        this.#reportAnalog(message.channel, message.on);
        break;
      case "report-digital":
        this.#reportDigital(message.port, message.on, now);
        break;
      case "sampling-interval":
        // The firmware's floor is 1 ms; a shorter interval than the simulator's tick is served at the tick.
        this.#samplingMs = Math.max(1, message.ms);
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
    return state ? encodePinState(pin, state.mode, state.value) : [];
  }

  #setMode(pin: number, mode: number, now: number): void {
    const state = this.#pins[pin];
    if (!state || state.mode === mode || !CAPABILITIES[pin]?.some(([offered]) => offered === mode)) return;
    this.#drive(pin, 0, now);
    state.mode = mode;
    const channel = analogChannelOf(pin);
    if (channel !== null) this.#reportAnalog(channel, mode === MODE.analog);
    if (mode === MODE.pullup) state.value = 1;
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
    if (changed && state.mode !== MODE.pullup) this.#wires.drive(pin, value !== 0, now);
  }

  #reportAnalog(channel: number, on: boolean): void {
    if (channel >= PIN_COUNT - FIRST_ANALOG_PIN) return;
    if (on) this.#analogReports.add(channel);
    else this.#analogReports.delete(channel);
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
      const mode = this.#pins[port * 8 + bit]?.mode;
      const reads = mode === MODE.input || mode === MODE.pullup;
      if (reads && this.#wires.level(port * 8 + bit, now)) mask |= 1 << bit;
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
    return [...this.#analogReports].sort().flatMap((channel) => {
      return encodeAnalog(channel, this.#wires.counts(channel, now));
    });
  }

  #rest(now: number): void {
    for (let pin = 0; pin < PIN_COUNT; pin++) this.#drive(pin, 0, now);
    this.#pins = restingPins();
    this.#analogReports.clear();
    this.#digitalReports.clear();
    this.#samplingMs = DEFAULT_SAMPLING_MS;
  }

  #sendBytes(bytes: readonly number[]): void {
    if (bytes.length > 0) this.#send(Uint8Array.from(bytes));
  }
}

/** StandardFirmata begins with analog pins as analog inputs and all others as outputs, low. */
function restingPins(): Pin[] {
  return Array.from({ length: PIN_COUNT }, (_, pin) => ({
    mode: analogChannelOf(pin) === null ? MODE.output : MODE.analog,
    value: 0,
  }));
}
