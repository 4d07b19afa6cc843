import { CardLine } from "./playhead-line.ts";

/** What the loop is told at each turn. All times are local ms on one scale that never jumps; keep them small numbers. */
export interface PlayheadReading {
  /** When the card was asked. */
  readonly atMs: number;
  /** Frames that lay between the next written frame and the horns at that time. */
  readonly delayFrames: number;
  /** Frames written to the card since its stream began. */
  readonly writtenFrames: number;
  /** The frame of the stream that the next media frame will be: writtenFrames, later if silence is owed first. */
  readonly nextFrame: number;
  /** When that media frame should sound. */
  readonly dueMs: number;
  /** Media ms per local ms: 1 + drift of the clock line. */
  readonly mediaRate: number;
  /** Whether programme is in what is rendered next: then steering must not be heard. */
  readonly sounding: boolean;
}

/** What to do until the next turn. */
export interface PlayheadOrder {
  /** Media frames to take per frame written, within 1 ± 0.002 of the clock line's rate. */
  readonly rate: number;
  /** Media frames to skip (positive: late) or to wait for with silence (negative: early), now and once. 0: none. */
  readonly jumpFrames: number;
  /** Late is positive, ms; before the jump, if there is one. */
  readonly errorMs: number;
}

const JUMP_MS = 5;
/** A gap this wide is believed on the first reading after a break: waiting would play what is past. */
const GROSS_MS = 20;
const ENOUGH_EVIDENCE = 5;
const JUMP_PAUSE_MS = 500;
const STEER_LIMIT = 0.002;
/** While programme sounds: a quarter of a millisecond a second, which neither ear nor a second's correlation notices. */
const GENTLE_LIMIT = 0.00025;
const STEER_OVER_MS = 700;

/**
 * Keeps a card in step with station time. The card's line (level and crystal error) comes from readings alone and does
 * not depend on the steering, so that there is no loop to ring: the crystal's error and the clock's drift are fed
 * forward, what is left of the error is steered off over some seconds, and more than 5 ms goes by one jump.
 */
export class Playhead {
  readonly #framesPerMs: number;
  readonly #card: CardLine;
  #jumps = 0;
  #jumpedAtMs = Number.NEGATIVE_INFINITY;
  #order: PlayheadOrder = { rate: 1, jumpFrames: 0, errorMs: 0 };

  /** `rate` in frames per second. */
  constructor(rate: number) {
    this.#framesPerMs = rate / 1_000;
    this.#card = new CardLine(rate);
  }

  /** Jumps made since the beginning. */
  get jumps(): number {
    return this.#jumps;
  }

  /** The order now in force. */
  get order(): PlayheadOrder {
    return this.#order;
  }

  /** Whether the card's line is known well enough to tell when a frame sounds. */
  get settled(): boolean {
    return this.#card.evidence >= ENOUGH_EVIDENCE;
  }

  /** Whether the stream's readings are so poor that it should begin anew, if silence allows it. */
  get creeps(): boolean {
    return this.#card.creeps;
  }

  /** Local time at which a written frame sounds, ms, by all that is known now. */
  soundsAt(frame: number): number {
    return this.#card.soundsAt(frame);
  }

  /**
   * A new stream (first start, underrun, reopened card): its level is unknown until the next reading. `creepMs`: how
   * long its readings creep (see CardLine), 0 if they do not.
   */
  restart(creepMs = 0): void {
    this.#card.begin(creepMs);
    this.#jumpedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** One turn of the loop. */
  turn(reading: PlayheadReading): PlayheadOrder {
    this.#card.add({ atMs: reading.atMs, frame: reading.writtenFrames - reading.delayFrames });
    const errorMs = this.#card.soundsAt(reading.nextFrame) - reading.dueMs;
    const jumpFrames = this.#mayJump(errorMs, reading.atMs)
      ? Math.round(errorMs * this.#framesPerMs * reading.mediaRate)
      : 0;
    if (jumpFrames !== 0) {
      this.#jumps++;
      this.#jumpedAtMs = reading.atMs;
    }
    const wanted = jumpFrames === 0 ? errorMs / STEER_OVER_MS : 0;
    const steer = clamp(wanted, reading.sounding ? GENTLE_LIMIT : STEER_LIMIT);
    const correction = clamp(this.#card.slope + steer, STEER_LIMIT);
    this.#order = { rate: reading.mediaRate * (1 + correction), jumpFrames, errorMs };
    return this.#order;
  }

  /** Early readings of a stream are poor: snapping at each of them made 64 jumps where one would do. */
  #mayJump(errorMs: number, atMs: number): boolean {
    const size = Math.abs(errorMs);
    if (size <= JUMP_MS || atMs - this.#jumpedAtMs < JUMP_PAUSE_MS) return false;
    return size > GROSS_MS || this.#card.evidence >= ENOUGH_EVIDENCE;
  }
}

const clamp = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value));
