import { OpusDecoder } from "opus-decoder";

/** Samples of 20 ms; a frame of another length is not one of ours. */
const FRAME_SAMPLES = 960;
const SILENT_DBFS = -120;

/** Decodes frames of live speech to say how loud they are. */
export class SpeechLevel {
  readonly #decoder = new OpusDecoder({ channels: 1, sampleRate: 48_000 });
  #ready = false;
  #energy = 0;
  #samples = 0;

  constructor() {
    this.#decoder.ready.then(
      () => {
        this.#ready = true;
      },
      () => {},
    );
  }

  /** Frames of a moment before the decoder is ready do not count. */
  add(frames: readonly Uint8Array[]): void {
    if (!this.#ready) return;
    for (const frame of frames) {
      const [samples] = this.#decoder.decodeFrame(frame).channelData;
      if (samples?.length !== FRAME_SAMPLES) continue;
      for (const sample of samples) this.#energy += sample * sample;
      this.#samples += samples.length;
    }
  }

  /** Since it was last asked, dBFS rms; null: nothing came. */
  take(): number | null {
    if (this.#samples === 0) return null;
    const dbfs = 10 * Math.log10(this.#energy / this.#samples);
    [this.#energy, this.#samples] = [0, 0];
    return Math.max(SILENT_DBFS, Math.round(dbfs * 10) / 10);
  }

  close(): void {
    this.#ready = false;
    this.#decoder.ready.then(
      () => this.#decoder.free(),
      () => {},
    );
  }
}
