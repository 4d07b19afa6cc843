import { OpusDecoder } from "opus-decoder";
import { framesOf, msOf, SAMPLE_RATE } from "./frames.ts";
import { CONCEALED, HISTORY, LiveGap } from "./live-gap.ts";

const FRAME = framesOf(20);
/** Kept behind, so that what was taken back from the card can be read again; longer than any card's buffer. */
const BEHIND = framesOf(1_200);
/** Speech for later than this is no speech of now. */
const FURTHEST = 10 * SAMPLE_RATE;
/** Steps this small between packets are a clock's rounding, not a gap. */
const ROUNDING = framesOf(0.5);
/** Over this, speech takes over from what filled a gap before it, or from silence. */
const JOIN = framesOf(5);
/** Speech ends over this, wherever it is ended. */
const FADE_OUT = framesOf(80);
/** Decoded again before a frame that does not follow the one decoded last, so that the decoder has converged. */
const PRE_ROLL = 4;

interface Frame {
  /** Media frame of its first sample, and the first that may still be heard of it. */
  readonly at: number;
  readonly from: number;
  readonly opus: Uint8Array;
  /** What came too late to be heard right before it: the decoder needs it all the same. */
  readonly lead: readonly Uint8Array[];
  samples: Float32Array | null;
}

/** What the sound of a session is counted by. */
export interface LiveCounts {
  readonly late: number;
  readonly concealedMs: number;
  readonly silencedMs: number;
}

/**
 * One session's speech on the media timeline: whatever order packets come in, each sample has its one place, and backlog never becomes
 * latency. What is not there when it is read is concealed, then silent.
 */
export class LiveSound {
  /** Media frame of media time 0. */
  readonly #base: number;
  /** Resolves when it can decode. */
  readonly ready: Promise<void>;
  #closed = false;
  #decoder: OpusDecoder | null = null;
  #decodedLast: Frame | null = null;
  /** In order of place, without overlaps. */
  #frames: Frame[] = [];
  #missed: { endsAt: number; opus: readonly Uint8Array[] } = { endsAt: Number.NaN, opus: [] };
  #gap: { at: number; fill: LiveGap } | null = null;
  #endsAt = Number.POSITIVE_INFINITY;
  #lastAt = Number.POSITIVE_INFINITY;
  #countedTo: number | null = null;
  #late = 0;
  #concealed = 0;
  #silenced = 0;

