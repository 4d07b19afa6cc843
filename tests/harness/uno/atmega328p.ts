import {
  AVRADC,
  AVRIOPort,
  AVRTimer,
  AVRUSART,
  adcConfig,
  avrInstruction,
  CPU,
  portBConfig,
  portCConfig,
  portDConfig,
  timer0Config,
  timer1Config,
  timer2Config,
  usart0Config,
} from "avr8js";

/** Crystal of the Uno. */
const CLOCK_HZ = 16_000_000;
export const FLASH_BYTES = 32_768;
const SRAM_BYTES = 2_048;
const CYCLES_PER_MS = CLOCK_HZ / 1_000;
/** Start, eight of data, stop. */
const BITS_PER_BYTE = 10;
/** 10 µs: when a byte that could not be delivered is tried again. */
const RETRY_CYCLES = 160;
const ADC_STEPS = 1_024;
/** Volts of supply and reference. */
const VCC = 5;

/** Ports with the Uno's number of their first pin: D0 to D7, D8 to D13, A0 to A5. */
const PORTS = [
  { config: portDConfig, firstPin: 0 },
  { config: portBConfig, firstPin: 8 },
  { config: portCConfig, firstPin: 14 },
] as const;

/** Where the chip's outputs go. */
export interface ChipEvents {
  drive(pin: number, high: boolean): void;
  transmit(byte: number): void;
}

/**
 * An ATmega328P out of reset, with the peripherals that StandardFirmata uses: timers 0 to 2, USART, converter, ports. A
 * reset is a new chip, because everything but the flash starts anew.
 */
export class Atmega328p {
  readonly #cpu: CPU;
  readonly #usart: AVRUSART;
  readonly #adc: AVRADC;
  readonly #ports: AVRIOPort[];
  readonly #waiting: number[] = [];
  #nextByteAt = 0;
  /** The byte that the sketch has not fetched yet. */
  #unread: number | null = null;

  constructor(flash: Uint8Array, events: ChipEvents) {
    this.#cpu = new CPU(new Uint16Array(flash.buffer.slice(0)), SRAM_BYTES);
    for (const timer of [timer0Config, timer1Config, timer2Config]) new AVRTimer(this.#cpu, timer);
    this.#usart = new AVRUSART(this.#cpu, usart0Config, CLOCK_HZ);
    this.#usart.onByteTransmit = (byte) => events.transmit(byte);
    this.#keepUnread();
    this.#adc = new AVRADC(this.#cpu, adcConfig);
    this.#ports = PORTS.map(({ config, firstPin }) => {
      const port = new AVRIOPort(this.#cpu, config);
      let before = 0;
      port.addListener((value) => {
        const driven = value & (this.#cpu.data[config.DDR] ?? 0);
        for (let bit = 0; bit < 8; bit++)
          if (((driven ^ before) >> bit) & 1) events.drive(firstPin + bit, ((driven >> bit) & 1) === 1);
        before = driven;
      });
      return port;
    });
  }

  /** Time since its reset. */
  get ms(): number {
    return this.#cpu.cycles / CYCLES_PER_MS;
  }

  /** Executes instructions until `ms`. */
  runTo(ms: number): void {
    const end = ms * CYCLES_PER_MS;
    while (this.#cpu.cycles < end) {
      this.#receiveDue();
      const stop = this.#waiting.length > 0 ? Math.min(end, this.#nextByteAt) : end;
      while (this.#cpu.cycles < stop) {
        avrInstruction(this.#cpu);
        this.#cpu.tick();
      }
    }
  }

  /** Puts bytes on the receive line; they arrive one after the other at the line's rate. */
  receive(bytes: Uint8Array): void {
    if (this.#waiting.length === 0)
      this.#nextByteAt = Math.max(this.#nextByteAt, this.#cpu.cycles + this.#byteCycles);
    this.#waiting.push(...bytes);
  }

  setLevel(pin: number, high: boolean): void {
    const index = PORTS.findLastIndex(({ firstPin }) => pin >= firstPin);
    this.#ports[index]?.setPin(pin - (PORTS[index]?.firstPin ?? 0), high);
  }

  /** Puts the middle of the converter's step on the input. */
  setCounts(channel: number, counts: number): void {
    this.#adc.channelValues[channel] = ((counts + 0.5) / ADC_STEPS) * VCC;
  }

  get #byteCycles(): number {
    return (CLOCK_HZ * BITS_PER_BYTE) / this.#usart.baudRate;
  }

  /** A byte that comes while the receiver is off is lost; one that comes before the last was fetched waits, as in the chip. */
  #receiveDue(): void {
    if (this.#waiting.length === 0 || this.#cpu.cycles < this.#nextByteAt) return;
    if (this.#unread !== null) {
      this.#nextByteAt = this.#cpu.cycles + RETRY_CYCLES;
      return;
    }
    const byte = this.#waiting.shift() ?? 0;
    if (this.#usart.rxEnable) this.#deliver(byte);
    this.#nextByteAt = this.#cpu.cycles + this.#byteCycles;
  }

  #deliver(byte: number): void {
    this.#unread = byte;
    this.#usart.writeByte(byte, true);
  }

  /**
   * avr8js forgets a received byte when the sketch writes the control register before fetching it, which every end of a
   * transmission does; the chip keeps it. So it is delivered once more.
   */
  #keepUnread(): void {
    const { readHooks, writeHooks } = this.#cpu;
    const { UDR, UCSRB } = usart0Config;
    const [read, control] = [readHooks[UDR], writeHooks[UCSRB]];
    if (!read || !control) throw new Error("avr8js has hooked its USART otherwise");
    readHooks[UDR] = (address) => {
      this.#unread = null;
      return read(address);
    };
    writeHooks[UCSRB] = (...written) => {
      const done = control(...written);
      if (this.#unread !== null) this.#deliver(this.#unread);
      return done;
    };
  }
}
