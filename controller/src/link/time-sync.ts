import { randomBytes } from "node:crypto";
import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { parseJson } from "@loa/protocol/parse";
import { provesTime, TimeReply, type TimeRequest } from "@loa/protocol/time";
import {
  RESUMED_BURSTS,
  TIME_BURST,
  TIME_BURST_GAP_MS,
  timePauseMs,
  timeResumeMs,
} from "@loa/protocol/time-pace";
import {
  agedError,
  type ClockEstimate,
  type ClockFilter,
  contradicted,
  type Exchange,
  estimate,
  NO_BURSTS,
  stationTime,
  takeBurst,
} from "../core/clock-filter.ts";
import type { ClockLine } from "../ports.ts";

const BURST_PATIENCE_MS = 1_500;
/** However long a pause is, it is looked at anew so often: sound may have come near, or the process may have stood still. */
const LOOK_MS = 5_000;
/** A look that comes so late means that the process stood still. */
const STALL_MS = 1_000;
/** After a reconnection a time whose error bound is below this need not be found anew. */
const STILL_KNOWN_MS = 100;
/** A hub time this far from the board's own clock needs that clock to agree. */
export const STEP_MS = 2_000;
/** What an RTC-backed board clock is trusted to, and without one. */
const RTC_ERROR_MS = 5_000;
/** The error bound up to which a station counts as synchronised. Source: docs/protocol-rules.md */
const SYNCHRONISED_MS = 60_000;

/** How well the station knows the time. */
export interface TimeState {
  readonly line: ClockLine;
  readonly errorMs: number;
  readonly synchronised: boolean;
  readonly source: "hub" | "rtc" | "none";
}

/** Where the exchange gets what it needs. */
export interface TimeSyncDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly secret: Uint8Array;
  /** A battery-backed clock stands behind the board's own time. */
  readonly rtc: boolean;
  /** Station time never goes below this, Unix ms. */
  readonly floor: number;
  /** Until something sounds, ms; 0 while it does, Infinity when nothing is planned. */
  soundInMs(): number;
  /** A number in [0, 1), drawn anew. */
  chance(): number;
  send(request: TimeRequest): boolean;
  /** `movedMs`: how much later it is now than was believed. */
  changed(state: TimeState, movedMs: number): void;
}

/**
 * The station's time: the board's own until the hub was heard, then the hub's, measured in bursts of eight exchanges: densely until
 * the line has settled, after anything that makes it doubtful, and around whatever sounds; else rarely. Station time is the board's monotonic
 * time put on a line.
 */
export class TimeSync {
  readonly #deps: TimeSyncDeps;
  /** By so much the last stored instant was ahead of the board's clock: so late it is at least. */
  readonly #behindMs: number;
  readonly #waiting = new Map<string, number>();
  #exchanges: Exchange[] = [];
  #filter: ClockFilter = NO_BURSTS;
  #estimate: ClockEstimate | null = null;
  #bursts = 0;
  #stop: Cancel[] = [];
  #running = false;

  constructor(deps: TimeSyncDeps) {
    this.#deps = deps;
    this.#behindMs = Math.max(0, deps.floor - deps.clock.now());
  }

