import { Atmega328p } from "./atmega328p.ts";
import type { BenchUno, UnoEvents } from "./bench-uno.ts";

const SLICE_MS = 2;
/** Further behind real time than this, the board stands still rather than racing to catch up. */
const MOST_BEHIND_MS = 50;
const PINS = 20;

/**
 * An Uno that executes a compiled sketch at the speed of real time. Its boot loader is left out: the sketch starts at reset.
 * The event loop of its process belongs to it.
 */
export class AvrUno implements BenchUno {
  readonly #flash: Uint8Array;
  readonly #events: UnoEvents;
  readonly #levels = new Map<number, boolean>();
  readonly #counts = new Map<number, number>();
  readonly #high = new Set<number>();
  #sent: number[] = [];
  #chip: Atmega328p | null = null;
  /** Real time at which the chip's time was 0. */
  #epoch = 0;
  /** Chip time of all chips before this one. */
  #before = 0;

  constructor(flash: Uint8Array, events: UnoEvents) {
    this.#flash = flash;
    this.#events = events;
    setInterval(() => this.#run(), SLICE_MS);
  }

  reset(): void {
    this.powerOff();
    const chip = new Atmega328p(this.#flash, {
      drive: (pin, high) => this.#drive(pin, high),
      transmit: (byte) => this.#sent.push(byte),
    });
    for (const [pin, high] of this.#levels) chip.setLevel(pin, high);
    for (const [channel, counts] of this.#counts) chip.setCounts(channel, counts);
    this.#chip = chip;
    this.#epoch = performance.now();
  }

  powerOff(): void {
    this.#before = this.#ms;
    this.#chip = null;
    this.#sent = [];
    for (let pin = 0; pin < PINS; pin++) this.#drive(pin, false);
  }

  receive(bytes: Uint8Array): void {
    this.#chip?.receive(bytes);
  }

  setLevel(pin: number, high: boolean): void {
    this.#levels.set(pin, high);
    this.#chip?.setLevel(pin, high);
  }

  setCounts(channel: number, counts: number): void {
    this.#counts.set(channel, counts);
    this.#chip?.setCounts(channel, counts);
  }

  get #ms(): number {
    return this.#before + (this.#chip?.ms ?? 0);
  }

  #drive(pin: number, high: boolean): void {
    if (this.#high.has(pin) === high) return;
    if (high) this.#high.add(pin);
    else this.#high.delete(pin);
    this.#events.drive(pin, high, this.#ms);
  }

  #run(): void {
    if (!this.#chip) return;
    const behind = performance.now() - this.#epoch - this.#chip.ms;
    if (behind > MOST_BEHIND_MS) this.#epoch += behind - MOST_BEHIND_MS;
    const until = performance.now() - this.#epoch;
    // Where less than a cycle is left, rounding may leave nothing to do.
    for (let before = -1; this.#chip.ms < until && this.#chip.ms > before; ) {
      before = this.#chip.ms;
      this.#chip.runTo(Math.min(until, before + SLICE_MS));
      if (this.#sent.length > 0) this.#events.send(Uint8Array.from(this.#sent), this.#ms);
      this.#sent = [];
    }
  }
}
