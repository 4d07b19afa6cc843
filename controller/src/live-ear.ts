import type { KeyObject } from "node:crypto";
import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { Ack } from "@loa/protocol/ack";
import type { StationEvent } from "@loa/protocol/faults";
import { decodeLive, LIVE_FRAME_MS, type LivePacket, liveKey, sessionOfLive } from "@loa/protocol/live";
import type { LiveReception, LiveSession } from "@loa/protocol/live-session";
import type { Receipt } from "@loa/protocol/receipt";
import {
  type HeldSession,
  hearLive,
  isOpen,
  type LiveMemory,
  type LiveStretch,
  liveStretches,
  noteQuiet,
  openLive,
  soundsFrom,
} from "./core/live.ts";
import type { Journal } from "./link/journal.ts";
import type { AudioEngine } from "./ports.ts";

/** What the ear needs around it. */
export interface LiveEarDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: Logger;
  readonly audio: AudioEngine;
  now(): UnixMs;
  ack(ack: Ack): void;
  tell(event: StationEvent): void;
  /** What should sound has changed. */
  changed(): void;
}

const WATCH_MS = 250;
/** Sequence numbers further behind than this are not looked at any more. */
const WINDOW = 4_096;

/** What is counted of one session's packets. */
interface Counted {
  readonly key: KeyObject;
  readonly seen: Set<number>;
  packets: number;
  first: number;
  newest: number;
  forged: number;
}

/**
 * The sessions of live speech that the station was told to open, and their packets: only what the session's own key signed is handed on to
 * the card, and each of it once. Sessions survive a restart, so that the station joins again by itself.
 */
export class LiveEar {
  readonly #deps: LiveEarDeps;
  readonly #counts = new Map<string, Counted>();
  /** Sessions of which the hub was told that a lock-out keeps them silent. */
  readonly #heldBack = new Set<string>();
  #memory: LiveMemory = new Map();
  #watch: Cancel | null = null;

  constructor(deps: LiveEarDeps) {
    this.#deps = deps;
  }

  /** Takes up what was open when the power went. */
  restore(): void {
    const kept = JSON.parse(this.#deps.journal.fact("live") ?? "[]") as HeldSession[];
    const openedAt = this.#deps.now();
    this.#memory = new Map(
      kept.map((held) => [held.session.sessionId, { ...held, openedAt, heardAt: null }]),
    );
    this.#watchOver();
  }

  close(): void {
    this.#watch?.();
  }

