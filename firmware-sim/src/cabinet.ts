/** What may be wrong with the cabinet's supply and climate; absent means as it should be. */
export interface CabinetFaults {
  readonly mainsVolts?: number;
  readonly batteryVolts?: number;
  readonly temperature?: number;
}

const FLOAT_VOLTS = 13.2;
const FULL_VOLTS = 12.7;
const EMPTY_VOLTS = 10.5;
const IDLE_HOURS = 12;
const SOUNDING_HOURS = 2;
const RECHARGE_HOURS = 8;
const HOUR_MS = 3_600_000;
/** Outside this range the cluster's protection relay takes the mains away (Thông tư 39/2020). */
const MAINS_RANGE = { min: 90, max: 240 };
const NOMINAL_MAINS = 230;
/** The cabinet warms and cools slowly around this, °C. */
const CLIMATE = { mean: 38, swing: 4, periodMs: HOUR_MS };

/** Mains, standby battery and temperature of the cabinet. The battery carries everything while the mains is away. */
export class Cabinet {
  #charge = 1;
  #at: number;
  faults: CabinetFaults = {};

  constructor(now: number) {
    this.#at = now;
  }

  /** Charges or drains the battery up to `now`; `loaded` while the amplifier has supply. */
  advance(now: number, loaded: boolean): void {
    const hours = (now - this.#at) / HOUR_MS;
    this.#at = now;
    const rate = this.mainsGood ? 1 / RECHARGE_HOURS : -1 / (loaded ? SOUNDING_HOURS : IDLE_HOURS);
    this.#charge = Math.min(1, Math.max(0, this.#charge + hours * rate));
  }

  get mainsVolts(): number {
    return this.faults.mainsVolts ?? NOMINAL_MAINS;
  }

  get mainsGood(): boolean {
    return this.mainsVolts >= MAINS_RANGE.min && this.mainsVolts <= MAINS_RANGE.max;
  }

  get batteryVolts(): number {
    if (this.faults.batteryVolts !== undefined) return this.faults.batteryVolts;
    return this.mainsGood ? FLOAT_VOLTS : EMPTY_VOLTS + this.#charge * (FULL_VOLTS - EMPTY_VOLTS);
  }

  /** Whether the amplifier can be supplied: from the mains, else from what the battery still holds. */
  get supplies(): boolean {
    return this.mainsGood || this.batteryVolts > EMPTY_VOLTS;
  }

  temperature(now: number): number {
    const phase = (2 * Math.PI * (now % CLIMATE.periodMs)) / CLIMATE.periodMs;
    return this.faults.temperature ?? CLIMATE.mean + CLIMATE.swing * Math.sin(phase);
  }
}
