import type { SoundMeasures } from "../core/sound-findings.ts";
import type { PcmFormat } from "./wav.ts";

const STEP_MS = 20;
const FULL_SCALE = 32_768;
/** A sample that stands here, or its mirror, would have gone further. */
const AT_THE_TOP = 32_760;
/** A flat top: a wave that merely touches full scale has one or two samples there. */
const FLAT_SAMPLES = 3;
/** What digital silence counts as. */
const SILENCE_DB = -120;

/** Coefficients of a second-order Butterworth high-pass. Source: RBJ Audio EQ Cookbook. */
function highPass(hertz: number, sampleRate: number) {
  const w = (2 * Math.PI * hertz) / sampleRate;
  const alpha = Math.sin(w) / Math.SQRT2;
  const a0 = 1 + alpha;
  return {
    b0: (1 + Math.cos(w)) / 2 / a0,
    a1: (-2 * Math.cos(w)) / a0,
    a2: (1 - alpha) / a0,
  };
}

/** Listens to a source as it is decoded: its level step by step, and where it stands at full scale. Any rate, any channels. */
export class SoundScan {
  readonly #fromHertz: number;
  readonly #levelsDb: number[] = [];
  #filter: ReturnType<typeof highPass> | null = null;
  #stepFrames = 0;
  #frames = 0;
  #energy = 0;
  #x1 = 0;
  #x2 = 0;
  #y1 = 0;
  #y2 = 0;
  /** Of each channel: how many samples it has stood at full scale. */
  #flat: number[] = [];
  #stretches = 0;
  #clippedFrom = 0;
  #clippedTo = 0;
  #rest: Buffer = Buffer.alloc(0);
  #sampleRate = 1;

  /** `fromHertz`: what lies below does not count as level. */
  constructor(fromHertz: number) {
    this.#fromHertz = fromHertz;
  }

  /** Takes 16-bit samples, channels interleaved. */
  add(pcm: Buffer, format: PcmFormat): void {
    if (!this.#filter) this.#begin(format);
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, pcm]) : pcm;
    const end = bytes.length - (bytes.length % (2 * format.channels));
    this.#listen(samplesOf(bytes.subarray(0, end)), format.channels);
    this.#rest = bytes.subarray(end);
  }

  result(): Omit<SoundMeasures, "lufs"> {
    const perMs = this.#sampleRate / 1_000;
    const clipped = this.#stretches > 0 && {
      stretches: this.#stretches,
      fromMs: Math.round(this.#clippedFrom / perMs),
      toMs: Math.round(this.#clippedTo / perMs),
    };
    return { stepMs: STEP_MS, levelsDb: this.#levelsDb, clipped: clipped || null };
  }

  #begin({ channels, sampleRate }: PcmFormat): void {
    this.#filter = highPass(this.#fromHertz, sampleRate);
    this.#sampleRate = sampleRate;
    this.#stepFrames = Math.round((sampleRate * STEP_MS) / 1_000);
    this.#flat = new Array<number>(channels).fill(0);
  }

  #listen(samples: Int16Array, channels: number): void {
    const scale = 1 / (channels * FULL_SCALE);
    for (let at = 0; at < samples.length; at += channels) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        const sample = samples[at + channel]!;
        sum += sample;
        if (sample >= AT_THE_TOP || sample <= -AT_THE_TOP) this.#atTheTop(channel);
        else this.#flat[channel] = 0;
      }
      this.#level(sum * scale);
    }
  }

  #atTheTop(channel: number): void {
    const flat = ++this.#flat[channel]!;
    if (flat < FLAT_SAMPLES) return;
    if (flat === FLAT_SAMPLES && ++this.#stretches === 1) this.#clippedFrom = this.#frames;
    this.#clippedTo = this.#frames;
  }

  #level(x: number): void {
    const { b0, a1, a2 } = this.#filter!;
    const y = b0 * (x - 2 * this.#x1 + this.#x2) - a1 * this.#y1 - a2 * this.#y2;
    this.#x2 = this.#x1;
    this.#x1 = x;
    this.#y2 = this.#y1;
    this.#y1 = y;
    this.#energy += y * y;
    if (++this.#frames % this.#stepFrames !== 0) return;
    const power = this.#energy / this.#stepFrames;
    this.#levelsDb.push(Math.max(SILENCE_DB, 10 * Math.log10(power + 1e-12)));
    this.#energy = 0;
  }
}

/** Samples need an even place in memory. */
function samplesOf(bytes: Buffer): Int16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Buffer.from(bytes);
  return new Int16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}
