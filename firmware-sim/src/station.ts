import { join } from "node:path";
import type { Logger } from "@loa/kernel/log";
import { crystalPpmOf } from "./crystal.ts";
import { EventLog } from "./event-log.ts";
import type { Fault } from "./faults.ts";
import { FirmataBoard, type Wires } from "./firmata-board.ts";
import { openSerialLine, type SerialLine } from "./pty.ts";
import { FileRecorder } from "./recorder.ts";
import { SoundCard } from "./sound-card.ts";
import { describeStation, type StationView } from "./station-view.ts";
import type { SimStation } from "./stations-file.ts";
import { ANALOG_SCALES, toCounts, WIRING } from "./uno.ts";
import { DEFAULT_HOLD_MS, DEFAULT_WARM_UP_MS, World } from "./world.ts";

/** How long a finger stays on the alarm button where nothing else is said. */
const PRESS_MS = 1_000;
/** Chance that a tick of 10 ms brings noise while SERIAL_NOISE is on: about 8 bursts a second. */
const NOISE_CHANCE = 0.08;

/** What a station gets from outside. */
export interface StationSurroundings {
  /** Folder of all data; the station uses `sim/<stationId>` and `recordings/<stationId>` in it. */
  readonly data: string;
  readonly log: Logger;
  /** Unix ms on the monotonic scale. */
  readonly now: () => number;
  /** A number in [0, 1), for noise. */
  readonly chance: () => number;
}

/** One simulated station: a board on a pseudo-terminal, a sound card on a socket, and the world between them. */
export class Station {
  readonly options: SimStation;
  readonly events = new EventLog();
  readonly world: World;
  readonly boardLink: string;
  readonly cardPath: string;
  readonly crystalPpm: number;
  readonly #surroundings: StationSurroundings;
  readonly #board: FirmataBoard;
  readonly #card: SoundCard;
  #line: SerialLine | null = null;
  #pressedUntil = 0;

  constructor(options: SimStation, surroundings: StationSurroundings) {
    const { data, log, now } = surroundings;
    this.options = options;
    this.#surroundings = surroundings;
    this.crystalPpm = options.crystalPpm ?? crystalPpmOf(options.stationId);
    this.boardLink = join(data, "sim", options.stationId, "board");
    this.cardPath = join(data, "sim", options.stationId, "card.sock");
    const recorder = new FileRecorder({
      folder: join(data, "recordings", options.stationId),
      stationId: options.stationId,
      crystalPpm: this.crystalPpm,
      log,
    });
    recorder.removeHalves(options.zones.map((zone) => zone.id));
    this.world = new World(
      {
        startMs: now(),
        zones: options.zones,
        crystalPpm: this.crystalPpm,
        warmUpMs: options.warmUpMs ?? DEFAULT_WARM_UP_MS,
        holdMs: options.holdMs ?? DEFAULT_HOLD_MS,
      },
      recorder,
      this.events,
    );
    this.#board = new FirmataBoard(this.#wires(), (bytes) => this.#line?.write(bytes));
    this.#card = new SoundCard({ path: this.cardPath, world: this.world, events: this.events, now });
  }

  /** Powers the board and opens the card. */
  async start(): Promise<void> {
    await this.#card.listen();
    this.#plug();
  }

  /** Brings everything up to now; called every 10 ms. */
  tick(): void {
    const now = this.#surroundings.now();
    this.world.advance(now);
    if (this.#line && !this.world.has("BOARD_LOST")) this.#board.poll(now);
    if (this.world.has("SERIAL_NOISE") && this.#surroundings.chance() < NOISE_CHANCE) this.#makeNoise();
    this.#card.tick();
  }

  inject(fault: Fault): void {
    this.world.inject(fault, this.#surroundings.now());
  }

  clearFaults(): void {
    this.world.clearFaults(this.#surroundings.now());
  }

  /** The reset button of the board; without effect while it is unplugged. */
  reset(): void {
    if (!this.#line) return;
    const now = this.#surroundings.now();
    this.#board.reset(now);
    this.events.add(now, { type: "board-reset" });
  }

  /** Pulls the USB plug, which is also the board's supply: the terminal vanishes and every pin falls. */
  unplug(): void {
    if (!this.#line) return;
    const now = this.#surroundings.now();
    this.#line.close();
    this.#line = null;
    this.#board.powerOff(now);
    this.events.add(now, { type: "unplugged" });
  }

  /** Plugs it in again: another terminal under the same symlink, and a booting board. */
  replug(): void {
    if (this.#line) return;
    this.#plug();
    this.events.add(this.#surroundings.now(), { type: "replugged" });
  }

  /** Presses the alarm button for some ms. */
  pressButton(forMs = PRESS_MS): void {
    const now = this.#surroundings.now();
    this.#pressedUntil = now + forMs;
    this.events.add(now, { type: "button", pressed: true });
  }

  /** The truth at this moment. */
  view(): StationView {
    const now = this.#surroundings.now();
    this.world.advance(now);
    return describeStation(this, now, this.#line?.path ?? null, this.#board.outputs());
  }

  /** Ends recordings, removes socket and symlink. */
  async close(): Promise<void> {
    this.#line?.close();
    this.#line = null;
    await this.#card.close();
    // Last, so that nothing can begin another recording.
    this.world.close(this.#surroundings.now());
  }

  #plug(): void {
    this.#line = openSerialLine(this.boardLink, (bytes) => {
      if (!this.world.has("BOARD_LOST")) this.#board.receive(bytes, this.#surroundings.now());
    });
    this.#board.reset(this.#surroundings.now());
  }

  #makeNoise(): void {
    const { chance } = this.#surroundings;
    this.#line?.write(
      Uint8Array.from({ length: 1 + Math.floor(chance() * 8) }, () => Math.floor(chance() * 256)),
    );
  }

  #wires(): Wires {
    return {
      drive: (pin, high, now) => this.#drive(pin, high, now),
      level: (pin, now) => {
        if (pin === WIRING.door) return this.world.has("DOOR_OPEN");
        if (pin === WIRING.lockOut) return this.world.has("LOCK_OUT_SWITCH");
        return pin === WIRING.button && now < this.#pressedUntil;
      },
      counts: (channel, now) => {
        const noise = Math.floor(this.#surroundings.chance() * 3) - 1;
        return Math.min(1023, Math.max(0, this.#counts(channel, now) + noise));
      },
    };
  }

  #drive(pin: number, high: boolean, now: number): void {
    if (pin === WIRING.amplifierRelay) this.world.setAmplifierRelay(high, now);
    if (pin === WIRING.heartbeat) this.world.beat(now);
    const zone = WIRING.zoneRelays.indexOf(pin);
    if (zone >= 0) this.world.setZoneRelay(zone, high, now);
  }

  #counts(channel: number, now: number): number {
    const { world } = this;
    const scale = ANALOG_SCALES;
    switch (channel) {
      case scale.outputVolts.channel:
        return toCounts(world.outputVolts(), scale.outputVolts);
      case scale.zone1Amps.channel:
        return toCounts(world.zoneAmps(0), scale.zone1Amps);
      case scale.zone2Amps.channel:
        return toCounts(world.zoneAmps(1), scale.zone2Amps);
      case scale.mainsVolts.channel:
        return toCounts(world.mainsVolts, scale.mainsVolts);
      case scale.batteryVolts.channel:
        return toCounts(world.batteryVolts, scale.batteryVolts);
      case scale.temperature.channel:
        return toCounts(world.temperature(now), scale.temperature);
      default:
        return 0;
    }
  }
}
