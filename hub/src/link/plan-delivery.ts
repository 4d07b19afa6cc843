import type { Cancel, Clock } from "@loa/kernel/clock";
import type { ErrorCode } from "@loa/kernel/error-codes";
import type { Logger } from "@loa/kernel/log";
import { minutes, seconds } from "@loa/kernel/units";
import type { Ack } from "@loa/protocol/ack";
import type { StationId } from "@loa/protocol/identity";
import type { Plan } from "@loa/protocol/plan";
import type { PlanPosition } from "@loa/protocol/presence";
import { toTopic } from "@loa/protocol/topics";
import type { Broker } from "../ports.ts";
import type { HubTrust } from "../trust/hub-trust.ts";
import type { PlanHead, StationBook, StationState } from "./station-book.ts";

/** What a station is told that already holds the newest plan. */
export const UNCHANGED = "unchanged";

const LONGEST_WAIT_MS = minutes(1);
/** A station that has stored the plan and fetches audio is asked again at this pace. */
const ATTEMPT_WHEN_RECEIVED = 6;

/** Refusals of what the station cannot prove to be its plan: a forgery may name any position, so the true one is still sent. */
const UNPROVEN: readonly (string | undefined)[] = [
  "SIGNATURE_INVALID",
  "KEY_UNKNOWN",
  "KEY_USE_WRONG",
  "AUDIENCE_WRONG",
] satisfies ErrorCode[];

/** A plan's head, and the plan at the station's position in force. */
export interface IssuedPlan {
  readonly head: PlanHead;
  readonly plan: () => Plan;
}

/** Where plans come from: the newest of a station; null while it is not enrolled or in no area. */
export type PlanSource = (station: StationId) => Promise<IssuedPlan | null>;

/** What delivering plans needs. */
export interface DeliveryParts {
  readonly broker: Broker;
  readonly trust: HubTrust;
  readonly clock: Clock;
  readonly log: Logger;
  readonly book: StationBook;
  readonly source: PlanSource;
  /** A station confirmed or refused its plan. */
  readonly settled: (state: StationState) => void;
  /** A station says it holds a later plan than the one it was sent. */
  readonly overtaken: (state: StationState, head: PlanHead) => void;
}

/** Brings plans to stations: signed, and again after 1, 2, 4, 8 … s until the station says `ready` or `rejected`. */
export class PlanDelivery {
  readonly #parts: DeliveryParts;
  readonly #waiting = new Map<StationId, { attempt: number; cancel: Cancel }>();

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Answers a birth: the plan when it differs, else the word that nothing did. */
  async answerBirth(state: StationState): Promise<void> {
    const current = await this.#parts.source(state.id);
    if (!current || !state.birth) return;
    if (!samePosition(state.birth.plan, current.head)) {
      await this.offer(state.id);
      return;
    }
    await this.#parts.broker.publish(toTopic(state.id, "plan"), UNCHANGED, 1);
    if (state.birth.missingAssets.length === 0) this.#confirm(state, current.head);
  }

  /** Sends a connected station its newest plan and keeps at it. */
  async offer(station: StationId): Promise<void> {
    this.lost(station);
    if (!this.#parts.book.get(station)?.birth) return;
    const waiting = { attempt: 0, cancel: () => {} };
    this.#waiting.set(station, waiting);
    await this.#send(station);
    this.#wait(station, waiting);
  }

  /** A station said how far a plan came. */
  acked(state: StationState, ack: Ack): void {
    const { wanted } = state;
    if (!wanted || ack.revision !== wanted.revision || (ack.hubEpoch ?? wanted.hubEpoch) !== wanted.hubEpoch)
      return;
    if (ack.state === "ready" || ack.state === "received") this.#knowsPlace(state);
    if (ack.state === "ready") this.#confirm(state, wanted);
    const waiting = this.#waiting.get(state.id);
    if (ack.state === "received" && waiting)
      waiting.attempt = Math.max(waiting.attempt, ATTEMPT_WHEN_RECEIVED);
    if (ack.state !== "rejected" && ack.state !== "failed") return;
    const proven = !UNPROVEN.includes(ack.code);
    if (!proven && samePosition(state.confirmed, wanted)) return;
    if (proven) this.lost(state.id);
    state.rejectedCode = ack.code ?? "INTERNAL";
    this.#parts.log.warn({ station: state.id, code: ack.code }, "a station refused its plan");
    this.#parts.settled(state);
    if (ack.code === "REPLAYED") this.#parts.overtaken(state, wanted);
  }

  /** Stops sending to a station; its next birth begins anew. */
  lost(station: StationId): void {
    this.#waiting.get(station)?.cancel();
    this.#waiting.delete(station);
  }

  close(): void {
    for (const station of [...this.#waiting.keys()]) this.lost(station);
  }

  /** The newest plan says where the station lies. */
  #knowsPlace(state: StationState): void {
    if (state.leftAreas.length === 0) return;
    state.leftAreas = [];
    this.#parts.book.touch(state);
  }

  #confirm(state: StationState, head: PlanHead): void {
    this.lost(state.id);
    state.confirmed = head;
    state.rejectedCode = null;
    this.#parts.book.touch(state);
    this.#parts.settled(state);
  }

  #wait(station: StationId, waiting: { attempt: number; cancel: Cancel }): void {
    if (this.#waiting.get(station) !== waiting) return;
    const { clock, log } = this.#parts;
    const pause = Math.min(LONGEST_WAIT_MS, seconds(2 ** waiting.attempt));
    waiting.cancel = clock.at(`plan to ${station}`, clock.now() + pause, () => {
      waiting.attempt++;
      this.#send(station)
        .catch((error) => log.error({ station, err: error }, "a plan was not sent again"))
        .finally(() => this.#wait(station, waiting));
    });
  }

  async #send(station: StationId): Promise<void> {
    const { source, trust, clock, broker } = this.#parts;
    const current = await source(station);
    if (!current) return;
    const plan = current.plan();
    const compact = await trust.sign("plan", [station], plan.validUntil, clock.now(), plan);
    await broker.publish(toTopic(station, "plan"), compact, 1);
  }
}

/** Whether a station holds exactly this plan. */
export function samePosition(held: PlanPosition | null, head: PlanPosition | null): boolean {
  return (
    held !== null &&
    head !== null &&
    held.hubEpoch === head.hubEpoch &&
    held.revision === head.revision &&
    held.validUntil === head.validUntil
  );
}
