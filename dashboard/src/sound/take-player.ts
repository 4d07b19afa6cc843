/** Enough to judge a voice; a take of 20 minutes then needs 115 MB, which a phone has. */
const LISTEN_RATE = 24_000;

/** A take as samples: recorders write no length into their files and players cannot seek in them. */
export class TakeSound {
  readonly samples: Float32Array<ArrayBuffer>;
  readonly sampleRate: number;
  #context: AudioContext | null = null;
  #source: AudioBufferSourceNode | null = null;
  #startedAt = 0;
  #fromMs = 0;

  constructor(samples: Float32Array<ArrayBuffer>, sampleRate: number) {
    this.samples = samples;
    this.sampleRate = sampleRate;
  }

  /** Reads a recorded file. @throws DOMException EncodingError when it holds no sound */
  static async read(file: Blob): Promise<TakeSound> {
    const context = new OfflineAudioContext(1, 1, LISTEN_RATE);
    const decoded = await context.decodeAudioData(await file.arrayBuffer());
    const mono = new Float32Array(decoded.length);
    for (let channel = 0; channel < decoded.numberOfChannels; channel++)
      for (const [i, sample] of decoded.getChannelData(channel).entries())
        mono[i] = (mono[i] as number) + sample / decoded.numberOfChannels;
    return new TakeSound(mono, LISTEN_RATE);
  }

  get durationMs(): number {
    return Math.round((this.samples.length / this.sampleRate) * 1_000);
  }

  get playing(): boolean {
    return this.#source !== null;
  }

  /** Where it plays, or where it was stopped. */
  get positionMs(): number {
    if (!this.#context || !this.#source) return this.#fromMs;
    return this.#fromMs + (this.#context.currentTime - this.#startedAt) * 1_000;
  }

  /** Plays a stretch; `onEnd` is called when it is over or stopped. */
  play(fromMs: number, toMs: number, onEnd: () => void): void {
    this.stop();
    this.#context ??= new AudioContext();
    const buffer = this.#context.createBuffer(1, this.samples.length, this.sampleRate);
    buffer.copyToChannel(this.samples, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#context.destination);
    source.onended = () => {
      if (this.#source === source) this.stop();
      onEnd();
    };
    source.start(0, fromMs / 1_000, (toMs - fromMs) / 1_000);
    void this.#context.resume();
    [this.#source, this.#fromMs, this.#startedAt] = [source, fromMs, this.#context.currentTime];
  }

  stop(): void {
    this.#fromMs = this.positionMs;
    const source = this.#source;
    this.#source = null;
    source?.stop();
  }

  close(): void {
    this.stop();
    void this.#context?.close();
    this.#context = null;
  }
}
