import { Amplifier, type AmplifierState } from "./amplifier.ts";
import { Cabinet } from "./cabinet.ts";
import { CardQueue, type CardStatus } from "./card-queue.ts";
import type { EventLog } from "./event-log.ts";
import type { Fault, FaultCode } from "./faults.ts";
import { LevelMeter } from "./level-meter.ts";
import { parallelOhms } from "./loudspeaker-line.ts";
import type { Recorder } from "./recorder.ts";
import { Zone, type ZoneOptions } from "./zone.ts";

/** What a world is made of. Times in ms; `startMs` in Unix ms. */
export interface WorldOptions {
  readonly startMs: number;
  readonly zones: readonly ZoneOptions[];
  readonly crystalPpm: number;
  readonly warmUpMs: number;
  readonly holdMs: number;
}

/** How long the monostable holds the amplifier's relay after a heartbeat edge. */
export const DEFAULT_HOLD_MS = 2_200;
/** How long the amplifier has supply before it sounds. */
export const DEFAULT_WARM_UP_MS = 1_500;

/** A full-scale sine drives the line to 100 V. */
const VOLTS_PER_UNIT = 100 * Math.SQRT2;
/** The amplifier limits its current; a shorted line thus pulls the voltage of every line down. */
const MAX_AMPS = 2.5;

/**
 * Everything beyond the board's pins and the sound card's plug: relays, amplifier, lines, supply and ear. Pure: time is
 * a parameter, sound goes to the recorder. Every change first brings the world up to its instant, so what the horns
 * sounded is cut to the sample.
 */
export class World {
  readonly #zones: Zone[];
  readonly #amplifier: Amplifier;
  readonly #cabinet: Cabinet;
  readonly #card: CardQueue;
  readonly #meter = new LevelMeter();
  readonly #events: EventLog;
  #faults: Fault[] = [];
  #supplied = true;
  #now: number;

  constructor(options: WorldOptions, recorder: Recorder, events: EventLog) {
    this.#zones = options.zones.map((zone) => new Zone(zone, recorder, events));
    this.#amplifier = new Amplifier(options);
    this.#cabinet = new Cabinet(options.startMs);
    this.#card = new CardQueue(options.startMs, options.crystalPpm);
    this.#events = events;
    this.#now = options.startMs;
  }

