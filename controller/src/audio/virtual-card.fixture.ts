import type { Output, OutputReading } from "./output.ts";

/** A perfect card on a time that only the test moves. */
export class VirtualCard implements Output {
  nowMs = 0;
  readonly heard: number[] = [];
  #queue: number[] = [];
  open(): void {}
  close(): void {}
  restart(): void {}

  poll(): OutputReading {
    const room = 48_000 - this.#queue.length;
    return { atMs: this.nowMs, delayFrames: this.#queue.length, room, stream: 1, creepMs: 0, underruns: 0 };
  }

  write(samples: Int16Array, frames: number): number {
    for (let i = 0; i < frames; i++) this.#queue.push(samples[i]!);
    return frames;
  }

  takeBack(frames: number): number {
    this.#queue.length -= Math.min(frames, this.#queue.length);
    return frames;
  }

  advance(ms: number): void {
    this.nowMs += ms;
    const frames = ms * 48;
    for (let i = 0; i < frames; i++) this.heard.push(this.#queue.shift() ?? 0);
  }

  /** Loudest sample that sounded in [fromMs, toMs). */
  peak(fromMs: number, toMs: number): number {
    return this.heard
      .slice(fromMs * 48, toMs * 48)
      .reduce((top, sample) => Math.max(top, Math.abs(sample)), 0);
  }
}
