import { AutomaticGain } from "./automatic-gain.ts";
import { factorOf, powerDb, stepShare } from "./decibels.ts";
import { HighPass } from "./high-pass.ts";
import { Limiter } from "./limiter.ts";
import { NoiseGate } from "./noise-gate.ts";

/** How a stretch sounded; levels in dBFS, peaks 0..1 of full scale. */
export interface VoiceReading {
  inPeak: number;
  inDb: number;
  outPeak: number;
  outDb: number;
  gateOpen: boolean;
  gainDb: number;
}

/** Time of the talk switch: no click. */
const SWITCH_SECONDS = 0.005;

/**
 * From a microphone to what is sent: high-pass, noise gate, automatic gain, limiter. While nobody talks it gives digital silence, but still
 * hears the room. Nothing is allocated per block.
 */
export class VoiceChain {
  /** Whether what is spoken goes out. */
  talking = false;
  /** Taken off, dB, e.g. while the speaker's own echo is heard. */
  easeDb = 0;
  readonly #highPass: HighPass;
  readonly #gate: NoiseGate;
  readonly #gain: AutomaticGain;
  readonly #limiter: Limiter;
  readonly #share: number;
  #switch = 0;
  readonly #in = new Meter();
  readonly #out = new Meter();
  readonly #raw = new Meter();

  constructor(sampleRate: number) {
    this.#highPass = new HighPass(sampleRate);
    this.#gate = new NoiseGate(sampleRate);
    this.#gain = new AutomaticGain(sampleRate);
    this.#limiter = new Limiter(sampleRate);
    this.#share = stepShare(1 / sampleRate, SWITCH_SECONDS);
  }

  /** Works on a block of mono samples in place. */
  process(block: Float32Array): void {
    this.#raw.hear(block);
    this.#highPass.process(block);
    this.#in.hear(block);
    this.#gate.hear(block);
    if (this.#gate.speech) this.#gain.hear(block);
    this.#gate.process(block);
    this.#gain.process(block);
    this.#pass(block);
    this.#limiter.process(block);
    this.#out.hear(block);
  }

  /** The talk switch and what is taken off. */
  #pass(block: Float32Array): void {
    const wanted = this.talking ? factorOf(-this.easeDb) : 0;
    let factor = this.#switch;
    for (let i = 0; i < block.length; i++) {
      factor += this.#share * (wanted - factor);
      if (factor < 1e-4) factor = 0;
      block[i] = (block[i] as number) * factor;
    }
    this.#switch = factor;
  }

  /** Writes how it sounded since the last time into `reading`. */
  read(reading: VoiceReading): void {
    reading.inPeak = this.#raw.peak;
    reading.inDb = powerDb(this.#in.power);
    reading.outPeak = this.#out.peak;
    reading.outDb = powerDb(this.#out.power);
    reading.gateOpen = this.#gate.open;
    reading.gainDb = this.#gain.gainDb;
    this.#raw.clear();
    this.#in.clear();
    this.#out.clear();
  }
}

/** Peak and mean power of what was heard since it was cleared. */
class Meter {
  peak = 0;
  #sum = 0;
  #samples = 0;

  get power(): number {
    return this.#samples === 0 ? 0 : this.#sum / this.#samples;
  }

  hear(block: Float32Array): void {
    let peak = this.peak;
    let sum = this.#sum;
    for (let i = 0; i < block.length; i++) {
      const sample = block[i] as number;
      peak = Math.max(peak, Math.abs(sample));
      sum += sample * sample;
    }
    this.peak = peak;
    this.#sum = sum;
    this.#samples += block.length;
  }

  clear(): void {
    this.peak = this.#sum = this.#samples = 0;
  }
}

/** A reading of nothing. */
export const silentReading = (): VoiceReading => ({
  inPeak: 0,
  inDb: -100,
  outPeak: 0,
  outDb: -100,
  gateOpen: false,
  gainDb: 0,
});