  /** Lives through everything up to `now` (Unix ms), including what happens by time alone. */
  advance(now: number): void {
    for (let due = this.#amplifier.nextChangeAt(); due <= now; due = this.#amplifier.nextChangeAt())
      this.#change(due, () => this.#amplifier.settle(due));
    this.#play(now);
    this.#cabinet.advance(now, this.#amplifier.state !== "off");
    if (this.#cabinet.supplies !== this.#supplied) this.#change(now, () => this.#supply(now));
  }

  setAmplifierRelay(high: boolean, now: number): void {
    this.#at(now, () => this.#amplifier.setRelay(high, now));
  }

  /** The heartbeat pin changed its level. */
  beat(now: number): void {
    this.#at(now, () => this.#amplifier.beat(now));
  }

  /** Drives the relay of the zone with that index; zones that the station does not have are wired to nothing. */
  setZoneRelay(index: number, high: boolean, now: number): void {
    const zone = this.#zones[index];
    if (zone) this.#at(now, () => zone.setPin(high));
  }

  /** Queues frames for the card; false when they exceed its capacity. */
  push(samples: Int16Array, now: number): boolean {
    this.advance(now);
    return this.#card.push(samples);
  }

  /** Discards the card's queue. */
  drop(now: number): void {
    this.advance(now);
    this.#card.drop();
  }

  /** Discards the newest frames that the card holds; false when it holds fewer. */
  takeBack(frames: number, now: number): boolean {
    this.advance(now);
    return this.#card.takeBack(frames);
  }

  /** A new client opened the card. */
  openCard(now: number): void {
    this.advance(now);
    this.#card.restart();
  }

  cardStatus(now: number): CardStatus {
    this.advance(now);
    return this.#card.status();
  }

  inject(fault: Fault, now: number): void {
    this.#at(now, () => {
      this.#faults.push(fault);
      this.#applyFaults(now);
    });
    this.#events.add(now, {
      type: "fault",
      code: fault.code,
      ...("zone" in fault ? { zone: fault.zone } : {}),
    });
  }

  clearFaults(now: number): void {
    this.#at(now, () => {
      this.#faults = [];
      this.#applyFaults(now);
    });
    this.#events.add(now, { type: "faults-cleared" });
  }

  faults(): readonly Fault[] {
    return this.#faults;
  }

  has(code: FaultCode): boolean {
    return this.#faults.some((fault) => fault.code === code);
  }

  /** Ends every recording. */
  close(now: number): void {
    this.advance(now);
    for (const zone of this.#zones) zone.endTape(now);
  }

  get amplifierState(): AmplifierState {
    return this.#amplifier.state;
  }

  get amplifierRelayClosed(): boolean {
    return this.#amplifier.relayClosed;
  }

  /** ms since the last heartbeat edge; null before the first. */
  heartbeatAgeMs(now: number): number | null {
    const at = this.#amplifier.lastEdgeAt;
    return Number.isFinite(at) ? now - at : null;
  }

  /** The zones, for reading. */
  get zones(): readonly Zone[] {
    return this.#zones;
  }

  /** V rms at the amplifier's output. */
  outputVolts(): number {
    if (this.#amplifier.state !== "on" || this.has("AMP_NO_OUTPUT")) return 0;
    const load = parallelOhms(this.#zones.filter((zone) => zone.closed).map((zone) => zone.ohms));
    return Math.min(this.#meter.rms * VOLTS_PER_UNIT, MAX_AMPS * load);
  }

  /** A rms in the line of the zone with that index; 0 for a zone that is not there. */
  zoneAmps(index: number): number {
    const zone = this.#zones[index];
    return zone?.closed ? this.outputVolts() / zone.ohms : 0;
  }

  get mainsVolts(): number {
    return this.#cabinet.mainsVolts;
  }

  get batteryVolts(): number {
    return this.#cabinet.batteryVolts;
  }

  temperature(now: number): number {
    return this.#cabinet.temperature(now);
  }

  #at(now: number, change: () => void): void {
    this.advance(now);
    this.#change(now, change);
  }

  /** Plays up to `at`, makes the change, and reports and gates what follows from it. */
  #change(at: number, change: () => void): void {
    this.#play(at);
    const before = {
      state: this.#amplifier.state,
      alive: this.#amplifier.alive,
      relay: this.#amplifier.relayClosed,
    };
    change();
    const { state, alive, relayClosed } = this.#amplifier;
    if (alive !== before.alive) this.#events.add(at, { type: "heartbeat", alive });
    if (relayClosed !== before.relay)
      this.#events.add(at, { type: "relay", relay: "amplifier", closed: relayClosed });
    if (state !== before.state) this.#events.add(at, { type: "amplifier", state });
    for (const zone of this.#zones) zone.gate(state === "on", at);
  }

  #play(now: number): void {
    if (now <= this.#now) return;
    this.#now = now;
    this.#card.advance(now, (samples, frames, atMs) => {
      this.#meter.feed(samples, frames);
      for (const zone of this.#zones) zone.hear(this.#sounds(zone) ? samples : null, frames, atMs);
    });
  }

  /** Whether the line carries what the card plays: horns on a broken line, or beside a shorted one, are silent. */
  #sounds(zone: Zone): boolean {
    const shorted = this.#zones.some((other) => other.shorts);
    return !shorted && Number.isFinite(zone.ohms) && !this.has("AMP_NO_OUTPUT");
  }

  #applyFaults(now: number): void {
    let faults = {};
    for (const fault of this.#faults) {
      if (fault.code === "MAINS_LOST") faults = { ...faults, mainsVolts: 0 };
      if (fault.code === "MAINS_OUT_OF_RANGE") faults = { ...faults, mainsVolts: fault.volts ?? 265 };
      if (fault.code === "BATTERY_LOW") faults = { ...faults, batteryVolts: fault.volts ?? 11 };
      if (fault.code === "OVER_TEMPERATURE") faults = { ...faults, temperature: fault.celsius ?? 85 };
    }
    this.#cabinet.faults = faults;
    for (const zone of this.#zones) zone.setFaults(this.#faults);
    this.#supply(now);
  }

  #supply(now: number): void {
    this.#supplied = this.#cabinet.supplies;
    // The key switch stands in the amplifier's supply, after all relays.
    this.#amplifier.setSupply(this.#supplied && !this.has("LOCK_OUT_SWITCH"), now);
  }
}
