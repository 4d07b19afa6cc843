import { randomBytes } from "node:crypto";
import { parseJson } from "@loa/protocol/parse";
import { provesTime, TimeReply, type TimeRequest } from "@loa/protocol/time";
import { RESUMED_BURSTS, timePauseMs, timeResumeMs } from "@loa/protocol/time-pace";

/** A station that has not heard its hub's time believes its own clock so far. */
const RTC_ERROR_MS = 5_000;

/** Nonces of this process differ from each other and from those of every other; that nobody can guess them is of no use here. */
const PROCESS = randomBytes(9).toString("base64url");
let nonces = 0;

/** How fast what was heard loses its worth. */
const CRYSTAL_PPM = 60;

/**
 * A light station's time: the exchange with the least round trip, until one is better than what that has aged to. It asks at a controller's pace, but without
 * its dense first minutes: it follows no crystal's drift, because nothing here plays in step, and thousands of stations are switched on at once.
 */
export class TimeExchange {
  offsetMs = 0;
  errorMs = RTC_ERROR_MS;
  heard = false;
  #waiting: Map<string, number> | null = null;
  #heardAt = 0;
  #bursts = 0;

  /** When to begin after a connection came up, ms. */
  resumeMs(soundInMs: number, chance: number): number {
    this.#bursts = this.heard ? RESUMED_BURSTS : RESUMED_BURSTS - 1;
    return this.heard ? timeResumeMs({ soundInMs, chance }) : 0;
  }

  /** Pause after the burst that was begun last, ms. */
  pauseMs(soundInMs: number, chance: number): number {
    return timePauseMs({ bursts: this.#bursts++, soundInMs, chance });
  }

  begin(): void {
    this.#waiting = new Map();
  }

  ask(localNow: number): TimeRequest {
    const nonce = PROCESS + (++nonces).toString(36).padStart(8, "0");
    this.#waiting?.set(nonce, localNow);
    return { nonce, t1: localNow };
  }

  /** Takes an answer in; what is not proven, or was not asked, is dropped. Answers the round trip, ms, or null. */
  take(payload: Uint8Array, secret: Uint8Array, t4: number): number | null {
    const reply = parseJson(TimeReply, payload, "time reply");
    const t1 = this.#waiting?.get(reply.nonce);
    if (t1 === undefined || t1 !== reply.t1 || !provesTime(secret, reply)) return null;
    this.#waiting?.delete(reply.nonce);
    const { t2, t3 } = reply;
    const roundTripMs = t4 - t1 - (t3 - t2);
    const errorMs = Math.max(roundTripMs / 2, 0.01);
    const offsetMs = (t2 - t1 + (t3 - t4)) / 2;
    const held = this.errorMs + ((t4 - this.#heardAt) * CRYSTAL_PPM) / 1e6;
    const contradicts = Math.abs(offsetMs - this.offsetMs) > held + errorMs;
    if (!this.heard || errorMs <= held || contradicts) {
      [this.offsetMs, this.errorMs, this.#heardAt] = [offsetMs, errorMs, t4];
      this.heard = true;
    }
    return roundTripMs;
  }
}
