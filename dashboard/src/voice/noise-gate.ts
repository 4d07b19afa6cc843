import { factorOf, powerDb, stepShare } from "./decibels.ts";

/** Speech stands out from the room by this when the gate opens, and by less when it closes: no flutter between. */
const OPENS_OVER_FLOOR_DB = 10;
const HYSTERESIS_DB = 5;
/** Between these the gate opens, however quiet or loud the room is. */
const OPENS_AT_LEAST_DB = -56;
const OPENS_AT_MOST_DB = -38;
/** Longer than a pause within a word. */
const HOLD_SECONDS = 0.25;
const OPENING_SECONDS = 0.003;
const CLOSING_SECONDS = 0.06;
/** How the level is followed: at once upwards, over a syllable downwards. */
const RISE_SECONDS = 0.004;
const FALL_SECONDS = 0.06;
/** How fast the room may get louder, dB a second; quieter it gets at once. */
const FLOOR_RISE_DB = 1.5;
/** A loud room, until it was heard; so a room is never taken for speech at first. */
const FIRST_FLOOR_DB = -45;
const LEAST_FLOOR_DB = -75;
const SETTLED_SECONDS = 0.1;
const NOTHING = factorOf(-80);

/** Closes while nobody speaks: what is let through follows from how far a sound stands out from the room's own noise. */
export class NoiseGate {
  open = false;
  /** Speech is heard right now: the gate is not just held open over a pause. */
  speech = false;
  readonly #sampleRate: number;
  readonly #rise: number;
  readonly #fall: number;
  readonly #opening: number;
  readonly #closing: number;
  /** The room's own noise, dBFS. */
  #floorDb = FIRST_FLOOR_DB;
  #heard = 0;
  #power = 0;
  #held = 0;
  #gain = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
    const share = (seconds: number) => stepShare(1 / sampleRate, seconds);
    this.#rise = share(RISE_SECONDS);
    this.#fall = share(FALL_SECONDS);
    this.#opening = share(OPENING_SECONDS);
    this.#closing = share(CLOSING_SECONDS);
  }

  /** Decides by how loud a block is. */
  hear(block: Float32Array): void {
    let power = this.#power;
    for (let i = 0; i < block.length; i++) {
      const now = (block[i] as number) ** 2;
      power += (now > power ? this.#rise : this.#fall) * (now - power);
    }
    this.#power = power;
    const seconds = block.length / this.#sampleRate;
    this.#heard += seconds;
    this.#decide(powerDb(power), seconds);
  }

  #decide(level: number, seconds: number): void {
    const floor = Math.max(LEAST_FLOOR_DB, Math.min(level, this.#floorDb + FLOOR_RISE_DB * seconds));
    if (this.#heard > SETTLED_SECONDS) this.#floorDb = floor;
    const opens = Math.min(
      OPENS_AT_MOST_DB,
      Math.max(OPENS_AT_LEAST_DB, this.#floorDb + OPENS_OVER_FLOOR_DB),
    );
    this.speech = level > (this.open ? opens - HYSTERESIS_DB : opens);
    this.#held = this.speech ? HOLD_SECONDS : this.#held - seconds;
    this.open = this.speech || (this.open && this.#held > 0);
  }

  /** Opens or closes over a block in place. */
  process(block: Float32Array): void {
    const wanted = this.open ? 1 : 0;
    const share = this.open ? this.#opening : this.#closing;
    let gain = this.#gain;
    for (let i = 0; i < block.length; i++) {
      gain += share * (wanted - gain);
      if (gain < NOTHING) gain = 0;
      block[i] = (block[i] as number) * gain;
    }
    this.#gain = gain;
  }
}
