import { silentReading, VoiceChain } from "./voice-chain.ts";

/** Sound of one Opus packet. */
const FRAME_SECONDS = 0.02;

/** What the page tells the chain. */
export interface VoiceOrder {
  readonly talking?: boolean;
  readonly easeDb?: number;
  /** Where blocks of 20 ms go, as Float32Array. */
  readonly encoder?: MessagePort;
}

/** Carries the microphone through the chain: to an encoder in blocks of 20 ms, and to its output. Tells a reading for each block. */
class VoiceProcessor extends AudioWorkletProcessor {
  readonly #chain = new VoiceChain(sampleRate);
  readonly #reading = silentReading();
  #encoder: MessagePort | null = null;
  readonly #size = Math.round(sampleRate * FRAME_SECONDS);
  #frame = new Float32Array(this.#size);
  #filled = 0;
  #block = new Float32Array(128);

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<VoiceOrder>) => {
      this.#chain.talking = data.talking ?? this.#chain.talking;
      this.#chain.easeDb = data.easeDb ?? this.#chain.easeDb;
      this.#encoder = data.encoder ?? this.#encoder;
    };
  }

  process([channels]: readonly (readonly Float32Array[])[], [outputs]: readonly Float32Array[][]): boolean {
    const output = outputs?.[0];
    const length = channels?.[0]?.length ?? output?.length ?? 128;
    if (this.#block.length !== length) this.#block = new Float32Array(length);
    this.#mix(channels ?? []);
    this.#chain.process(this.#block);
    output?.set(this.#block);
    this.#collect();
    return true;
  }

  /** All channels as one; silence where the microphone gives nothing. */
  #mix(channels: readonly Float32Array[]): void {
    const block = this.#block;
    block.fill(0);
    for (const channel of channels)
      for (let i = 0; i < block.length; i++)
        block[i] = (block[i] as number) + (channel[i] as number) / channels.length;
  }

  #collect(): void {
    for (let at = 0; at < this.#block.length; ) {
      const room = Math.min(this.#block.length - at, this.#size - this.#filled);
      this.#frame.set(this.#block.subarray(at, at + room), this.#filled);
      this.#filled += room;
      at += room;
      if (this.#filled === this.#size) this.#tell();
    }
  }

  #tell(): void {
    this.#filled = 0;
    this.#chain.read(this.#reading);
    this.port.postMessage(this.#reading);
    if (this.#encoder === null) return;
    this.#encoder.postMessage(this.#frame, [this.#frame.buffer]);
    this.#frame = new Float32Array(this.#size);
  }
}
registerProcessor("loa-voice", VoiceProcessor);
