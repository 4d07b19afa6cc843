/** A card's position at one moment: frame `frame` of the stream was sounding at local time `atMs`. */
export interface CardReading {
  readonly atMs: number;
  readonly frame: number;
}

interface Bucket {
  readonly atMs: number;
  readonly lagMs: number;
}

const BUCKET_MS = 200;
/** Slope window: long, since its noise is multiplied by the distance to the window's centre. */
const KEPT_BUCKETS = 150;
/** Offset window: short, so that a card that wanders is followed. */
const OFFSET_BUCKETS = 25;
const SLOPE_MIN_SPAN_MS = 3_000;
const SLOPE_FULL_SPAN_MS = 8_000;
/** No crystal is off by more; what looks like it is noise. */
const SLOPE_LIMIT = 0.0004;
/** Of a stream that creeps, this much is believed at first, and this many buckets afterwards replace it. */
const TRUSTED_MS = 250;
const REPLACING_BUCKETS = 5;
/** At this age, readings this far from the first level mean that either of them is poor. */
const CREEP_SHOWS_MS = 2_500;
const CREEP_BAD_MS = 1;
const RECENT_READINGS = 15;
const STEP_MS = 5;
/** While a level is held: creeping is slow, so what leaves the readings just before it by this much is a step. */
const HELD_STEP_MS = 2;
const STEP_READINGS = 5;

/**
 * Where a card's crystal stands against local time, from noisy readings. `lag` is the local time at which a frame
 * sounds minus the frame's nominal time (frame / rate), so it does not depend on what is steered: its level is the
 * card's latency, its slope the crystal's error. Medians of short buckets hold off outliers; the slope is the median of
 * the slopes between buckets (Theil and Sen, 1968).
 *
 * PulseAudio's delays are right to 0.1 ms in the first 0.3 s of a stream, then creep away by 0.5 to 5 ms and come back
 * within 15 s, since its own smoothing still learns. For an output that does so the first level is held that long.
 */
export class CardLine {
  readonly #framesPerMs: number;
  #creepMs = 0;
  #begunAtMs = Number.NaN;
  #early: CardReading[] = [];
  #recent: CardReading[] = [];
  #open: CardReading[] = [];
  #buckets: Bucket[] = [];
  #slope = 0;
  #anchor: Bucket | null = null;
  #strays: CardReading[] = [];

  /** `rate` in frames per second. */
  constructor(rate: number) {
    this.#framesPerMs = rate / 1_000;
  }

  /** Whether the line says anything yet. */
  get known(): boolean {
    return this.#anchor !== null;
  }

  /** Local ms the card falls behind per local ms; 0.0001 is a crystal 100 ppm slow. */
  get slope(): number {
    return this.#slope;
  }

  /** Readings behind the present level, at most a few seconds' worth. */
  get evidence(): number {
    return (
      this.#early.length + this.#recent.length + this.#open.length + this.#buckets.length * STEP_READINGS
    );
  }

