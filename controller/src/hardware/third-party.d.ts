/** The parts of firmata-io and johnny-five that the board adapter uses; neither brings its own types. */
declare module "firmata-io" {
  import type { EventEmitter } from "node:events";

  class Firmata extends EventEmitter {
    constructor(transport: EventEmitter, options?: { reportVersionTimeout?: number });
    readonly MODES: {
      readonly INPUT: number;
      readonly OUTPUT: number;
      readonly ANALOG: number;
      readonly PWM: number;
    };
    readonly HIGH: 1;
    readonly LOW: 0;
    readonly isReady: boolean;
    readonly pins: readonly { readonly supportedModes: readonly number[] }[];
    readonly analogPins: readonly number[];
    readonly version: { readonly major?: number; readonly minor?: number };
    /** Bytes of a message that has not ended yet. */
    buffer: number[];
    readonly reportVersionTimeoutId: NodeJS.Timeout;
    pinMode(pin: number, mode: number): void;
    digitalWrite(pin: number, value: 0 | 1): void;
    pwmWrite(pin: number, width: number): void;
    digitalRead(pin: number, read: (value: 0 | 1) => void): void;
    analogRead(channel: number, read: (counts: number) => void): void;
    reportDigitalPin(pin: number, on: 0 | 1): void;
    setSamplingInterval(ms: number): void;
  }

  const bindTransport: { readonly Firmata: typeof Firmata };

  // biome-ignore lint/style/noDefaultExport: this is how a CommonJS module arrives
  export { bindTransport as default, type Firmata };
}

declare module "johnny-five" {
  import type { EventEmitter } from "node:events";
  import type { Firmata } from "firmata-io";

  class Board extends EventEmitter {
    constructor(options: { io: Firmata; repl: false; debug: false; sigint: false });
    /** Every board ever made, for components that name none. */
    static readonly cache: Board[];
    static readonly Pins: { readonly normalize: { clear(): void } };
    readonly timer: NodeJS.Timeout | null;
  }

  class Relay {
    constructor(options: { pin: number; board: Board });
    readonly isClosed: boolean;
    board: Board | null;
    io: Firmata | null;
    close(): this;
    open(): this;
  }

  const five: { readonly Board: typeof Board; readonly Relay: typeof Relay };

  // biome-ignore lint/style/noDefaultExport: this is how a CommonJS module arrives
  export { type Board, five as default, type Relay };
}
