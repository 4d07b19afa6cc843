/** How long a level is looked at, and how often the page hears of it. */
const STEP_SECONDS = 0.05;

/** Tells peak and power of what comes in, and on request the samples themselves as mono. */
class LevelProcessor extends AudioWorkletProcessor {
  #peak = 0;
  #power = 0;
  #frames = 0;
  #wanted = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<{ samples: boolean }>) => {
      this.#wanted = data.samples;
    };
  }

  process([channels]: readonly (readonly Float32Array[])[]): boolean {
    const [first, ...others] = channels ?? [];
    if (!first) return true;
    const mono = first.map(
      (sample, i) => others.reduce((sum, other) => sum + (other[i] ?? 0), sample) / (others.length + 1),
    );
    if (this.#wanted) this.port.postMessage({ samples: mono });
    for (const channel of channels ?? []) this.#measure(channel);
    this.#frames += first.length;
    if (this.#frames >= sampleRate * STEP_SECONDS) this.#tell((channels ?? []).length);
    return true;
  }

  #measure(channel: Float32Array): void {
    for (const sample of channel) {
      this.#peak = Math.max(this.#peak, Math.abs(sample));
      this.#power += sample * sample;
    }
  }

  #tell(channels: number): void {
    this.port.postMessage({
      level: { peak: this.#peak, rms: Math.sqrt(this.#power / (this.#frames * channels)) },
    });
    [this.#peak, this.#power, this.#frames] = [0, 0, 0];
  }
}
registerProcessor("loa-level", LevelProcessor);
