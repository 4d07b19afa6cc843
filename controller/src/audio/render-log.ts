import { SAMPLE_RATE } from "./frames.ts";

/** Remembered for longer than any card's buffer. */
const KEPT_FRAMES = SAMPLE_RATE;

/** Where the timeline stood when a stretch of the stream began. */
interface Stretch {
  /** First frame of the stream. */
  readonly frame: number;
  /** Media frame that it was taken from. */
  readonly place: number;
  /** Silence at its beginning that belongs to no media frame. */
  readonly held: number;
  /** Media frames for each frame of the stream. */
  readonly rate: number;
}

/** Remembers which media frame each frame of the stream came from, so that what the card gives back can be rendered anew. */
export class RenderLog {
  #stretches: Stretch[] = [];

  note(stretch: Stretch): void {
    this.#stretches.push(stretch);
    while (this.#stretches[0] && this.#stretches[0].frame < stretch.frame - KEPT_FRAMES)
      this.#stretches.shift();
  }

  /** The first frame that can be returned to. */
  get since(): number {
    return this.#stretches[0]?.frame ?? Number.POSITIVE_INFINITY;
  }

  /** Place and owed silence at frame `frame` of the stream, `since` or later; it is the next one again. */
  returnTo(frame: number): { place: number; hold: number } {
    const stretch = this.#stretches.findLast((candidate) => candidate.frame <= frame) as Stretch;
    this.#stretches = this.#stretches.filter((candidate) => candidate.frame <= frame);
    const into = frame - stretch.frame;
    const hold = Math.max(0, stretch.held - into);
    return { hold, place: stretch.place + Math.max(0, into - stretch.held) * stretch.rate };
  }

  /** The place jumped, or the stream began anew: what was before cannot be returned to. */
  clear(): void {
    this.#stretches = [];
  }
}
