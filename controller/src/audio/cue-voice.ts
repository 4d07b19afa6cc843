import type { ErrorCode } from "@loa/kernel/error-codes";
import { fromDb } from "@loa/kernel/units";
import type { Cue, CueItem } from "../ports.ts";
import { renderTone } from "./alert-tones.ts";
import { FileSound } from "./file-sound.ts";
import { BLOCK, framesOf, SAMPLE_RATE } from "./frames.ts";
import { chime } from "./tones.ts";

/** Sounds begin and end over 5 ms, or a cut in the middle of a wave would click. */
const EDGE = framesOf(5);
const GAIN_GLIDE = framesOf(200);
const PREPARE_AHEAD = 5 * SAMPLE_RATE;

/** Sound that an item reads from; frames count from the item's beginning. */
export interface ItemSound {
  readonly failure: ErrorCode | null;
  readonly ready: number;
  covers(frame: number): boolean;
  prepare(frame: number): void;
  /** Overwrites `into` with the frames from `from` on; returns how many of them were there. */
  read(from: number, into: Float32Array): number;
  close(): void;
}

/** Live speech as an item hears it; frames are those of the media timeline. */
export type LiveItem = Extract<CueItem, { kind: "live" }>;
export type LiveOf = (item: LiveItem) => {
  covers(frame: number): boolean;
  read(from: number, into: Float32Array): number;
};

interface Part {
  readonly item: CueItem;
  /** First frame and length within the cue. */
  readonly start: number;
  readonly frames: number;
  readonly gain: number;
  readonly file: ItemSound | null;
}

/** What a voice put into one block. */
export interface Share {
  readonly voice: CueVoice;
  /** Media frame of the first sample; the frames that were really there, and the sum of their squares. */
  readonly first: number;
  readonly frames: number;
  readonly energy: number;
}

/** One cue on the media timeline: its items back to back, its gain, and how it fades. */
export class CueVoice {
  readonly cue: Cue;
  /** Media frames [start, end) of the cue. */
  readonly start: number;
  readonly end: number;
  readonly #parts: readonly Part[];
  readonly #scratch = new Float32Array(BLOCK);
  #gain: Glide;
  #edge: Glide = { from: 0, to: 1, at: Number.NaN, frames: EDGE };
  #stopped: Glide | null = null;

  /** `start`: media frame of the cue's first frame. */
  constructor(cue: Cue, start: number, liveOf: LiveOf = () => NOBODY) {
    this.cue = cue;
    this.start = start;
    this.#parts = partsOf(cue.items, start, liveOf);
    const last = this.#parts.at(-1);
    this.end = start + (last ? last.start + last.frames : 0);
    const gain = fromDb(cue.gainDb);
    this.#gain = { from: gain, to: gain, at: start, frames: 1 };
  }

  /** The first media frame that is silent for good. */
  get silentFrom(): number {
    return this.#stopped ? Math.min(this.end, this.#stopped.at + this.#stopped.frames) : this.end;
  }