  /** Whether this stream's readings creep so much that a new stream would be better, if silence allows one. */
  get creeps(): boolean {
    const newest = this.#recent.at(-1);
    if (!newest || newest.atMs - this.#begunAtMs < CREEP_SHOWS_MS) return false;
    return Math.abs(this.#recentOff()) > CREEP_BAD_MS;
  }

  /** Takes a reading in. A step of more than 5 ms that several readings agree on begins the level anew. */
  add(reading: CardReading): void {
    if (this.#isStray(reading)) {
      this.#strays.push(reading);
      if (this.#strays.length < STEP_READINGS) return;
      this.#step(this.#strays);
      return;
    }
    this.#strays = [];
    this.#take(reading);
  }

  /** A new stream: its level is unknown, the crystal is still the same. Its readings creep for `creepMs`; 0: never. */
  begin(creepMs: number): void {
    this.#creepMs = creepMs;
    this.#early = [];
    this.#recent = [];
    this.#open = [];
    this.#buckets = [];
    this.#anchor = null;
    this.#strays = [];
    this.#begunAtMs = Number.NaN;
  }

  /** Local time at which a frame sounds, ms. Only while `known`. */
  soundsAt(frame: number): number {
    const nominal = frame / this.#framesPerMs;
    const { atMs, lagMs } = this.#anchor ?? { atMs: 0, lagMs: 0 };
    return nominal + lagMs + this.#slope * (nominal + lagMs - atMs);
  }

  #take(reading: CardReading): void {
    if (Number.isNaN(this.#begunAtMs)) this.#begunAtMs = reading.atMs;
    const ageMs = reading.atMs - this.#begunAtMs;
    if (ageMs < this.#creepMs) {
      if (ageMs <= TRUSTED_MS) {
        this.#early.push(reading);
        this.#anchor = this.#median(this.#early, []);
      }
      this.#recent = [...this.#recent.slice(1 - RECENT_READINGS), reading];
      return;
    }
    this.#recent = [];
    const first = this.#open[0];
    if (first && reading.atMs - first.atMs >= BUCKET_MS) this.#closeBucket();
    this.#open.push(reading);
    if (this.#creepMs === 0 && this.#buckets.length < 3)
      this.#anchor = this.#median(this.#open, this.#buckets);
  }

  #closeBucket(): void {
    this.#buckets.push(this.#median(this.#open, []));
    this.#open = [];
    if (this.#buckets.length > KEPT_BUCKETS) this.#buckets.shift();
    if (this.#creepMs > 0 && this.#buckets.length < REPLACING_BUCKETS) return;
    this.#slope = slopeOf(this.#buckets) ?? this.#slope;
    this.#anchor = this.#median([], this.#buckets.slice(-OFFSET_BUCKETS));
  }

  /** The median level of readings and buckets together, moved along the slope to the newest of them. */
  #median(readings: readonly CardReading[], buckets: readonly Bucket[]): Bucket {
    const points = [...buckets, ...readings.map((reading) => this.#point(reading))];
    const atMs = points.at(-1)?.atMs ?? 0;
    return { atMs, lagMs: median(points.map((point) => point.lagMs + this.#slope * (atMs - point.atMs))) };
  }

  #point({ atMs, frame }: CardReading): Bucket {
    return { atMs, lagMs: atMs - frame / this.#framesPerMs };
  }

  #isStray(reading: CardReading): boolean {
    if (!this.#anchor) return false;
    const off = reading.atMs - this.soundsAt(reading.frame);
    return this.#held ? Math.abs(off - this.#recentOff()) > HELD_STEP_MS : Math.abs(off) > STEP_MS;
  }

  get #held(): boolean {
    return this.#recent.length > 0;
  }

  /** How far the last readings lie from the held level, ms. */
  #recentOff(): number {
    return median(this.#recent.map((reading) => reading.atMs - this.soundsAt(reading.frame)));
  }

  /** A held level moves by the step alone, or the creeping would come in with it; otherwise the level begins anew. */
  #step(strays: CardReading[]): void {
    if (this.#held && this.#anchor) {
      const step = median(strays.map(({ atMs, frame }) => atMs - this.soundsAt(frame))) - this.#recentOff();
      this.#anchor = { ...this.#anchor, lagMs: this.#anchor.lagMs + step };
      this.#early = [];
      this.#recent = strays;
      this.#strays = [];
      return;
    }
    this.begin(0);
    for (const stray of strays) this.#take(stray);
  }
}

/** Shrunk towards 0 while the span is short, since noise then looks like slope. Null: too short to say. */
function slopeOf(buckets: readonly Bucket[]): number | null {
  const spanMs = (buckets.at(-1)?.atMs ?? 0) - (buckets[0]?.atMs ?? 0);
  if (spanMs < SLOPE_MIN_SPAN_MS) return null;
  const slopes: number[] = [];
  const hop = Math.ceil(buckets.length / 3);
  for (let late = hop; late < buckets.length; late++)
    for (let early = late - hop; early >= 0; early -= 3) slopes.push(slopeBetween(buckets, early, late));
  const slope = median(slopes) * Math.min(1, spanMs / SLOPE_FULL_SPAN_MS);
  return Math.max(-SLOPE_LIMIT, Math.min(SLOPE_LIMIT, slope));
}

function slopeBetween(buckets: readonly Bucket[], early: number, late: number): number {
  const from = buckets[early]!;
  const to = buckets[late]!;
  return (to.lagMs - from.lagMs) / (to.atMs - from.atMs);
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  return values.length % 2 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