  constructor(base: number) {
    this.#base = Math.round(base);
    const decoder = new OpusDecoder({ channels: 1, preSkip: 0 });
    this.ready = decoder.ready.then(() => {
      if (this.#closed) decoder.free();
      else this.#decoder = decoder;
    });
  }

  /** The media frames [from, to) of a packet. */
  placeOf(mediaTimeUs: number, frames: number): { from: number; to: number } {
    const from = this.#base + Math.round((mediaTimeUs * SAMPLE_RATE) / 1e6);
    return { from, to: from + frames * FRAME };
  }

  /** Takes a packet's Opus frames. `changesFrom`: the first media frame that can still be changed; what lies before it comes too late. */
  take(mediaTimeUs: number, frames: readonly Uint8Array[], changesFrom: number): void {
    const { from } = this.placeOf(mediaTimeUs, frames.length);
    let late = false;
    for (const [n, opus] of frames.entries()) {
      const at = from + n * FRAME;
      if (at + FRAME <= changesFrom) {
        const before = this.#missed.endsAt === at ? this.#missed.opus : [];
        this.#missed = { endsAt: at + FRAME, opus: [...before, opus].slice(-PRE_ROLL) };
        late = true;
      } else if (at <= changesFrom + FURTHEST) late = this.#insert(at, opus, changesFrom) || late;
    }
    if (late) this.#late++;
  }

  /** The speech is over after media time `mediaTimeUs`, politely. */
  endAfter(mediaTimeUs: number, changesFrom: number): void {
    this.#lastAt = Math.max(this.placeOf(mediaTimeUs, 0).from, Math.ceil(changesFrom) + FADE_OUT);
  }

  /** It ends at a media frame in any case. */
  endBy(frame: number): void {
    this.#endsAt = Math.round(frame);
  }

  /** Whether there is speech up to `frame`, or never will be. */
  covers(frame: number): boolean {
    return this.#knownTo >= frame || this.#end <= frame;
  }

  /** Overwrites `into` with the media frames from `from` on; returns how many of them sound, spoken or concealed. */
  read(from: number, into: Float32Array): number {
    into.fill(0);
    let sounding = 0;
    for (const piece of this.#pieces(from, Math.min(from + into.length, this.#end))) {
      const part = into.subarray(piece.from - from, piece.to - from);
      const { frame, gapAt } = piece;
      if (frame) this.#speak(part, piece.from, frame, gapAt);
      else this.#fill(part, piece.from, gapAt);
      if (frame || piece.from < gapAt + CONCEALED) sounding += part.length;
    }
    this.#fadeOut(from, into);
    return sounding;
  }

  /** Everything before media frame `frame` has sounded: counts it, and forgets what nobody asks for again. */
  pass(frame: number): void {
    const to = Math.min(Math.floor(frame), this.#end);
    const from = this.#countedTo ?? this.#frames[0]?.from ?? to;
    if (this.#frames.length > 0 && to > from) {
      for (const { frame: speech, gapAt, ...piece } of this.#pieces(from, to)) {
        if (speech) continue;
        const madeUp = Math.max(0, Math.min(piece.to, gapAt + CONCEALED) - piece.from);
        this.#concealed += madeUp;
        this.#silenced += piece.to - piece.from - madeUp;
      }
      this.#countedTo = to;
    }
    while (this.#frames[1] && endOf(this.#frames[1]) < frame - BEHIND) this.#frames.shift();
  }

  get counts(): LiveCounts {
    return {
      late: this.#late,
      concealedMs: Math.round(msOf(this.#concealed)),
      silencedMs: Math.round(msOf(this.#silenced)),
    };
  }

  /** Speech that is here for after media frame `frame`, ms. */
  aheadOf(frame: number): number {
    return Math.max(0, Math.round(msOf(this.#knownTo - frame)));
  }

  close(): void {
    this.#closed = true;
    this.#decoder?.free();
    this.#decoder = null;
    this.#frames = [];
  }

  get #end(): number {
    return Math.min(this.#endsAt, this.#lastAt);
  }

  get #knownTo(): number {
    const last = this.#decoder && this.#frames.at(-1);
    return last ? endOf(last) : Number.NEGATIVE_INFINITY;
  }

  /** Returns whether its beginning came too late. One that is here already is not taken again. */
  #insert(at: number, opus: Uint8Array, changesFrom: number): boolean {
    let index = this.#frames.length;
    while (index > 0 && this.#frames[index - 1]!.at > at) index--;
    const [before, after] = [this.#frames[index - 1], this.#frames[index]];
    if ((before && at - before.at < FRAME / 2) || (after && after.at - at < FRAME / 2)) return false;
    const place = before && Math.abs(at - endOf(before)) <= ROUNDING ? endOf(before) : at;
    const from = Math.max(place, Math.ceil(changesFrom), before ? endOf(before) : place);
    const lead = this.#missed.endsAt === place ? this.#missed.opus : [];
    this.#frames.splice(index, 0, { at: place, from, opus, lead, samples: null });
    // What follows was decoded without it, if at all.
    for (const later of this.#frames.slice(index + 1)) later.samples = null;
    this.#gap = null;
    return place < changesFrom;
  }

  /** Takes [from, to) apart into speech and gaps; `gapAt`: where the gap in or before a piece began. */
  *#pieces(from: number, to: number): Generator<{ from: number; to: number; frame?: Frame; gapAt: number }> {
    let at = from;
    let index = this.#frames.findIndex((frame) => endOf(frame) > from);
    if (index < 0 || !this.#decoder) index = this.#frames.length;
    for (; at < to; index++) {
      const [frame, before] = [this.#frames[index], this.#frames[index - 1]];
      const gapAt = before && this.#decoder ? endOf(before) : Number.NEGATIVE_INFINITY;
      const starts = Math.min(to, Math.max(at, frame?.from ?? to));
      if (starts > at) yield { from: at, to: starts, gapAt };
      if (!frame) return;
      // Where two overlap, the later one goes on from where the earlier one ends.
      const ends = Math.min(to, endOf(frame));
      if (ends > starts) yield { from: starts, to: ends, frame, gapAt };
      at = Math.max(starts, ends);
    }
  }

  #speak(into: Float32Array, from: number, frame: Frame, gapAt: number): void {
    const samples = this.#decoded(frame);
    const joins = frame.from > gapAt && from < frame.from + JOIN;
    const fill = joins ? this.#gapAt(gapAt) : null;
    for (let i = 0; i < into.length; i++) {
      const sample = samples[from + i - frame.at] ?? 0;
      const share = fill ? Math.min(1, (from + i - frame.from + 1) / JOIN) : 1;
      into[i] = share < 1 ? sample * share + fill!.sample(from + i - gapAt) * (1 - share) : sample;
    }
  }

  #fill(into: Float32Array, from: number, gapAt: number): void {
    const fill = this.#gapAt(gapAt);
    for (let i = 0; i < into.length; i++) into[i] = fill.sample(from + i - gapAt);
  }

  #gapAt(at: number): LiveGap {
    if (this.#gap?.at !== at) this.#gap = { at, fill: new LiveGap(this.#historyBefore(at)) };
    return this.#gap.fill;
  }

  /** The unbroken speech that ends at `at`. */
  #historyBefore(at: number): Float32Array {
    let index = this.#frames.findIndex((frame) => endOf(frame) === at);
    const parts: Float32Array[] = [];
    let length = 0;
    for (let next = at; index >= 0 && length < HISTORY; index--) {
      const frame = this.#frames[index]!;
      if (endOf(frame) !== next) break;
      const samples = this.#decoded(frame).subarray(frame.from - frame.at);
      parts.unshift(samples);
      length += samples.length;
      next = frame.from;
    }
    const whole = new Float32Array(length);
    let filled = 0;
    for (const part of parts) {
      whole.set(part, filled);
      filled += part.length;
    }
    return whole.subarray(Math.max(0, length - HISTORY));
  }

  #decoded(frame: Frame): Float32Array {
    if (frame.samples) return frame.samples;
    const index = this.#frames.indexOf(frame);
    const before = this.#frames[index - 1];
    const inTurn = frame.lead.length === 0 && (!this.#decodedLast || before === this.#decodedLast);
    if (!inTurn)
      for (const opus of [
        ...this.#frames.slice(Math.max(0, index - PRE_ROLL), index).map(({ opus }) => opus),
        ...frame.lead,
      ])
        this.#decoder!.decodeFrame(opus);
    this.#decodedLast = frame;
    const { channelData, samplesDecoded } = this.#decoder!.decodeFrame(frame.opus);
    frame.samples = new Float32Array(FRAME);
    frame.samples.set((channelData[0] ?? new Float32Array()).subarray(0, Math.min(FRAME, samplesDecoded)));
    return frame.samples;
  }

  #fadeOut(from: number, into: Float32Array): void {
    const end = this.#end;
    if (from + into.length <= end - FADE_OUT) return;
    for (let i = 0; i < into.length; i++)
      into[i] = into[i]! * Math.min(1, Math.max(0, (end - from - i) / FADE_OUT));
  }
}

const endOf = (frame: Frame) => frame.at + FRAME;
