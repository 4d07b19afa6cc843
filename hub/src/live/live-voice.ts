import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { seconds } from "@loa/kernel/units";
import type { LiveEnd, LiveState } from "@loa/protocol/http/live";
import { encodeLive, LIVE_FRAME_MS } from "@loa/protocol/live";
import { LiveTimeline, type PlacedPacket } from "../core/live-timeline.ts";
import type { LiveRecording } from "../media/live-recording.ts";
import { SpeechLevel } from "../media/speech-level.ts";
import { readSpeakerPacket } from "./speaker-packet.ts";

/** Stations end live speech after as long without a packet. Source: docs/protocol-rules.md */
const GRACE_MS = seconds(3);
/** Between packets of 60 ms; after this somebody who sends nothing counts as gone. */
const QUIET_MS = seconds(1);
/** Zones are held no longer for a speaker who does not begin. */
const WAIT_MS = seconds(30);
const LOOK_EVERY_MS = 250;
/** What was held up may come this much faster than it was spoken; the rest is dropped. */
const CATCH_UP = 3;
const MOST_MALFORMED = 50;

/** The speaker's connection, as the voice needs it. */
export interface SpeakerSocket {
  send(text: string): void;
  close(): void;
}

/** What a voice lives on. */
export interface VoiceParts {
  readonly sessionId: string;
  readonly startAt: UnixMs;
  readonly delayMs: number;
  readonly clock: Clock;
  /** Takes a signed packet to the stations, now or never. */
  readonly publish: (packet: Uint8Array) => void;
  /** Its state changed. */
  readonly changed: () => void;
  /** The speaker is gone for good. */
  readonly gone: () => void;
}

/** An ephemeral Ed25519 key, with its public half as sessions carry it. */
export function sessionKey(): { key: KeyObject; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { key: privateKey, publicKey: String(publicKey.export({ format: "jwk" }).x) };
}

/**
 * What one person says, from their browser's packets to signed ones: checked, bounded, placed on the session's time, recorded, published.
 * Nothing queues: what cannot go out now is left out.
 */
export class LiveVoice {
  readonly #parts: VoiceParts;
  readonly #key: KeyObject;
  readonly #timeline: LiveTimeline;
  readonly #level = new SpeechLevel();
  readonly #end: Cancel;
  #recording: LiveRecording | null = null;
  #socket: SpeakerSocket | null = null;
  #waitsUntil: UnixMs | null = null;
  #joined = false;
  #startedAt: UnixMs | null = null;
  #lastAt = 0;
  #saidAt = 0;
  #lostAt: UnixMs | null = null;
  #sequence = 0;
  #heard = -1;
  #lost = 0;
  #malformed = 0;
  #credit: { frames: number; at: UnixMs };
  #afterMs: number[] = [];
  #over = false;

  constructor(parts: VoiceParts, key: KeyObject) {
    this.#parts = parts;
    this.#key = key;
    this.#timeline = new LiveTimeline(parts.startAt, parts.delayMs);
    this.#credit = { frames: this.#mostCredit(), at: parts.clock.now() };
    this.#end = parts.clock.every(`voice ${parts.sessionId}`, LOOK_EVERY_MS, () => this.#look());
  }

