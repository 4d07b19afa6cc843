import { COMMAND, END_SYSEX, START_SYSEX, SYSEX } from "./firmata-wire.ts";

/** What a host may ask of a StandardFirmata board. Pins, ports and channels are as the host numbers them. */
export type HostMessage =
  | { readonly type: "version-query" | "firmware-query" | "capability-query" | "analog-mapping-query" }
  | { readonly type: "system-reset" }
  | { readonly type: "pin-state-query"; readonly pin: number }
  | { readonly type: "pin-mode"; readonly pin: number; readonly mode: number }
  | { readonly type: "digital-port"; readonly port: number; readonly mask: number }
  | { readonly type: "analog-write"; readonly pin: number; readonly value: number }
  | { readonly type: "report-analog"; readonly channel: number; readonly on: boolean }
  | { readonly type: "report-digital"; readonly port: number; readonly on: boolean }
  | { readonly type: "sampling-interval"; readonly ms: number };

/** StandardFirmata's own buffer. What is longer is dropped here; the firmware writes past it. */
const MAX_SYSEX_BYTES = 64;

/**
 * Cuts the host's bytes into messages as the firmware does: within a sysex everything up to its end is data; a command that
 * is complete in one byte is obeyed within another message, which then goes on; unknown commands are skipped.
 */
export class FirmataParser {
  #sysex: number[] | null = null;
  #command = 0;
  #channel = 0;
  #wanted = 0;
  #data: number[] = [];

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
    if (this.#sysex) return this.#takeSysex(this.#sysex, byte);
    if (this.#wanted > 0 && byte < 0x80) return this.#takeData(byte);
    return this.#takeCommand(byte);
  }

  #takeSysex(sysex: number[], byte: number): HostMessage | undefined {
    if (byte !== END_SYSEX) {
      if (sysex.length < MAX_SYSEX_BYTES) sysex.push(byte);
      return undefined;
    }
    this.#sysex = null;
    return decodeSysex(sysex);
  }

  #takeData(byte: number): HostMessage | undefined {
    this.#data.push(byte);
    if (--this.#wanted > 0) return undefined;
    return decodeCommand(this.#command, this.#channel, this.#data);
  }

  #takeCommand(byte: number): HostMessage | undefined {
    const command = byte < 0xf0 ? byte & 0xf0 : byte;
    if (byte < 0xf0) this.#channel = byte & 0x0f;
    const wanted = DATA_BYTES[command];
    if (wanted !== undefined) {
      this.#command = command;
      this.#wanted = wanted;
      this.#data = [];
    }
    if (command === START_SYSEX) this.#sysex = [];
    if (command === COMMAND.reset) this.#wanted = 0;
    return SINGLE_BYTES[command];
  }
}

const DATA_BYTES: Readonly<Record<number, number>> = {
  [COMMAND.reportAnalog]: 1,
  [COMMAND.reportDigital]: 1,
  [COMMAND.digital]: 2,
  [COMMAND.analog]: 2,
  [COMMAND.pinMode]: 2,
};

const SINGLE_BYTES: Readonly<Record<number, HostMessage>> = {
  [COMMAND.version]: { type: "version-query" },
  [COMMAND.reset]: { type: "system-reset" },
};

function decodeCommand(
  command: number,
  channel: number,
  [first = 0, second = 0]: readonly number[],
): HostMessage | undefined {
  switch (command) {
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
