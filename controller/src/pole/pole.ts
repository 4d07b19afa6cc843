import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import type { StationEvent } from "@loa/protocol/faults";
import type { AlertKeeper } from "../alert-keeper.ts";
import type { StationConfig } from "../config.ts";
import type { Journal } from "../link/journal.ts";
import type { Hardware } from "../ports.ts";
import { AlarmButton } from "./alarm-button.ts";
import { LockOut } from "./lock-out.ts";
import type { PoleRequest, PoleStatus } from "./pole-messages.ts";
import { PoleServer } from "./pole-server.ts";

/** What a person at the pole acts upon. */
export interface PoleDeps {
  readonly config: StationConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
  readonly hardware: Hardware;
  readonly alerts: AlertKeeper;
  time(): { readonly now: UnixMs; readonly synchronised: boolean };
  soundableAt(): UnixMs;
  sounding(): boolean;
  tell(event: StationEvent): void;
  /** What may sound has changed. */
  changed(): void;
}

/** Button and switch are looked at this often. */
const LOOK_MS = 50;

/** What a person at the pole does: lock-out, alarm button, and commands over a local socket. */
export class Pole {
  readonly #deps: PoleDeps;
  readonly lockOut: LockOut;
  readonly #button: AlarmButton;
  readonly #server: PoleServer;
  #looking: Cancel = () => {};

  constructor(deps: PoleDeps) {
    this.#deps = deps;
    const { config, clock, log, journal, hardware, alerts, time, changed, soundableAt, tell } = deps;
    const hasSwitch = config.board.lockOutPin !== null;
    this.lockOut = new LockOut({ clock, log, journal, hardware, hasSwitch, time, changed });
    this.#button = new AlarmButton({
      ...{ config: config.button, clock, log, hardware, alerts, soundableAt, tell },
      now: () => time().now,
      synchronised: () => time().synchronised,
    });
    this.#server = new PoleServer(config.data, log, (request) => this.#answer(request));
  }

  /** Call before anything may sound. */
  restore(): void {
    this.lockOut.restore();
  }

  async start(): Promise<void> {
    this.#looking = this.#deps.clock.every("look-at-pole", LOOK_MS, () => {
      this.lockOut.look();
      this.#button.look();
    });
    await this.#server.listen();
  }

  close(): void {
    this.#looking();
    this.lockOut.close();
    this.#server.close();
  }

  #answer(request: PoleRequest): PoleStatus {
    if (request.do === "lock-out") this.lockOut.lock(request.minutes);
    if (request.do === "release") this.lockOut.release();
    const { config, time, sounding } = this.#deps;
    const { by, until } = this.lockOut.state;
    const { station } = config;
    return { station, at: time().now, lockedOut: [...by], lockedOutUntil: until, sounding: sounding() };
  }
}