  get state(): LiveState {
    if (this.#over) return "ended";
    if (this.#startedAt === null) return "waiting";
    return this.#lostAt === null ? "speaking" : "lost";
  }

  /** It is held for a speaker who has not come: whoever asked for it may have lost the answer. */
  get unclaimed(): boolean {
    return !this.#over && !this.#joined && this.#waitsUntil !== null;
  }

  /** First packet; null: nothing was said yet. */
  get startedAt(): UnixMs | null {
    return this.#startedAt;
  }

  /** When the last sample that was spoken has sounded. */
  get soundsUntil(): UnixMs {
    return this.#parts.startAt + this.#timeline.endMs + this.#parts.delayMs;
  }

  /** Packets that never came from the browser. */
  get lostPackets(): number {
    return this.#lost;
  }

  /** Stations were told: from now on speech goes out. */
  open(recording: LiveRecording | null): void {
    this.#recording = recording;
    this.#waitsUntil = this.#parts.clock.now() + WAIT_MS;
  }

  /** The recording, once. */
  takeRecording(): LiveRecording | null {
    const recording = this.#recording;
    this.#recording = null;
    return recording;
  }

  /** A connection of the speaker; it takes the place of an earlier one. */
  connect(socket: SpeakerSocket): void {
    const before = this.#socket;
    this.#joined = true;
    this.#socket = socket;
    before?.close();
    this.#timeline.reconnected();
  }

  /** A connection ended. */
  disconnected(socket: SpeakerSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#look();
  }

  /** Takes one message of the speaker. */
  hear(socket: SpeakerSocket, bytes: Buffer): void {
    if (socket !== this.#socket || this.#over || this.#waitsUntil === null) return;
    const { clock } = this.#parts;
    const now = clock.now();
    try {
      const packet = readSpeakerPacket(bytes);
      this.#count(packet.sequence);
      if (!this.#affords(packet.frames.length, now)) return;
      const placed = this.#timeline.place(packet, now);
      this.#lastAt = now;
      const first = this.#startedAt === null;
      this.#startedAt ??= now;
      const back = this.#lostAt !== null;
      this.#lostAt = null;
      if (placed) this.#say(placed, now);
      if (first || back) this.#parts.changed();
    } catch (error) {
      if (!(error instanceof LoaError)) throw error;
      if (++this.#malformed >= MOST_MALFORMED) socket.close();
    }
  }

  /** Tells the speaker something. */
  tell(message: unknown): void {
    this.#socket?.send(JSON.stringify(message));
  }

  /** Level, dBFS rms, and time from arrival to sound, ms, over what came since it was asked before. */
  measure(): { level: number | null; soundsAfterMs: number | null } {
    const after = this.#afterMs.sort((a, b) => a - b);
    this.#afterMs = [];
    const median = after[Math.floor(after.length / 2)];
    return { level: this.#level.take(), soundsAfterMs: median === undefined ? null : Math.round(median) };
  }

  /** Says that it is over: to the stations by the last packet, to the speaker by words. */
  finish(end: LiveEnd, code?: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#end();
    if (this.#waitsUntil !== null) this.#publish(this.#timeline.endMs, [], true);
    this.tell({ kind: "ended", end, ...(code !== undefined && { code }) });
    this.#socket?.close();
    this.#level.close();
  }

  #say({ mediaMs, frames }: PlacedPacket, now: UnixMs): void {
    const { startAt, delayMs } = this.#parts;
    this.#publish(mediaMs, frames, false);
    this.#recording?.add(mediaMs, frames);
    this.#level.add(frames);
    this.#afterMs.push(startAt + mediaMs + delayMs - now);
    if (this.#afterMs.length > 200) this.#afterMs.shift();
  }

  /** Without frames it says that the speech goes on: stations wait for a speaker who is coming back. */
  #publish(mediaMs: number, frames: readonly Uint8Array[], last: boolean): void {
    const { sessionId: session, publish } = this.#parts;
    const packet = { session, sequence: this.#sequence++, mediaTimeUs: mediaMs * 1_000, last, frames };
    this.#saidAt = this.#parts.clock.now();
    publish(encodeLive(packet, this.#key));
  }

  /** The browser's numbers rise; where they begin anew, a page was loaded again. */
  #count(sequence: number): void {
    if (sequence > this.#heard && this.#heard >= 0) this.#lost += sequence - this.#heard - 1;
    this.#heard = sequence;
  }

  #affords(frames: number, now: UnixMs): boolean {
    const gained = ((now - this.#credit.at) / LIVE_FRAME_MS) * CATCH_UP;
    const credit = Math.min(this.#mostCredit(), this.#credit.frames + gained);
    const affords = credit >= frames;
    this.#credit = { frames: affords ? credit - frames : credit, at: now };
    return affords;
  }

  /** What was held up for longer than the delay is too late in any case. */
  #mostCredit(): number {
    return (this.#parts.delayMs + 500) / LIVE_FRAME_MS;
  }

  #look(): void {
    if (this.#over || this.#waitsUntil === null) return;
    const now = this.#parts.clock.now();
    if (this.#startedAt === null) {
      if (now >= this.#waitsUntil) this.#parts.gone();
      return;
    }
    const quiet = this.#socket === null || now - this.#lastAt >= QUIET_MS;
    if (!quiet) return;
    if (this.#lostAt === null) {
      this.#lostAt = now;
      this.#parts.changed();
    } else if (now - this.#lostAt >= GRACE_MS) this.#parts.gone();
    if (!this.#isOver() && now - this.#saidAt >= QUIET_MS) this.#publish(this.#timeline.endMs, [], false);
  }

  /** What was told to others may have ended it. */
  #isOver(): boolean {
    return this.#over;
  }
}
