import type { Clock, UnixMs } from "@loa/kernel/clock";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { Ack } from "@loa/protocol/ack";
import { StationEvent } from "@loa/protocol/faults";
import { Health } from "@loa/protocol/health";
import type { StationId } from "@loa/protocol/identity";
import { check } from "@loa/protocol/parse";
import { Birth, Death } from "@loa/protocol/presence";
import { ReceiptBatch } from "@loa/protocol/receipt";
import { TimeRequest } from "@loa/protocol/time";
import { parseUpTopic, type UpKind } from "@loa/protocol/topics";
import { openUplink } from "@loa/protocol/uplink";
import type { Static } from "typebox";
import type { StationBook, StationState } from "./station-book.ts";

const SCHEMAS = {
  birth: Birth,
  death: Death,
  health: Health,
  ack: Ack,
  receipt: ReceiptBatch,
  event: StationEvent,
  time: TimeRequest,
} as const satisfies Record<UpKind, unknown>;

/** What follows from each kind of message. The message is proven, fresh and fits its schema; `at` is when it arrived. */
export type UplinkHandlers = {
  [Kind in UpKind]: (
    state: StationState,
    message: Static<(typeof SCHEMAS)[Kind]>,
    at: UnixMs,
  ) => void | Promise<void>;
};

/**
 * The one way in for messages of stations: proof, replay, schema, then its handler. What fails is counted, logged once per
 * kind and dropped; nothing is thrown, so no message can end the hub.
 */
export class UplinkPipeline {
  /** Dropped messages by `kind code`. */
  readonly dropped = new Map<string, number>();
  readonly #book: StationBook;
  readonly #secretOf: (state: StationState) => Uint8Array | null;
  readonly #handlers: UplinkHandlers;
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(parts: {
    book: StationBook;
    secretOf: (state: StationState) => Uint8Array | null;
    handlers: UplinkHandlers;
    clock: Clock;
    log: Logger;
  }) {
    this.#book = parts.book;
    this.#secretOf = parts.secretOf;
    this.#handlers = parts.handlers;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  receive(station: StationId, topic: string, payload: Uint8Array): void {
    const at = this.#clock.now();
    const kind = parseUpTopic(topic)?.kind;
    try {
      if (!kind) throw new LoaError("SCHEMA_INVALID", `${topic} is no topic of stations`);
      const done = this.#dispatch(kind, station, topic, payload, at);
      done?.catch((error: unknown) => this.#drop(kind, station, error));
    } catch (error) {
      this.#drop(kind ?? "unknown", station, error);
    }
  }

  #dispatch(kind: UpKind, station: StationId, topic: string, payload: Uint8Array, at: UnixMs): Result {
    const state = this.#book.get(station);
    const secret = state && this.#secretOf(state);
    if (!state || !secret) throw new LoaError("STATION_UNKNOWN", `the station ${station} is not enrolled`);
    const { session, counter, body } = openUplink(secret, topic, payload);
    if (kind === "death") refuseOtherSession(state, session);
    else refuseReplay(state, session, counter);
    if (kind === "health") refuseOvertaken(state, counter);
    const message = check(SCHEMAS[kind], body, kind);
    if (kind !== "death") seen(state, at);
    this.#book.heard(state);
    const handle = this.#handlers[kind] as (s: StationState, m: unknown, at: UnixMs) => Result;
    return handle(state, message, at);
  }

  #drop(kind: string, station: StationId, error: unknown): void {
    const code = codeOf(error);
    const key = `${kind} ${code}`;
    const count = (this.dropped.get(key) ?? 0) + 1;
    this.dropped.set(key, count);
    if (code === "INTERNAL") this.#log.error({ station, kind, err: error }, "a message could not be handled");
    else if (count === 1)
      this.#log.warn({ station, kind, code, reason: (error as Error).message }, "a message was dropped");
  }
}

type Result = void | Promise<void>;

function refuseReplay(state: StationState, session: number, counter: number): void {
  const verdict = state.window.take(session, counter);
  if (verdict !== "fresh")
    throw new LoaError("REPLAYED", `a message of session ${session} is ${verdict}`, { session, counter });
}

/** A station's messages come in order: one that was overtaken was held back, and tells what was, not what is. */
function refuseOvertaken(state: StationState, counter: number): void {
  if (counter < state.window.highest)
    throw new LoaError("REPLAYED", `health ${counter} came after ${state.window.highest}`, { counter });
}

/** It is there, also when something else said that its connection had ended. */
function seen(state: StationState, at: UnixMs): void {
  state.lastSeenAt = at;
  if (state.birth !== null) state.connected = true;
}

/**
 * A last will was wrapped when its connection began, so its counter may lie far behind. It proves no more than the closing of the
 * connection does; that it is of this session is enough.
 */
function refuseOtherSession(state: StationState, session: number): void {
  if (session !== state.window.session)
    throw new LoaError("REPLAYED", `a death of session ${session} came in ${state.window.session}`);
}
