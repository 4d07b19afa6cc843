import { randomBytes } from "node:crypto";
import { parseJson } from "@loa/protocol/parse";
import { provesTime, TimeReply, type TimeRequest } from "@loa/protocol/time";
import { RESUMED_BURSTS, timePauseMs, timeResumeMs } from "@loa/protocol/time-pace";

/** A station that has not heard its hub's time believes its own clock so far. */
const RTC_ERROR_MS = 5_000;

/**
 * A light station's time: of each burst of eight exchanges the one with the least round trip. It asks at a controller's pace, but follows no
 * crystal's drift, because nothing here plays in step.
 */
export class TimeExchange {
  offsetMs = 0;
  errorMs = RTC_ERROR_MS;
  heard = false;
  #waiting: Map<string, number> | null = null;
  #bestMs = Number.POSITIVE_INFINITY;

  #bursts = 0;

  /** When to begin after a connection came up, ms. */
  resumeMs(soundInMs: number, chance: number): number {
    this.#bursts = this.heard ? RESUMED_BURSTS : 0;
    return this.heard ? timeResumeMs({ soundInMs, chance }) : 0;
  }

  /** Pause after the burst that was begun last, ms. */
  pauseMs(soundInMs: number, chance: number): number {
    return timePauseMs({ bursts: this.#bursts++, soundInMs, chance });
  }

  begin(): void {
    this.#waiting = new Map();
    this.#bestMs = Number.POSITIVE_INFINITY;
  }

  ask(localNow: number): TimeRequest {
    const nonce = randomBytes(12).toString("base64url");
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
    if (roundTripMs < this.#bestMs) {
      this.#bestMs = roundTripMs;
      this.offsetMs = (t2 - t1 + (t3 - t4)) / 2;
      this.errorMs = Math.max(roundTripMs / 2, 0.01);
      this.heard = true;
    }
    return roundTripMs;
  }
}
