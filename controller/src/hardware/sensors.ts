import type { Clock, UnixMs } from "@loa/kernel/clock";
import type { Firmata } from "firmata-io";
import type { Measured, Readings, ZoneId } from "../ports.ts";
import type { AnalogScale, BoardConfig } from "./board-config.ts";

const MAX_COUNTS = 1023;

/** Value in units of a count on its scale. */
export function toUnits(counts: number, scale: Pick<AnalogScale, "atZero" | "atFull">): number {
  return scale.atZero + (counts / MAX_COUNTS) * (scale.atFull - scale.atZero);
}

/** Median of the last three counts: one byte of noise on the line makes one wild sample, and no wild reading. */
export class MedianOfThree {
  #last: number[] = [];

  push(counts: number): number {
    this.#last = [...this.#last.slice(-2), counts];
    const sorted = this.#last.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? counts;
  }
}

/** The board's inputs as readings in units. `lastReportAt` tells when the board last reported an analog input. */
export class Sensors {
  readonly #clock: Clock;
  readonly #values = new Map<string, Measured>();
  readonly #levels = new Map<string, boolean>();
  readonly #zones: readonly ZoneId[];
  lastReportAt: UnixMs;

  constructor(io: Firmata, config: BoardConfig, clock: Clock) {
    this.#clock = clock;
    this.#zones = config.zones.map(({ zone }) => zone);
    this.lastReportAt = clock.now();
    io.setSamplingInterval(config.samplingMs);
    for (const { zone, amps } of config.zones) if (amps) this.#measure(io, ampsOf(zone), amps);
    for (const name of ["outputVolts", "mainsVolts", "batteryVolts", "temperature"] as const) {
      const scale = config[name];
      if (scale) this.#measure(io, name, scale);
    }
    for (const name of ["doorPin", "buttonPin", "lockOutPin"] as const) {
      const pin = config[name];
      if (pin !== null) this.#watch(io, name, pin);
    }
  }

  readings(): Readings {
    const zoneAmps: Record<ZoneId, Measured> = {};
    for (const zone of this.#zones) {
      const amps = this.#values.get(ampsOf(zone));
      if (amps) zoneAmps[zone] = amps;
    }
    return {
      zoneAmps,
      ...this.#value("outputVolts"),
      ...this.#value("mainsVolts"),
      ...this.#value("batteryVolts"),
      ...this.#value("temperature"),
      ...this.#level("doorPin", "doorOpen"),
      ...this.#level("buttonPin", "buttonPressed"),
      ...this.#level("lockOutPin", "lockOutSwitch"),
    };
  }

  #measure(io: Firmata, name: string, scale: AnalogScale): void {
    const median = new MedianOfThree();
    io.analogRead(scale.channel, (counts) => {
      if (counts > MAX_COUNTS) return;
      const at = this.#clock.now();
      this.lastReportAt = at;
      this.#values.set(name, { value: toUnits(median.push(counts), scale), at });
    });
  }

  /**
   * The board reports a level only when it changes, so a level made up by noise would stay. Hence a change is asked
   * for once more, and counts when the answer agrees.
   */
  #watch(io: Firmata, name: string, pin: number): void {
    let doubted: boolean | null = null;
    io.pinMode(pin, io.MODES.INPUT);
    io.digitalRead(pin, (value) => {
      const high = value === 1;
      if (high === this.#levels.get(name)) doubted = null;
      else if (doubted === high) this.#levels.set(name, high);
      else {
        doubted = high;
        io.reportDigitalPin(pin, 1);
      }
    });
  }

  #value(name: "outputVolts" | "mainsVolts" | "batteryVolts" | "temperature"): Partial<Readings> {
    const measured = this.#values.get(name);
    return measured ? { [name]: measured } : {};
  }

  #level(name: string, reading: "doorOpen" | "buttonPressed" | "lockOutSwitch"): Partial<Readings> {
    const high = this.#levels.get(name);
    return high === undefined ? {} : { [reading]: high };
  }
}

const ampsOf = (zone: ZoneId): string => `amps:${zone}`;
