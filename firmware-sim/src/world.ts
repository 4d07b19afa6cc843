import { Amplifier, type AmplifierState } from "./amplifier.ts";
import { Cabinet } from "./cabinet.ts";
import { CardQueue, type CardStatus } from "./card-queue.ts";
import type { EventLog } from "./event-log.ts";
import type { Fault, FaultCode } from "./faults.ts";
import { LevelMeter } from "./level-meter.ts";
import { type LineFault, lineOhms, parallelOhms } from "./loudspeaker-line.ts";
import type { Recorder, Tape } from "./recorder.ts";

/** A zone of the simulated station. */
export interface ZoneOptions {
  readonly id: string;
  /** Horns as commissioned. */
  readonly horns: number;
}

/** What a world is made of. Times in ms; `startMs` in Unix ms. */
export interface WorldOptions {
  readonly startMs: number;
  readonly zones: readonly ZoneOptions[];
  readonly crystalPpm: number;
  readonly warmUpMs: number;
  readonly holdMs: number;
}

interface Zone extends ZoneOptions {
  pin: boolean;
  /** Whether the relay's contact is closed; a stuck relay does not follow its pin. */
  closed: boolean;
  audible: boolean;
  tape: Tape | null;
}

/** How long the monostable holds the amplifier's relay after a heartbeat edge. */
export const DEFAULT_HOLD_MS = 2_200;
/** How long the amplifier has supply before it sounds. */
export const DEFAULT_WARM_UP_MS = 1_500;

/** A full-scale sine drives the line to 100 V. */
const VOLTS_PER_UNIT = 100 * Math.SQRT2;
/** The amplifier limits its current; a shorted line thus pulls the voltage of every line down. */
const MAX_AMPS = 2.5;
const HORN_OHMS = 667;

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
  readonly #recorder: Recorder;
  readonly #events: EventLog;
  #faults: Fault[] = [];
  #supplied = true;
  #now: number;

  constructor(options: WorldOptions, recorder: Recorder, events: EventLog) {
    this.#zones = options.zones.map((zone) => ({
      ...zone,
      pin: false,
      closed: false,
      audible: false,
      tape: null,
    }));
    this.#amplifier = new Amplifier(options);
    this.#cabinet = new Cabinet(options.startMs);
    this.#card = new CardQueue(options.startMs, options.crystalPpm);
    this.#recorder = recorder;
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
    if (zone)
      this.#at(now, () => {
        zone.pin = high;
      });
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
    for (const zone of this.#zones) this.#endTape(zone, now);
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

  /** Contacts of the zones' relays and whether sound reaches their horns' line. */
  zones(): readonly { id: string; horns: number; closed: boolean; recording: boolean; ohms: number }[] {
    return this.#zones.map((zone) => ({
      id: zone.id,
      horns: zone.horns,
      closed: zone.closed,
      recording: zone.tape !== null,
      ohms: this.#ohms(zone),
    }));
  }

  /** V rms at the amplifier's output. */
  outputVolts(): number {
    if (this.#amplifier.state !== "on" || this.has("AMP_NO_OUTPUT")) return 0;
    const load = parallelOhms(this.#zones.filter((zone) => zone.closed).map((zone) => this.#ohms(zone)));
    return Math.min(this.#meter.rms * VOLTS_PER_UNIT, MAX_AMPS * load);
  }

  /** A rms in the line of the zone with that index; 0 for a zone that is not there. */
  zoneAmps(index: number): number {
    const zone = this.#zones[index];
    return zone?.closed ? this.outputVolts() / this.#ohms(zone) : 0;
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
    for (const zone of this.#zones) this.#gate(zone, at);
  }

  #gate(zone: Zone, at: number): void {
    const closed = this.#contact(zone);
    if (closed !== zone.closed) this.#events.add(at, { type: "relay", relay: zone.id, closed });
    zone.closed = closed;
    zone.audible = closed && this.#amplifier.state === "on";
    if (!zone.audible) this.#endTape(zone, at);
  }

  #contact(zone: Zone): boolean {
    for (const fault of this.#faults)
      if (fault.code === "RELAY_STUCK" && fault.zone === zone.id) return fault.position === "closed";
    return zone.pin;
  }

  #play(now: number): void {
    if (now <= this.#now) return;
    this.#now = now;
    this.#card.advance(now, (samples, frames, atMs) => {
      this.#meter.feed(samples, frames);
      for (const zone of this.#zones) if (zone.audible) this.#record(zone, samples, frames, atMs);
    });
  }

  #record(zone: Zone, samples: Int16Array | null, frames: number, atMs: number): void {
    if (!zone.tape) {
      zone.tape = this.#recorder.begin(zone.id, atMs);
      this.#events.add(atMs, { type: "recording", zone: zone.id, state: "started" });
    }
    zone.tape.write(this.#sounds(zone) ? samples : null, frames);
  }

  /** Whether the line carries what the card plays: horns on a broken line, or beside a shorted one, are silent. */
  #sounds(zone: Zone): boolean {
    const shorted = this.#zones.some((other) => other.closed && this.#hasLineFault(other, "LINE_SHORT"));
    return !shorted && Number.isFinite(this.#ohms(zone)) && !this.has("AMP_NO_OUTPUT");
  }

  #endTape(zone: Zone, at: number): void {
    if (!zone.tape) return;
    zone.tape.finish();
    zone.tape = null;
    this.#events.add(at, { type: "recording", zone: zone.id, state: "finished" });
  }

  #hasLineFault(zone: Zone, code: FaultCode): boolean {
    return this.#faults.some((fault) => fault.code === code && "zone" in fault && fault.zone === zone.id);
  }

  #ohms(zone: Zone): number {
    const faults: LineFault[] = [];
    for (const fault of this.#faults) {
      if (!("zone" in fault) || fault.zone !== zone.id) continue;
      if (fault.code === "LINE_OPEN") faults.push({ kind: "open" });
      if (fault.code === "LINE_SHORT") faults.push({ kind: "short" });
      if (fault.code === "LINE_HORN_LOST") faults.push({ kind: "horns-lost", horns: fault.horns ?? 1 });
    }
    return lineOhms({ horns: zone.horns, hornOhms: HORN_OHMS }, faults);
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
    this.#supply(now);
  }

  #supply(now: number): void {
    this.#supplied = this.#cabinet.supplies;
    this.#amplifier.setSupply(this.#supplied, now);
  }
}
