import type { UnixMs } from "@loa/kernel/clock";

/** Sound of one frame, ms. All media times of a session lie on this grid. */
const FRAME_MS = 20;
/** A step of the mapping that nobody hears as a jump waits for this long a proof; one that silences speech for less. */
const PATIENCE_MS = { small: 3_000, large: 300 };
/** Packets further apart than this begin a new stretch of observation: what was held up comes in one burst. */
const STALL_MS = 250;
/** Media time that lies so far in the future, or in the past for so long, is of another count. */
const JUMP_MS = 10_000;
/** Sound ahead of its time by more than this is cut back at once, else by one frame a second in a pause, or after a while anywhere. */
const FAR_AHEAD_MS = 200;
const CUT_EVERY_MS = 1_000;
const PAUSE_AWAITED_MS = 5_000;
/** In a pause encoders make frames smaller than this part of the usual ones. */
const PAUSE = 0.6;
/** Of a new frame in the mean of their sizes: some seconds count. */
const WEIGHT = 0.01;

/** A packet as the browser counts: media time of its first sample, µs. */
export interface SpokenPacket {
  readonly mediaUs: number;
  readonly frames: readonly Uint8Array[];
}

/** A packet on the session's time. */
export interface PlacedPacket {
  /** Media time of the first sample, ms since the session's start; on the grid of frames. */
  readonly mediaMs: number;
  readonly frames: readonly Uint8Array[];
  /** How much later it came than the promptest would have, ms; negative: the mapping is being cut back. */
  readonly lateMs: number;
}

/**
 * Maps the browser's media time to the session's: what comes with the promptest packets lies at the time at which it was captured, as far as
 * the hub can know. Packets never overlap and never go back. A browser's clock that drifts, and capture that stood still, move the mapping;
 * a burst after a stall of the network does not, so lateness is never kept. Pure; times in Unix ms.
 */
export class LiveTimeline {
  readonly #startAt: UnixMs;
  readonly #delayMs: number;
  /** Session's media time minus the browser's, ms. */
  #offset: number | null = null;
  #endMs = 0;
  #lastSpokenUs = Number.NEGATIVE_INFINITY;
  #watch: { since: UnixMs; last: UnixMs; leastMs: number } | null = null;
  #cutAt = Number.NEGATIVE_INFINITY;
  #aheadSince: UnixMs | null = null;
  #usualBytes: number | null = null;

  /** `delayMs`: after their media time packets sound; what is later than that cannot sound any more. */
  constructor(startAt: UnixMs, delayMs: number) {
    this.#startAt = startAt;
    this.#delayMs = delayMs;
  }

  /** End of the last packet that was placed, ms of media time. */
  get endMs(): number {
    return this.#endMs;
  }

  /** Another connection of the speaker begins; its count may go on or begin anew. */
  reconnected(): void {
    this.#watch = null;
    this.#lastSpokenUs = Number.NEGATIVE_INFINITY;
  }

  /** Places a packet that came at `now`; null: it goes back in time, or is too late to sound anywhere. */
  place(packet: SpokenPacket, now: UnixMs): PlacedPacket | null {
    const { mediaUs } = packet;
    if (packet.frames.length === 0 || mediaUs <= this.#lastSpokenUs) return null;
    this.#lastSpokenUs = mediaUs;
    const spokenMs = mediaUs / 1_000;
    const capturedMs = now - this.#startAt - packet.frames.length * FRAME_MS;
    const offset = this.#observed(capturedMs, spokenMs, this.#offsetFor(spokenMs, capturedMs), now);
    const lateMs = capturedMs - (spokenMs + offset);
    const mediaMs = onGrid(spokenMs + offset);
    const cut = this.#aheadBy(lateMs, packet.frames, now);
    this.#offset = offset - cut * FRAME_MS;
    if (cut === packet.frames.length || mediaMs < this.#endMs - FRAME_MS / 2 || lateMs > this.#delayMs)
      return null;
    const placed = { mediaMs: Math.max(mediaMs, this.#endMs), frames: loudest(packet.frames, cut), lateMs };
    this.#endMs = placed.mediaMs + placed.frames.length * FRAME_MS;
    return placed;
  }

  /** Of the first packet, and where the count jumped, what fits its arrival; else the one in force. */
  #offsetFor(spokenMs: number, capturedMs: number): number {
    const known = this.#offset;
    if (known !== null && Math.abs(capturedMs - (spokenMs + known)) <= JUMP_MS) return known;
    this.#watch = null;
    return Math.max(onGrid(capturedMs), this.#endMs) - spokenMs;
  }

  /** Moves the mapping later when all packets of a while were late, and are not coming sooner any more. */
  #observed(capturedMs: number, spokenMs: number, offset: number, now: UnixMs): number {
    const lateMs = capturedMs - (spokenMs + offset);
    const watch = this.#watch;
    if (lateMs < FRAME_MS) this.#watch = null;
    else if (watch === null || now - watch.last > STALL_MS || lateMs < watch.leastMs - FRAME_MS)
      this.#watch = { since: now, last: now, leastMs: lateMs };
    else {
      const leastMs = Math.min(watch.leastMs, lateMs);
      const patience = leastMs > this.#delayMs / 2 ? PATIENCE_MS.large : PATIENCE_MS.small;
      const settled = now - watch.since >= patience;
      this.#watch = settled ? null : { since: watch.since, last: now, leastMs };
      if (settled) return offset + Math.floor(leastMs / FRAME_MS) * FRAME_MS;
    }
    return offset;
  }

  /** How many frames to take out, because what is ahead of its time makes all that follows sound later than need be. */
  #aheadBy(lateMs: number, frames: readonly Uint8Array[], now: UnixMs): number {
    const pauses = this.#pausesIn(frames);
    const ahead = Math.floor(-lateMs / FRAME_MS);
    if (ahead < 1) {
      this.#aheadSince = null;
      return 0;
    }
    this.#aheadSince ??= now;
    const far = -lateMs > FAR_AHEAD_MS;
    const due = now - this.#cutAt >= CUT_EVERY_MS;
    if (!far && !(due && (pauses || now - this.#aheadSince >= PAUSE_AWAITED_MS))) return 0;
    this.#cutAt = now;
    return Math.min(far ? ahead : 1, frames.length);
  }

  /** Whether one of the frames holds next to nothing, by its size. */
  #pausesIn(frames: readonly Uint8Array[]): boolean {
    let pauses = false;
    for (const { length } of frames) {
      const usual: number = this.#usualBytes ?? length;
      pauses ||= length < PAUSE * usual;
      this.#usualBytes = usual + WEIGHT * (length - usual);
    }
    return pauses;
  }
}

const onGrid = (ms: number) => Math.round(ms / FRAME_MS) * FRAME_MS;

/** Without the `cut` smallest ones: in the gaps between words nobody misses them. */
function loudest(frames: readonly Uint8Array[], cut: number): readonly Uint8Array[] {
  if (cut === 0) return frames;
  const bySize = frames.map((_, index) => index).sort((a, b) => frames[a]!.length - frames[b]!.length);
  const gone = new Set(bySize.slice(0, cut));
  return frames.filter((_, index) => !gone.has(index));
}
