import { COMMAND, END_SYSEX, START_SYSEX, SYSEX } from "./firmata-wire.ts";

/** What a host may ask of a StandardFirmata board. Pins, ports and channels are as the host numbers them. */
export type HostMessage =
  | { readonly type: "version-query" | "firmware-query" | "capability-query" | "analog-mapping-query" }
  | { readonly type: "system-reset" }
  | { readonly type: "pin-state-query"; readonly pin: number }
  | { readonly type: "pin-mode"; readonly pin: number; readonly mode: number }
  | { readonly type: "digital-port"; readonly port: number; readonly mask: number }
  | { readonly type: "digital-pin"; readonly pin: number; readonly level: boolean }
  | { readonly type: "analog-write"; readonly pin: number; readonly value: number }
  | { readonly type: "report-analog"; readonly channel: number; readonly on: boolean }
  | { readonly type: "report-digital"; readonly port: number; readonly on: boolean }
  | { readonly type: "sampling-interval"; readonly ms: number };

/** StandardFirmata's own buffer: what is longer is dropped there too. */
const MAX_SYSEX_BYTES = 64;

/**
 * Cuts the host's bytes into messages. Data bytes without a command, unknown commands and broken-off messages are
 * skipped, as the firmware does: the next command byte starts afresh.
 */
export class FirmataParser {
  #command = 0;
  #data: number[] = [];
  #wanted = 0;

  /** Takes the next bytes, in pieces of any size, and returns the messages that they complete. */
  push(bytes: Uint8Array): HostMessage[] {
    const messages: HostMessage[] = [];
    for (const byte of bytes) {
      const message = this.#take(byte);
      if (message) messages.push(message);
    }
    return messages;
  }

  #take(byte: number): HostMessage | undefined {
    if (byte < 0x80) return this.#takeData(byte);
    const closes = this.#command === START_SYSEX && byte === END_SYSEX;
    const sysex = closes ? decodeSysex(this.#data) : undefined;
    this.#command = closes ? 0 : byte;
    this.#data = [];
    this.#wanted = closes ? 0 : dataBytes(byte);
    if (closes) return sysex;
    return this.#wanted === 0 && byte !== START_SYSEX ? this.#finish() : undefined;
  }

  #takeData(byte: number): HostMessage | undefined {
    if (this.#command === START_SYSEX) {
      if (this.#data.length < MAX_SYSEX_BYTES) this.#data.push(byte);
      return undefined;
    }
    if (this.#wanted === 0) return undefined;
    this.#data.push(byte);
    return this.#data.length === this.#wanted ? this.#finish() : undefined;
  }

  #finish(): HostMessage | undefined {
    const message = decodeCommand(this.#command, this.#data);
    this.#command = 0;
    this.#data = [];
    this.#wanted = 0;
    return message;
  }
}

function dataBytes(command: number): number {
  switch (command < 0xf0 ? command & 0xf0 : command) {
    case COMMAND.reportAnalog:
    case COMMAND.reportDigital:
      return 1;
    case COMMAND.digital:
    case COMMAND.analog:
    case COMMAND.pinMode:
    case COMMAND.digitalPin:
      return 2;
    default:
      return 0;
  }
}

function decodeCommand(command: number, [first = 0, second = 0]: readonly number[]): HostMessage | undefined {
  const channel = command & 0x0f;
  switch (command < 0xf0 ? command & 0xf0 : command) {
    case COMMAND.reportAnalog:
      return { type: "report-analog", channel, on: first !== 0 };
    case COMMAND.reportDigital:
      return { type: "report-digital", port: channel, on: first !== 0 };
    case COMMAND.digital:
      return { type: "digital-port", port: channel, mask: first | (second << 7) };
    case COMMAND.analog:
      return { type: "analog-write", pin: channel, value: first | (second << 7) };
    case COMMAND.pinMode:
      return { type: "pin-mode", pin: first, mode: second };
    case COMMAND.digitalPin:
      return { type: "digital-pin", pin: first, level: second !== 0 };
    case COMMAND.version:
      return { type: "version-query" };
    case COMMAND.reset:
      return { type: "system-reset" };
    default:
      return undefined;
  }
}

function decodeSysex([id, ...data]: readonly number[]): HostMessage | undefined {
  switch (id) {
    case SYSEX.firmware:
      return { type: "firmware-query" };
    case SYSEX.capabilityQuery:
      return { type: "capability-query" };
    case SYSEX.analogMappingQuery:
      return { type: "analog-mapping-query" };
    case SYSEX.pinStateQuery:
      return data[0] === undefined ? undefined : { type: "pin-state-query", pin: data[0] };
    case SYSEX.samplingInterval:
      return data.length < 2 ? undefined : { type: "sampling-interval", ms: fromSevenBits(data.slice(0, 2)) };
    case SYSEX.extendedAnalog:
      return data.length < 2
        ? undefined
        : { type: "analog-write", pin: data[0] ?? 0, value: fromSevenBits(data.slice(1)) };
    default:
      return undefined;
  }
}

function fromSevenBits(bytes: readonly number[]): number {
  return bytes.reduce((value, byte, index) => value + byte * 2 ** (7 * index), 0);
}
