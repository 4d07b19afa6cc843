import type { UnixMs } from "@loa/kernel/clock";
import type { ClockLine } from "../ports.ts";
import { msOf, SAMPLE_RATE } from "./frames.ts";

/**
 * Translates between media frames and local time. Media frames count station time from a base at 48 kHz; local times
 * are ms since a local base. Both are small numbers: a double holds Unix time in ms only to 0.24 µs, a hundredth of a
 * frame, and sums of such errors would wander.
 */
export class StationTime {
  readonly #localBase: UnixMs;
  readonly #stationBase: UnixMs;
  #line: ClockLine;

  /** `localBase`: a whole ms near the present local time. */
  constructor(localBase: UnixMs) {
    this.#localBase = localBase;
    this.#stationBase = localBase;
    this.#line = { refMs: localBase, offsetMs: 0, drift: 0 };
  }

  /** Media ms per local ms. */
  get mediaRate(): number {
    return 1 + this.#line.drift;
  }

  setLine(line: ClockLine): void {
    this.#line = line;
  }

  /** The media frame (a fraction) of a station time. */
  frameOf(stationMs: UnixMs): number {
    return ((stationMs - this.#stationBase) * SAMPLE_RATE) / 1_000;
  }

  /** The media frame that is due at a local time. */
  frameAt(localMs: number): number {
    const { refMs, offsetMs, drift } = this.#line;
    const sinceRef = localMs + (this.#localBase - refMs);
    const stationSinceBase = localMs + (this.#localBase - this.#stationBase) + offsetMs + drift * sinceRef;
    return (stationSinceBase * SAMPLE_RATE) / 1_000;
  }

  /** The local time at which a media frame is due. */
  dueAt(frame: number): number {
    const { refMs, offsetMs, drift } = this.#line;
    const shift = this.#localBase - this.#stationBase + offsetMs + drift * (this.#localBase - refMs);
    return (msOf(frame) - shift) / (1 + drift);
  }
}
