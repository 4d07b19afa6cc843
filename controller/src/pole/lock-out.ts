import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { minutes } from "@loa/kernel/units";
import {
  isLockedOut,
  type KeptLockOut,
  LONGEST_LOCK_OUT_MS,
  leftAfterRestart,
  type SwitchState,
  USUAL_LOCK_OUT_MS,
} from "../core/lock-out.ts";
import type { Journal } from "../link/journal.ts";
import type { Hardware } from "../ports.ts";

/** What locking out needs. */
export interface LockOutDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
  readonly hardware: Hardware;
  /** The station has a lock-out switch. */
  readonly hasSwitch: boolean;
  /** Station time, and whether it is believed. */
  time(): { readonly now: UnixMs; readonly synchronised: boolean };
  /** Whether the station is locked out, or until when, changed. */
  changed(): void;
}

const FACT = "lockOut";
const NOTE_MS = minutes(1);

/**
 * A person works at the pole: nothing may be energised. By the switch as long as it is on, or by command for at most two hours. Only who is
 * at the pole locks out or releases; the command's time runs by the machine's own monotonic clock, so that no clock that is set ends it.
 */
export class LockOut {
  readonly #deps: LockOutDeps;
  /** On the machine's monotonic scale. */
  #endsAt: UnixMs | null = null;
  #position: SwitchState = "none";
  #timers: Cancel[] = [];

  constructor(deps: LockOutDeps) {
    this.#deps = deps;
  }

  /** Takes up what stood when the power went. Call before anything may sound. */
  restore(): void {
    const text = this.#deps.journal.fact(FACT);
    if (!text) return;
    const { now, synchronised } = this.#deps.time();
    const leftMs = leftAfterRestart(JSON.parse(text) as KeptLockOut, now, synchronised);
    if (leftMs > 0) this.#lock(leftMs);
    else this.#note();
  }

  close(): void {
    this.#note();
    for (const stop of this.#timers) stop();
  }

  /**
   * Locks out from now, or for longer than was said before.
   * @throws BAD_REQUEST not more than no time and at most two hours
   */
  lock(forMinutes = USUAL_LOCK_OUT_MS / 60_000): void {
    const ms = minutes(forMinutes);
    if (!(ms > 0 && ms <= LONGEST_LOCK_OUT_MS))
      throw new LoaError("BAD_REQUEST", "a lock-out lasts at most 120 minutes; it can be renewed", {
        forMinutes,
      });
    this.#lock(ms);
    this.#deps.log.warn({ forMinutes }, "locked out at the pole");
  }

  /** Ends the lock-out by command. The switch, where it is on, still holds. */
  release(): void {
    if (this.#endsAt === null) return;
    this.#endsAt = null;
    this.#stopTimers();
    this.#note();
    this.#deps.log.warn({}, "the lock-out at the pole ended");
    this.#deps.changed();
  }

  /** Looks at the switch. */
  look(): void {
    const before = this.#position;
    this.#position = this.#read();
    if (before === this.#position) return;
    this.#deps.log.info({ position: this.#position }, "lock-out switch");
    this.#deps.changed();
  }

  /** Whether nothing may be energised now. */
  get active(): boolean {
    return isLockedOut(this.#endsAt !== null, this.#read());
  }

  /** Whether somebody works at the pole; unknown while the switch cannot be read. */
  get standing(): boolean | "unknown" {
    if (this.#endsAt !== null) return true;
    const { hasSwitch, hardware } = this.#deps;
    const on = hardware.readings().lockOutSwitch;
    return hasSwitch ? (on ?? "unknown") : false;
  }

  /** By what it is locked out; `until` is station time, null where only the switch holds. */
  get state(): { readonly by: readonly ("switch" | "command")[]; readonly until: UnixMs | null } {
    const { clock, time } = this.#deps;
    const until = this.#endsAt === null ? null : time().now + this.#endsAt - clock.now();
    const bySwitch = this.#read() === "on" ? ["switch" as const] : [];
    return { by: until === null ? bySwitch : [...bySwitch, "command"], until };
  }

  /** A board that is away energises nothing, and says nothing of its switch. */
  #read(): SwitchState {
    const { hasSwitch, hardware } = this.#deps;
    if (!hasSwitch || hardware.state !== "ready") return "none";
    const on = hardware.readings().lockOutSwitch;
    return on === undefined ? "unknown" : on ? "on" : "off";
  }

  #lock(ms: number): void {
    const { clock, changed } = this.#deps;
    this.#stopTimers();
    this.#endsAt = clock.now() + ms;
    this.#timers = [
      clock.at("lock-out-ends", this.#endsAt, () => this.release()),
      clock.every("note-lock-out", NOTE_MS, () => this.#note()),
    ];
    changed();
    this.#note();
  }

  #stopTimers(): void {
    for (const stop of this.#timers) stop();
    this.#timers = [];
  }

  /** A disk that takes nothing keeps nobody from being safe. */
  #note(): void {
    const { clock, journal, time, log } = this.#deps;
    const { now, synchronised } = time();
    const leftMs = this.#endsAt === null ? 0 : this.#endsAt - clock.now();
    const kept: KeptLockOut = { until: now + leftMs, leftMs, synchronised };
    try {
      journal.setFact(FACT, this.#endsAt === null ? "" : JSON.stringify(kept));
    } catch (error) {
      log.error({ error: String(error) }, "the journal takes no lock-out; it holds until a restart");
    }
  }
}