  /** Whether it holds live speech that may sound in the media frames [from, to). */
  isLive(from: number, to: number): boolean {
    if (from >= this.silentFrom) return false;
    return this.#parts.some(
      ({ item, start, frames }) =>
        item.kind === "live" && this.start + start < to && this.start + start + frames > from,
    );
  }

  get stopping(): boolean {
    return this.#stopped !== null;
  }

  /** Why the cue cannot go on at `frame`: an item that sounds there or next is missing or damaged. */
  failureAt(frame: number): ErrorCode | null {
    const part = this.#parts.find((candidate) => this.start + candidate.start + candidate.frames > frame);
    return part?.file && part.file.ready === 0 ? part.file.failure : null;
  }

  /** Whether what sounds in the media frames [from, to) can be read now. */
  isReady(from: number, to: number): boolean {
    return this.#parts.every(({ file, start, frames }) => {
      const [first, end] = [this.start + start, this.start + start + frames];
      return !file || end <= from || first >= to || file.covers(Math.min(to, end) - first);
    });
  }

  /** Opens what will be needed within the next seconds from media frame `frame` on. */
  prepare(frame: number): void {
    for (const part of this.#parts) {
      const start = this.start + part.start;
      if (start < frame + PREPARE_AHEAD && start + part.frames > frame)
        part.file?.prepare(Math.max(0, Math.floor(frame) - start));
      else if (start + part.frames < frame - SAMPLE_RATE) part.file?.close();
    }
  }

  /** Goes to another gain over 200 ms. */
  setGain(gainDb: number, frame: number): void {
    this.#gain = { from: valueAt(this.#gain, frame), to: fromDb(gainDb), at: frame, frames: GAIN_GLIDE };
  }

  /** The place has jumped: what follows fades in anew. */
  rejoin(): void {
    this.#edge = { ...this.#edge, at: Number.NaN };
  }

  /** Fades out from media frame `frame` on, over one block at least. */
  stop(frame: number, fadeMs: number): void {
    const fade = { from: 1, to: 0, at: frame, frames: Math.max(BLOCK, framesOf(fadeMs)) };
    if (!this.#stopped || fade.at + fade.frames < this.silentFrom) this.#stopped = fade;
  }

  /** Adds the cue's sound to the block that begins at media frame `block`; null if it has none there. */
  addTo(into: Float32Array, block: number): Share | null {
    const from = Math.max(block, this.start);
    const to = Math.min(block + into.length, this.silentFrom);
    if (to <= from) return null;
    if (Number.isNaN(this.#edge.at)) this.#edge = { ...this.#edge, at: from };
    let frames = 0;
    let energy = 0;
    for (const part of this.#parts) {
      const start = Math.max(from, this.start + part.start);
      const end = Math.min(to, this.start + part.start + part.frames);
      if (end <= start) continue;
      const sound = this.#scratch.subarray(0, end - start);
      frames += render(part, start - this.start - part.start, sound);
      energy += this.#add(sound, part, start, into, start - block);
    }
    if (frames === 0) this.rejoin();
    return { voice: this, first: from, frames, energy };
  }

  close(): void {
    for (const part of this.#parts) part.file?.close();
  }

  #add(sound: Float32Array, part: Part, frame: number, into: Float32Array, offset: number): number {
    let energy = 0;
    for (let i = 0; i < sound.length; i++) {
      const inPart = frame + i - this.start - part.start;
      const edge = Math.min(
        1,
        (inPart + 1) / EDGE,
        (part.frames - inPart) / EDGE,
        valueAt(this.#edge, frame + i),
      );
      const fade = this.#stopped ? valueAt(this.#stopped, frame + i) : 1;
      const sample = sound[i]! * part.gain * edge * fade * valueAt(this.#gain, frame + i);
      energy += sample * sample;
      into[offset + i] = into[offset + i]! + sample;
    }
    return energy;
  }
}

/** A value that moves on a straight line from media frame `at` on. */
interface Glide {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly frames: number;
}

function valueAt(glide: Glide, frame: number): number {
  const done = Math.min(1, Math.max(0, (frame - glide.at) / glide.frames));
  return glide.from + (glide.to - glide.from) * done;
}

const NOBODY = { covers: () => true, read: () => 0 };

function partsOf(items: readonly CueItem[], cueStart: number, liveOf: LiveOf): Part[] {
  let endMs = 0;
  return items.map((item) => {
    const start = framesOf(endMs);
    endMs += item.durationMs;
    return {
      item,
      start,
      frames: framesOf(endMs) - start,
      gain: item.kind === "silence" ? 0 : fromDb(item.gainDb),
      file: soundOf(item, cueStart + start, liveOf),
    };
  });
}

function soundOf(item: CueItem, start: number, liveOf: LiveOf): ItemSound | null {
  if (item.kind === "file") return new FileSound(item.path);
  if (item.kind !== "live") return null;
  const speech = liveOf(item);
  return {
    ...{ failure: null, ready: 0, prepare: () => {}, close: () => {} },
    covers: (frame) => speech.covers(start + frame),
    read: (from, into) => speech.read(start + from, into),
  };
}

/** Overwrites `into` with the part's frames from `from` on; returns how many there were. */
function render(part: Part, from: number, into: Float32Array): number {
  if (part.file) return part.file.read(from, into);
  if (part.item.kind === "chime") chime(from, part.frames, into);
  else if (part.item.kind === "tone") renderTone(part.item.tone, from, part.frames, into);
  else into.fill(0);
  return into.length;
}
