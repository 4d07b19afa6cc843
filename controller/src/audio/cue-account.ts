import type { ErrorCode } from "@loa/kernel/error-codes";
import type { CueProgress } from "../ports.ts";
import type { CueVoice, Share } from "./cue-voice.ts";
import { SAMPLE_RATE } from "./frames.ts";

const REPORT_EVERY_MS = 1_000;
/** Shares are kept this long, so that they can be taken back: longer than any card's buffer. */
const KEPT_FRAMES = SAMPLE_RATE;

interface Booked {
  /** Frame of the stream that the share begins at. */
  readonly frame: number;
  readonly frames: number;
  readonly energy: number;
}

/** When a frame of the stream sounds and when a media frame is due, both in local ms; their difference is the error. */
export interface Timing {
  soundsAt(frame: number): number;
  dueAt(mediaFrame: number): number;
}

/** The book kept of one cue: what of it went to the card, when its first sample sounded, how it ended. */
export class CueAccount {
  readonly voice: CueVoice;
  #frames = 0;
  #energy = 0;
  #recent: Booked[] = [];
  #first: { frame: number; mediaFrame: number } | null = null;
  #startErrorMs: number | undefined;
  #startMeasured = false;
  #endFrame: number | null = null;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(voice: CueVoice) {
    this.voice = voice;
  }

  /** Books a share whose first sample became frame `frame` of the stream. */
  book(share: Share, frame: number): void {
    if (share.frames === 0) return;
    this.#first ??= { frame, mediaFrame: share.first };
    this.#frames += share.frames;
    this.#energy += share.energy;
    this.#recent.push({ frame, frames: share.frames, energy: share.energy });
    while (this.#recent[0] && this.#recent[0].frame < frame - KEPT_FRAMES) this.#recent.shift();
  }

  /** What was to sound from frame `frame` of the stream on was taken back from the card. */
  takeBack(frame: number): void {
    this.#recent = this.#recent.flatMap((booked) => {
      const kept = Math.min(booked.frames, Math.max(0, Math.round(frame - booked.frame)));
      const energy = (booked.energy * kept) / booked.frames;
      this.#frames -= booked.frames - kept;
      this.#energy -= booked.energy - energy;
      return kept > 0 ? [{ frame: booked.frame, frames: kept, energy }] : [];
    });
    if (this.#first && this.#first.frame >= frame) this.#first = null;
    if (this.#endFrame !== null && this.#endFrame > frame) this.#endFrame = null;
  }

  /** The cue is silent from frame `frame` of the stream on. */
  endsAt(frame: number): void {
    this.#endFrame ??= frame;
  }

  get hasEnd(): boolean {
    return this.#endFrame !== null;
  }

  /**
   * What is to be reported now, at local time `nowMs`, when frame `sounding` is at the horns; null: nothing. The end
   * is reported when the last sample has sounded, since relays open upon it.
   */
  due(nowMs: number, sounding: number, timing: Timing): CueProgress | null {
    this.#measureStart(sounding, timing);
    if (this.#endFrame !== null && sounding >= this.#endFrame)
      return this.progress(this.voice.stopping ? "stopped" : "ended");
    if (!this.#first || nowMs - this.#reportedAt < REPORT_EVERY_MS) return null;
    this.#reportedAt = nowMs;
    return this.progress("playing");
  }

  progress(state: CueProgress["state"], code?: ErrorCode): CueProgress {
    return {
      id: this.voice.cue.id,
      state,
      samplesRendered: this.#frames,
      ...(this.#startErrorMs !== undefined && { startErrorMs: this.#startErrorMs }),
      ...(this.#first && { firstFrame: this.#first.mediaFrame }),
      ...(this.#frames > 0 && { rmsDb: 10 * Math.log10(Math.max(1e-12, this.#energy / this.#frames)) }),
      ...(code && { code }),
    };
  }

  /** Predicted while the first sample is on its way, and measured once more when it has sounded. */
  #measureStart(sounding: number, timing: Timing): void {
    if (!this.#first || this.#startMeasured) return;
    this.#startErrorMs = timing.soundsAt(this.#first.frame) - timing.dueAt(this.#first.mediaFrame);
    this.#startMeasured = sounding >= this.#first.frame;
  }
}
