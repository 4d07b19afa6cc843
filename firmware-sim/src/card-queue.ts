/** What the card says of itself; all fields hold at exactly `atUs` (Unix µs). */
export interface CardStatus {
  readonly atUs: number;
  readonly playedFrames: number;
  readonly queuedFrames: number;
  readonly underrunFrames: number;
}

/** Takes a stretch of what the card plays: samples, or null for `frames` of silence. `atMs` is when its first frame sounds. */
export type CardSink = (samples: Int16Array | null, frames: number, atMs: number) => void;

/** Nominal sample rate of the card, Hz. */
export const CARD_RATE = 48_000;
/** Frames that the card can hold. */
export const CARD_CAPACITY = 96_000;
/** Longest stretch handed to the sink at once: 100 ms. */
const MAX_STRETCH = 4_800;

/**
 * The queue of a sound card that plays one frame every crystal period, whether it has one or not. Consumption follows
 * exact time: frame n of the crystal sounds at `startMs + n / crystalRate`, however rarely `advance` is called.
 */
export class CardQueue {
  readonly #startMs: number;
  readonly #framesPerMs: number;
  readonly #ring = new Int16Array(CARD_CAPACITY);
  #head = 0;
  #queued = 0;
  #frame = 0;
  #played = 0;
  #underrun = 0;

  constructor(startMs: number, crystalPpm: number) {
    this.#startMs = startMs;
    this.#framesPerMs = (CARD_RATE * (1 + crystalPpm / 1e6)) / 1_000;
  }

  /** Queues frames; false, and nothing queued, when they exceed the capacity. */
  push(samples: Int16Array): boolean {
    if (this.#queued + samples.length > CARD_CAPACITY) return false;
    const tail = (this.#head + this.#queued) % CARD_CAPACITY;
    const first = samples.subarray(0, CARD_CAPACITY - tail);
    this.#ring.set(first, tail);
    this.#ring.set(samples.subarray(first.length), 0);
    this.#queued += samples.length;
    return true;
  }

  /** Discards what is queued. */
  drop(): void {
    this.#queued = 0;
  }

  /** Discards the newest frames; false, and nothing discarded, when there are not that many. */
  takeBack(frames: number): boolean {
    if (frames > this.#queued) return false;
    this.#queued -= frames;
    return true;
  }

  /** A new client: counters and queue start at zero. */
  restart(): void {
    this.drop();
    this.#played = 0;
    this.#underrun = 0;
  }

  /** Plays every frame that begins before `now` (Unix ms). */
  advance(now: number, sink: CardSink): void {
    const due = Math.ceil((now - this.#startMs) * this.#framesPerMs);
    while (this.#frame < due) {
      const wanted = Math.min(due - this.#frame, MAX_STRETCH);
      if (this.#queued > 0) this.#playQueued(wanted, sink);
      else this.#playSilence(wanted, sink);
    }
  }

  status(): CardStatus {
    return {
      atUs: this.#timeOf(this.#frame) * 1_000,
      playedFrames: this.#played,
      queuedFrames: this.#queued,
      underrunFrames: this.#underrun,
    };
  }

  #timeOf(frame: number): number {
    return this.#startMs + frame / this.#framesPerMs;
  }

  #playQueued(wanted: number, sink: CardSink): void {
    const frames = Math.min(wanted, this.#queued, CARD_CAPACITY - this.#head);
    const samples = this.#ring.subarray(this.#head, this.#head + frames);
    sink(samples, frames, this.#timeOf(this.#frame));
    this.#head = (this.#head + frames) % CARD_CAPACITY;
    this.#queued -= frames;
    this.#played += frames;
    this.#frame += frames;
  }

  #playSilence(frames: number, sink: CardSink): void {
    sink(null, frames, this.#timeOf(this.#frame));
    this.#underrun += frames;
    this.#frame += frames;
  }
}
