import type { CueVoice, Share } from "./cue-voice.ts";
import { BLOCK } from "./frames.ts";
import { Limiter, peakOf } from "./limiter.ts";
import { resample, TAPS_AFTER, TAPS_BEFORE } from "./resampler.ts";

const CAPACITY = 32 * BLOCK;

/**
 * Turns the media timeline into frames for the card: mixes the voices block by block, limits one block behind, and
 * resamples at the rate that the playhead orders. Its place on the timeline is a fraction of a frame.
 */
export class MediaWindow {
  readonly voices = new Map<string, CueVoice>();
  readonly #samples = new Float32Array(CAPACITY);
  #limiter = new Limiter();
  #place: number;
  /** Media frame of #samples[0], and the ends of what is limited and of what is mixed. */
  #base = 0;
  #limitedTo = 0;
  #mixedTo = 0;
  #pending: Share[] = [];

  /** `place`: the media frame to begin at. */
  constructor(place: number) {
    this.#place = place;
    this.#moveTo(place);
  }

  /** The media frame that the next frame for the card is taken from. */
  get place(): number {
    return this.#place;
  }

  /** The first media frame that a change can still reach: all before it is mixed already. */
  get changesFrom(): number {
    return this.#mixedTo;
  }

  /** Goes on at another media frame. */
  jump(frames: number): void {
    this.#moveTo(this.#place + frames);
    for (const voice of this.voices.values()) voice.rejoin();
  }

  /** Goes back to where it was before what the card gave back was rendered; voices go on without a seam. */
  returnTo(place: number): void {
    this.#moveTo(place);
  }

  /** Whether the next `frames` frames are silent, so that nothing needs to be computed. */
  silent(frames: number): boolean {
    const reach = Math.ceil(this.#place + frames * 1.003) + TAPS_AFTER + 3 * BLOCK;
    if (!this.#limiter.idle || this.#pending.length > 0) return false;
    for (const voice of this.voices.values())
      if (voice.start < reach && voice.silentFrom > this.#base) return false;
    return true;
  }

  /** Whether live speech may sound in the next `frames` frames. */
  live(frames: number): boolean {
    const reach = this.#place + frames;
    return [...this.voices.values()].some((voice) => voice.isLive(this.#place, reach));
  }

  /** Whether all sound of the next `frames` frames can be read now. */
  ready(frames: number): boolean {
    const reach = Math.ceil(this.#place + frames * 1.003) + TAPS_AFTER + 3 * BLOCK;
    return [...this.voices.values()].every((voice) => voice.isReady(this.#mixedTo, reach));
  }

  /** Passes over `frames` silent frames. */
  skip(frames: number, rate: number): void {
    this.#moveTo(this.#place + frames * rate);
  }

  /** Renders `frames` frames, at most 200 ms, at `rate` media frames each. Returns the voices' shares in them. */
  render(into: Float32Array, frames: number, rate: number): Share[] {
    const last = Math.floor(this.#place + frames * rate);
    while (this.#limitedTo <= last + TAPS_AFTER) this.#extend();
    resample(this.#samples, this.#place - this.#base, rate, into, frames);
    this.#place += frames * rate;
    const sounded = this.#pending.filter((share) => share.first < this.#place);
    this.#pending = this.#pending.filter((share) => share.first >= this.#place);
    this.#forget();
    return sounded;
  }

  #moveTo(place: number): void {
    this.#place = place;
    this.#base = Math.floor(place) - TAPS_BEFORE;
    this.#limitedTo = this.#base;
    this.#mixedTo = this.#base;
    this.#samples.fill(0);
    this.#limiter = new Limiter();
    this.#pending = [];
  }

  /** Mixes one more block and limits the one before it, whose successor's peak is now known. */
  #extend(): void {
    const block = this.#block(this.#mixedTo);
    block.fill(0);
    for (const voice of this.voices.values()) {
      const share = voice.addTo(block, this.#mixedTo);
      if (share) this.#pending.push(share);
    }
    if (this.#mixedTo > this.#base) {
      this.#limiter.apply(this.#block(this.#mixedTo - BLOCK), peakOf(block));
      this.#limitedTo = this.#mixedTo;
    }
    this.#mixedTo += BLOCK;
  }

  #block(frame: number): Float32Array {
    return this.#samples.subarray(frame - this.#base, frame - this.#base + BLOCK);
  }

  #forget(): void {
    const spare = Math.floor((Math.floor(this.#place) - TAPS_BEFORE - this.#base) / BLOCK) * BLOCK;
    if (spare <= 0) return;
    this.#samples.copyWithin(0, spare, this.#mixedTo - this.#base);
    this.#base += spare;
  }
}
