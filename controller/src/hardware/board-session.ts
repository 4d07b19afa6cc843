import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import firmata, { type Firmata } from "firmata-io";
import five, { type Board } from "johnny-five";
import { SerialPort } from "serialport";
import type { Readings } from "../ports.ts";
import type { BoardConfig } from "./board-config.ts";
import { GuardedTransport } from "./guarded-transport.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { checkPins } from "./pin-check.ts";
import { Relays } from "./relays.ts";
import { Sensors } from "./sensors.ts";

/** StandardFirmata's rate. */
const BAUD_RATE = 57_600;
/** A board that does not finish its handshake within this is tried anew. */
const HANDSHAKE_MS = 5_000;
/** A board that does not reset at opening stays silent; after this it is asked for its version. */
const ASK_VERSION_MS = 300;
/** No analog report for so long means that the board is gone or has forgotten its modes. */
const SILENCE_MS = 1_500;
const SILENCE_CHECK_MS = 100;
/**
 * END_SYSEX and SYSTEM_RESET: ends whatever message was cut off, then every output falls and every report ceases. Said first
 * and last: what an earlier session left, or told a board that was still booting, must not hold a relay.
 */
const REST = Buffer.of(0xf7, 0xff);

/** Name of the amplifier among the relays; zones are named by `zoneRelay`. */
export const AMPLIFIER_RELAY = "amplifier";
/** Name of a zone's relay. */
export const zoneRelay = (zone: string): string => `zone:${zone}`;

/** What a session tells its owner; `ended` comes once, and nothing after it. */
export interface SessionEvents {
  ready(): void;
  ended(reason: string): void;
}

/** Everything a session stands on. */
export interface SessionOptions {
  readonly config: BoardConfig;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One connection to the board, from opening the port to its loss. A lost session is thrown away, never mended. */
export class BoardSession {
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  readonly #transport: GuardedTransport;
  readonly #io: Firmata;
  readonly #timers: Cancel[] = [];
  #board: Board | null = null;
  #relays: Relays | null = null;
  #sensors: Sensors | null = null;
  #ended = false;

  constructor(options: SessionOptions, events: SessionEvents) {
    this.#options = options;
    this.#events = events;
    // Without hupcl the line's DTR stays up when the station restarts, so that an Uno is not reset by that.
    const port = new SerialPort({ path: options.config.port, baudRate: BAUD_RATE, hupcl: false });
    this.#transport = new GuardedTransport(port, {
      lost: (reason) => this.#end(reason),
      upset: (error) => this.#skip(error),
    });
    this.#transport.once("open", () => this.#transport.write(REST));
    this.#io = new firmata.Firmata(this.#transport, { reportVersionTimeout: ASK_VERSION_MS });
    this.#io.on("error", (error: Error) => this.#end(error.message));
    this.#io.once("ready", () => this.#open());
    const { clock } = options;
    this.#after("board-handshake", HANDSHAKE_MS, () => {
      if (!this.#sensors) this.#end("no handshake");
    });
    this.#timers.push(clock.every("board-silence", SILENCE_CHECK_MS, () => this.#checkSilence()));
  }

  /** Closes or opens a relay; false when the board is not ready or has no such relay. */
  setRelay(name: string, closed: boolean): boolean {
    return this.#relays?.set(name, closed) ?? false;
  }

  /** What the inputs said in this session. */
  readings(): Readings {
    return this.#sensors?.readings() ?? { zoneAmps: {} };
  }

  /** Opens every relay and lets go of the port. */
  async close(): Promise<void> {
    this.#release();
    this.#transport.write(REST);
    await this.#transport.close();
  }

  #open(): void {
    if (this.#ended) return;
    const board = new five.Board({ io: this.#io, repl: false, debug: false, sigint: false });
    this.#board = board;
    board.on("error", (error: unknown) => this.#options.log.warn({ error }, "the board library complains"));
    board.once("ready", () => {
      if (this.#ended) return;
      try {
        this.#setUp(board);
      } catch (error) {
        this.#end(error instanceof Error ? error.message : String(error));
      }
    });
  }

  #setUp(board: Board): void {
    const { config, clock } = this.#options;
    checkPins(this.#io, config);
    const pins = new Map([[AMPLIFIER_RELAY, config.amplifierPin]]);
    for (const { zone, relayPin } of config.zones) pins.set(zoneRelay(zone), relayPin);
    this.#relays = new Relays(board, this.#io, pins);
    this.#watchForReset();
    this.#sensors = new Sensors(this.#io, config, clock);
    this.#timers.push(startHeartbeat(this.#io, clock, config.heartbeatPin, config.heartbeatMs));
    this.#events.ready();
  }

  /** A booting board names its version unasked. Noise may look like that, but hardly with the right numbers. */
  #watchForReset(): void {
    const { major, minor } = this.#io.version;
    this.#io.on("reportversion", () => {
      const { version } = this.#io;
      if (version.major === major && version.minor === minor) this.#end("the board was reset");
    });
  }

  #checkSilence(): void {
    if (!this.#sensors) return;
    const silentMs = this.#options.clock.now() - this.#sensors.lastReportAt;
    if (silentMs > SILENCE_MS) this.#end(`no report for ${Math.round(silentMs)} ms`);
  }

  #skip(error: unknown): void {
    this.#io.buffer.length = 0;
    this.#options.log.debug({ error }, "bytes from the board make no sense");
  }

  #after(name: string, ms: number, run: () => void): void {
    this.#timers.push(this.#options.clock.at(name, this.#options.clock.now() + ms, run));
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#release();
    void this.#transport.abandon(REST);
    this.#events.ended(reason);
  }

  /** Stops timers and takes this session out of the libraries' own registers. */
  #release(): void {
    this.#ended = true;
    for (const cancel of this.#timers) cancel();
    clearTimeout(this.#io.reportVersionTimeoutId);
    if (this.#board?.timer) clearTimeout(this.#board.timer);
    this.#relays?.letGo();
    this.#relays = null;
    const { cache } = five.Board;
    if (this.#board) cache.splice(cache.indexOf(this.#board), 1);
    five.Board.Pins.normalize.clear();
  }
}