  /**
   * Opens a session, or changes when it ends.
   * @throws SCHEMA_INVALID when its key is none
   */
  open(session: LiveSession, by: HeldSession["by"]): void {
    keyOf(session);
    const before = this.#memory;
    this.#memory = openLive(before, session, by, this.#deps.now());
    if (this.#memory === before) return;
    if (by === "command") this.#deps.changed();
    this.#keep();
    this.#watchOver();
  }

  /** Something arrived as live speech. What no open session names costs nothing; nothing here throws. */
  packet(payload: Uint8Array): void {
    const held = this.#memory.get(sessionOfLive(payload) ?? "");
    if (!held || !isOpen(held, this.#deps.now())) return;
    const counted = this.#counted(held.session);
    try {
      const packet = decodeLive(payload, counted.key);
      if (isNew(counted, packet.sequence)) this.#take(held, packet);
    } catch (error) {
      if (codeOf(error) === "SIGNATURE_INVALID") counted.forged++;
    }
  }

  /** What commands opened, for the arbiter. */
  get stretches(): readonly LiveStretch[] {
    return liveStretches(this.#memory);
  }

  /** When sessions ended that have: an alert's speech ends with its session. */
  get ends(): ReadonlyMap<string, UnixMs> {
    return new Map([...this.#memory].flatMap(([id, { end }]) => (end ? [[id, end.at] as const] : [])));
  }

  /** How the session goes that is open, if one is. */
  get reception(): LiveReception | null {
    const now = this.#deps.now();
    const held = [...this.#memory.values()].find((one) => isOpen(one, now) && soundsFrom(one.session) <= now);
    if (!held) return null;
    const { sessionId } = held.session;
    const { packets, first, newest, forged } = this.#counted(held.session);
    const card = this.#deps.audio.health().live?.find((one) => one.sessionId === sessionId);
    const { late = 0, concealedMs = 0, silencedMs = 0, bufferMs = 0 } = card ?? {};
    const lost = packets === 0 ? 0 : newest - first + 1 - packets;
    return { sessionId, packets, lost, late, forged, concealedMs, silencedMs, bufferMs };
  }

  /** It has the amplifier, or will have it in time. */
  begun({ live }: LiveStretch): void {
    this.#ack(live, { state: "ready" });
  }

  /** Its first sample sounded. */
  started({ live }: LiveStretch): void {
    this.#ack(live, { state: "started" });
  }

  /** A lock-out keeps it silent; told once. */
  heldBack({ live }: LiveStretch): void {
    if (this.#heldBack.has(live.sessionId)) return;
    this.#heldBack.add(live.sessionId);
    this.#ack(live, { state: "failed", code: "LOCKED_OUT" });
  }

  /** Its receipt is written. */
  settled({ live }: LiveStretch, { outcome, code }: Pick<Receipt, "outcome" | "code">): void {
    const whole = outcome === "played" || (outcome === "partial" && code !== "LIVE_LOST");
    this.#ack(live, whole ? { state: "finished" } : { state: "failed", ...(code && { code }) });
  }

  #ack({ sessionId: id }: LiveSession, ack: Pick<Ack, "state" | "code">): void {
    this.#deps.ack({ id, ...ack, at: this.#deps.now() });
  }

  #take({ session, spokenFrom }: HeldSession, { mediaTimeUs, frames, last }: LivePacket): void {
    const { sessionId, endsBy } = session;
    this.#deps.audio.speak({
      ...{ sessionId, soundsFrom: soundsFrom(session), endsAt: endsBy, mediaTimeUs, last },
      frames: frames.map((frame) => Buffer.from(frame).toString("base64")),
    });
    const fromMs = mediaTimeUs / 1_000;
    const toMs = fromMs + frames.length * LIVE_FRAME_MS;
    this.#memory = hearLive(this.#memory, sessionId, { fromMs, toMs, last }, this.#deps.now());
    if (last) this.#deps.changed();
    if (last || (spokenFrom === null && frames.length > 0)) this.#keep();
  }

  #counted(session: LiveSession): Counted {
    const found = this.#counts.get(session.sessionId);
    if (found) return found;
    const begun: Counted = {
      ...{ key: keyOf(session), seen: new Set(), packets: 0, forged: 0 },
      ...{ first: Number.POSITIVE_INFINITY, newest: Number.NEGATIVE_INFINITY },
    };
    this.#counts.set(session.sessionId, begun);
    return begun;
  }

  /** As long as anything is held, looks out for what has fallen quiet. */
  #watchOver(): void {
    if (this.#watch || this.#memory.size === 0) return;
    this.#watch = this.#deps.clock.every("live-watch", WATCH_MS, () => this.#look());
  }

  #look(): void {
    const { now, log, tell, changed } = this.#deps;
    const before = this.#memory;
    this.#memory = noteQuiet(before, now());
    if (this.#memory === before) return;
    for (const sessionId of before.keys()) if (!this.#memory.has(sessionId)) this.#forget(sessionId);
    for (const [sessionId, { end }] of this.#memory) {
      if (end?.why !== "lost" || before.get(sessionId)?.end) continue;
      log.warn({ sessionId }, "live speech does not come any more");
      tell({ kind: "live-lost", at: now(), sessionId });
    }
    changed();
    this.#keep();
    if (this.#memory.size > 0) return;
    this.#watch?.();
    this.#watch = null;
  }

  #forget(sessionId: string): void {
    this.#counts.delete(sessionId);
    this.#heldBack.delete(sessionId);
  }

  #keep(): void {
    try {
      this.#deps.journal.setFact("live", JSON.stringify([...this.#memory.values()]));
    } catch (error) {
      this.#deps.log.error({ error: String(error) }, "the journal takes no live session; memory serves");
    }
  }
}

/** Counts a packet; false when it came before. */
function isNew(counted: Counted, sequence: number): boolean {
  if (sequence < counted.newest - WINDOW || counted.seen.has(sequence)) return false;
  counted.seen.add(sequence);
  counted.packets++;
  counted.first = Math.min(counted.first, sequence);
  counted.newest = Math.max(counted.newest, sequence);
  if (counted.seen.size > 2 * WINDOW)
    for (const old of counted.seen) if (old < counted.newest - WINDOW) counted.seen.delete(old);
  return true;
}

function keyOf({ publicKey }: LiveSession): KeyObject {
  try {
    return liveKey(publicKey);
  } catch (cause) {
    throw new LoaError("SCHEMA_INVALID", "the session's key is none", {}, { cause });
  }
}
