import type { Microphone } from "./microphone.ts";
import { encodeWav } from "./wav.ts";

/** Formats that the hub takes, best first. Safari records only the second. */
const FORMATS = ["audio/webm;codecs=opus", "audio/mp4"];
/** Speech in one or two channels, transparent before the hub makes it Opus once more. */
const BITS_PER_SECOND = 128_000;
/** How much is lost at most when the browser dies. */
const PART_MS = 1_000;

/** A way to record: parts of a file come while it runs. */
interface Way {
  readonly type: string;
  start(onPart: (part: Blob) => void): void;
  pause(): void;
  resume(): void;
  /** Resolves once the last part was handed over. */
  stop(): Promise<void>;
}

/** Records one take from a microphone and counts its time. */
export class TakeRecorder {
  readonly #way: Way;
  #before = 0;
  #since: number | null = null;

  constructor(microphone: Microphone) {
    const format =
      typeof MediaRecorder === "undefined"
        ? undefined
        : FORMATS.find((type) => MediaRecorder.isTypeSupported(type));
    this.#way = format === undefined ? new WavWay(microphone) : new MediaWay(microphone.stream, format);
  }

  get type(): string {
    return this.#way.type;
  }

  get elapsedMs(): number {
    return this.#before + (this.#since === null ? 0 : performance.now() - this.#since);
  }

  get running(): boolean {
    return this.#since !== null;
  }

  start(onPart: (part: Blob) => void): void {
    this.#way.start(onPart);
    this.#since = performance.now();
  }

  pause(): void {
    this.#before = this.elapsedMs;
    this.#since = null;
    this.#way.pause();
  }

  resume(): void {
    this.#since = performance.now();
    this.#way.resume();
  }

  stop(): Promise<void> {
    this.#before = this.elapsedMs;
    this.#since = null;
    return this.#way.stop();
  }
}

class MediaWay implements Way {
  readonly type: string;
  readonly #recorder: MediaRecorder;

  constructor(stream: MediaStream, mimeType: string) {
    this.type = mimeType.split(";")[0] as string;
    this.#recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
  }

  start(onPart: (part: Blob) => void): void {
    this.#recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) onPart(data);
    };
    this.#recorder.start(PART_MS);
  }

  pause(): void {
    this.#recorder.pause();
  }

  resume(): void {
    this.#recorder.resume();
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#recorder.onstop = () => resolve();
      this.#recorder.stop();
    });
  }
}

/** Without a recorder in the browser: all samples, as one WAV file at the end. */
class WavWay implements Way {
  readonly type = "audio/wav";
  readonly #microphone: Microphone;
  readonly #blocks: Float32Array[] = [];
  #onPart: (part: Blob) => void = () => undefined;

  constructor(microphone: Microphone) {
    this.#microphone = microphone;
  }

  start(onPart: (part: Blob) => void): void {
    this.#onPart = onPart;
    this.resume();
  }

  pause(): void {
    this.#microphone.listen(null);
  }

  resume(): void {
    this.#microphone.listen((block) => this.#blocks.push(block));
  }

  async stop(): Promise<void> {
    this.pause();
    this.#onPart(new Blob([encodeWav(this.#blocks, this.#microphone.sampleRate)], { type: this.type }));
  }
}
