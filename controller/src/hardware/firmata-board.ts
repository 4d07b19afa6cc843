import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { backoffMs } from "@loa/kernel/retry";
import type { Hardware, HardwareState, Readings, ZoneId } from "../ports.ts";
import type { BoardConfig } from "./board-config.ts";
import { AMPLIFIER_RELAY, BoardSession, zoneRelay } from "./board-session.ts";

/** Waits between attempts; short, because a station without its board is mute. */
const RETRY = { baseMs: 250, capMs: 3_000 };

/**
 * The relay and sensor board behind a serial port: an Arduino with StandardFirmata. It connects and reconnects for ever.
 * After every connect, and after a reset of the board, all relays are open; whoever decides on them sets them anew
 * on `ready`. What is set while the board is not ready is ignored and counted.
 */
export class FirmataBoard implements Hardware {
  readonly #config: BoardConfig;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #listeners: ((state: HardwareState) => void)[] = [];
  #state: HardwareState = "connecting";
  #session: BoardSession | null = null;
  #cancelRetry: Cancel = () => {};
  #attempt = 0;
  #closed = false;
  #ignored = 0;

  constructor(config: BoardConfig, clock: Clock, log: Logger) {
    this.#config = config;
    this.#clock = clock;
    this.#log = log;
  }

  get state(): HardwareState {
    return this.#state;
  }

  /** How often a relay was set while the board was not ready. */
  get ignoredWrites(): number {
    return this.#ignored;
  }

  start(): void {
    this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    await this.#session?.close();
    this.#session = null;
  }

  setAmplifier(on: boolean): void {
    this.#set(AMPLIFIER_RELAY, on);
  }

  setZone(zone: ZoneId, closed: boolean): void {
    this.#set(zoneRelay(zone), closed);
  }

  /** Empty while the board is not ready: an old value would hide that nothing is measured. */
  readings(): Readings {
    return this.#session?.readings() ?? { zoneAmps: {} };
  }

  onState(listener: (state: HardwareState) => void): void {
    this.#listeners.push(listener);
  }

  #set(relay: string, closed: boolean): void {
    if (!this.#session?.setRelay(relay, closed)) this.#ignored++;
  }

  #connect(): void {
    if (this.#closed) return;
    const session = new BoardSession(
      { config: this.#config, clock: this.#clock, log: this.#log },
      { ready: () => this.#ready(), ended: (reason) => this.#ended(reason) },
    );
    this.#session = session;
  }

  #ready(): void {
    this.#attempt = 0;
    this.#log.info({ port: this.#config.port }, "board ready");
    this.#become("ready");
  }

  #ended(reason: string): void {
    if (this.#closed) return;
    this.#session = null;
    const waitMs = backoffMs(this.#attempt++, Math.random(), RETRY);
    this.#log.warn({ port: this.#config.port, reason, waitMs }, "board lost");
    if (this.#state === "ready") this.#become("lost");
    this.#cancelRetry = this.#clock.at("board-retry", this.#clock.now() + waitMs, () => this.#connect());
  }

  #become(state: HardwareState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