  /** Begins exchanging after the link came up: at once, unless the time is still well known. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    const { clock } = this.#deps;
    const known = this.#estimate && agedError(this.#estimate, clock.now()) <= STILL_KNOWN_MS;
    this.#bursts = known ? RESUMED_BURSTS : 0;
    const [from, chance] = [clock.now(), this.#deps.chance()];
    if (known) this.#look(() => from + timeResumeMs({ soundInMs: this.#deps.soundInMs(), chance }));
    else this.#burst();
  }

  pause(): void {
    this.#running = false;
    for (const stop of this.#stop.splice(0)) stop();
  }

  now(): number {
    return stationTime(this.state().line, this.#deps.clock.now());
  }

  state(): TimeState {
    const { clock, rtc, floor } = this.#deps;
    const local = clock.now();
    if (this.#estimate) {
      const errorMs = agedError(this.#estimate, local);
      return { line: this.#estimate.line, errorMs, synchronised: errorMs <= SYNCHRONISED_MS, source: "hub" };
    }
    const line: ClockLine = { refMs: local, offsetMs: this.#behindMs, drift: 0 };
    if (rtc && local >= floor) return { line, errorMs: RTC_ERROR_MS, synchronised: true, source: "rtc" };
    return { line, errorMs: Number.MAX_SAFE_INTEGER, synchronised: false, source: "none" };
  }

  /** Takes an answer in; anything not proven by the secret, or not asked for, is dropped. */
  take(payload: Uint8Array): void {
    const t4 = this.#deps.clock.now();
    const reply = parseJson(TimeReply, payload, "time reply");
    const t1 = this.#waiting.get(reply.nonce);
    if (t1 === undefined || t1 !== reply.t1 || !provesTime(this.#deps.secret, reply)) return;
    this.#waiting.delete(reply.nonce);
    this.#exchanges.push({ t1, t2: reply.t2, t3: reply.t3, t4 });
    if (this.#exchanges.length === TIME_BURST) this.#finish();
  }

  #burst(): void {
    const { clock } = this.#deps;
    this.#stop = [];
    this.#exchanges = [];
    this.#waiting.clear();
    for (let i = 0; i < TIME_BURST; i++)
      this.#stop.push(clock.at("time-request", clock.now() + i * TIME_BURST_GAP_MS, () => this.#ask()));
    this.#stop.push(clock.at("time-burst-ends", clock.now() + BURST_PATIENCE_MS, () => this.#finish()));
  }

  #ask(): void {
    const nonce = randomBytes(12).toString("base64url");
    const t1 = this.#deps.clock.now();
    this.#waiting.set(nonce, t1);
    this.#deps.send({ nonce, t1 });
  }

  #finish(): void {
    for (const stop of this.#stop.splice(0)) stop();
    if (this.#exchanges.length > 0) this.#believe(takeBurst(this.#filter, this.#exchanges));
    this.#exchanges = [];
    if (!this.#running) return;
    const [from, bursts, chance] = [this.#deps.clock.now(), this.#bursts++, this.#deps.chance()];
    this.#look(() => from + timePauseMs({ bursts, soundInMs: this.#deps.soundInMs(), chance }));
  }

  /** Waits for the next burst, whose time may come nearer while it waits. */
  #look(due: () => number): void {
    const { clock } = this.#deps;
    const now = clock.now();
    const next = Math.max(now, Math.min(due(), now + LOOK_MS));
    const look = () => {
      const stalled = clock.now() - next > STALL_MS;
      if (stalled) this.#bursts = 0;
      if (stalled || clock.now() >= due()) this.#burst();
      else this.#look(due);
    };
    this.#stop = [clock.at("time-burst", next, look)];
  }

  #believe(filter: ClockFilter): void {
    const next = estimate(filter);
    if (contradicted(this.#filter, filter)) this.#bursts = 0;
    this.#filter = filter;
    if (!next || !this.#plausible(next)) return;
    const local = this.#deps.clock.now();
    const before = stationTime(this.state().line, local);
    this.#estimate = next;
    this.#deps.changed(this.state(), stationTime(next.line, local) - before);
  }

  /**
   * Never below the floor. A step of more than 2 s while synchronised with the hub needs two sources that agree: the hub and the
   * board's own clock.
   */
  #plausible(next: ClockEstimate): boolean {
    const before = this.state();
    const local = this.#deps.clock.now();
    const now = stationTime(next.line, local);
    if (now < this.#deps.floor) return false;
    const stepMs = Math.abs(now - stationTime(before.line, local));
    const settled = before.source === "hub" && before.synchronised;
    if (!settled || stepMs <= STEP_MS || Math.abs(now - local) <= STEP_MS + RTC_ERROR_MS) return true;
    this.#deps.log.warn(
      { code: "CLOCK_UNSYNCED", stepMs },
      "the hub's time is far from the board's; it is not believed",
    );
    return false;
  }
}
