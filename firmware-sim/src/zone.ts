import type { EventLog } from "./event-log.ts";
import type { Fault, FaultCode } from "./faults.ts";
import { type LineFault, lineOhms } from "./loudspeaker-line.ts";
import type { Recorder, Tape } from "./recorder.ts";

/** A zone of the simulated station. */
export interface ZoneOptions {
  readonly id: string;
  /** Horns as commissioned. */
  readonly horns: number;
}

const HORN_OHMS = 667;

/** One zone: its relay, its line of horns, and the ear that records them. */
export class Zone {
  readonly id: string;
  readonly horns: number;
  readonly #recorder: Recorder;
  readonly #events: EventLog;
  #pin = false;
  #closed = false;
  #audible = false;
  #tape: Tape | null = null;
  #faults: readonly Fault[] = [];

  constructor({ id, horns }: ZoneOptions, recorder: Recorder, events: EventLog) {
    this.id = id;
    this.horns = horns;
    this.#recorder = recorder;
    this.#events = events;
  }

  /** Whether the relay's contact is closed; a stuck relay does not follow its pin. */
  get closed(): boolean {
    return this.#closed;
  }

  get recording(): boolean {
    return this.#tape !== null;
  }

  /** Impedance of the line, Ω; Infinity when open. */
  get ohms(): number {
    const line = { horns: this.horns, hornOhms: HORN_OHMS };
    return lineOhms(line, this.#faults.flatMap(lineFaults));
  }

  /** Whether this line shorts the amplifier's output. */
  get shorts(): boolean {
    return this.#closed && this.#has("LINE_SHORT");
  }

  /** Takes effect at the next `gate`. */
  setPin(high: boolean): void {
    this.#pin = high;
  }

  /** Keeps those of the station's faults that concern this zone; they take effect at the next `gate`. */
  setFaults(faults: readonly Fault[]): void {
    this.#faults = faults.filter((fault) => "zone" in fault && fault.zone === this.id);
  }

  /** Moves the contact, and ends the recording when sound no longer reaches the line. */
  gate(amplifierOn: boolean, at: number): void {
    const closed = this.#contact();
    if (closed !== this.#closed) this.#events.add(at, { type: "relay", relay: this.id, closed });
    this.#closed = closed;
    this.#audible = closed && amplifierOn;
    if (!this.#audible) this.endTape(at);
  }

  /** Hears a stretch of the card, or silence when `samples` is null. */
  hear(samples: Int16Array | null, frames: number, atMs: number): void {
    if (!this.#audible) return;
    if (!this.#tape) {
      this.#tape = this.#recorder.begin(this.id, atMs);
      this.#events.add(atMs, { type: "recording", zone: this.id, state: "started" });
    }
    this.#tape.write(samples, frames);
  }

  endTape(at: number): void {
    if (!this.#tape) return;
    this.#tape.finish();
    this.#tape = null;
    this.#events.add(at, { type: "recording", zone: this.id, state: "finished" });
  }

  #contact(): boolean {
    const stuck = this.#faults.find((fault) => fault.code === "RELAY_STUCK");
    return stuck?.code === "RELAY_STUCK" ? stuck.position === "closed" : this.#pin;
  }

  #has(code: FaultCode): boolean {
    return this.#faults.some((fault) => fault.code === code);
  }
}

function lineFaults(fault: Fault): LineFault[] {
  if (fault.code === "LINE_OPEN") return [{ kind: "open" }];
  if (fault.code === "LINE_SHORT") return [{ kind: "short" }];
  return fault.code === "LINE_HORN_LOST" ? [{ kind: "horns-lost", horns: fault.horns ?? 1 }] : [];
}
