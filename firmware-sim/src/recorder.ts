import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Logger } from "@loa/kernel/log";
import { CARD_RATE } from "./card-queue.ts";
import { WAV_HEADER_BYTES, wavHeader } from "./wav.ts";

/** Samples kept in memory before they go to disk: one second. */
const BUFFER_SAMPLES = CARD_RATE;

/** Stretches kept of each zone; a demo that runs for weeks must not fill the disk. */
const KEPT = 50;

/** One continuous stretch of sound of one zone. */
export interface Tape {
  /** Appends samples, or silence when null. */
  write(samples: Int16Array | null, frames: number): void;
  /** Makes the file visible. */
  finish(): void;
}

/** Where stretches are kept. */
export interface Recorder {
  /** Starts a stretch whose first sample sounds at `atMs` (Unix ms). */
  begin(zone: string, atMs: number): Tape;
}

/** Who and what is recorded. */
export interface RecorderOptions {
  /** The station's folder under `recordings`. */
  readonly folder: string;
  readonly stationId: string;
  readonly crystalPpm: number;
  readonly log: Logger;
}

/**
 * Writes `<folder>/<zone>/<start>.wav` with a sidecar `.json`. The sound streams to `<start>.wav.part`, which is renamed
 * when it is complete, after its sidecar. A disk that fails costs the recording, never the simulator.
 */
export class FileRecorder implements Recorder {
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  begin(zone: string, atMs: number): Tape {
    const folder = join(this.#options.folder, zone);
    mkdirSync(folder, { recursive: true });
    removeOldest(folder, this.#options.log);
    return new FileTape(this.#options, zone, folder, atMs);
  }

  /** Removes halves that a killed simulator left behind. */
  removeHalves(zones: readonly string[]): void {
    for (const zone of zones) {
      const folder = join(this.#options.folder, zone);
      mkdirSync(folder, { recursive: true });
      for (const name of readdirSync(folder)) if (name.endsWith(".part")) rmSync(join(folder, name));
    }
  }
}

/** Names begin with the time, so they sort by it. */
function removeOldest(folder: string, log: Logger): void {
  const stretches = readdirSync(folder)
    .filter((name) => name.endsWith(".wav"))
    .sort();
  for (const name of stretches.slice(0, Math.max(0, stretches.length - KEPT + 1)))
    for (const file of [name, name.replace(/wav$/, "json")]) {
      try {
        rmSync(join(folder, file), { force: true });
      } catch (error) {
        log.warn({ file, error: String(error) }, "an old recording stays");
      }
    }
}

class FileTape implements Tape {
  readonly #options: RecorderOptions;
  readonly #zone: string;
  readonly #atMs: number;
  readonly #path: string;
  readonly #buffer = new Int16Array(BUFFER_SAMPLES);
  #fd: number | null = null;
  #filled = 0;
  #written = 0;

  constructor(options: RecorderOptions, zone: string, folder: string, atMs: number) {
    this.#options = options;
    this.#zone = zone;
    this.#atMs = atMs;
    this.#path = join(folder, startName(atMs));
    this.#guard(() => {
      this.#fd = openSync(`${this.#path}.wav.part`, "w");
      writeSync(this.#fd, wavHeader(0, CARD_RATE));
    });
  }

  write(samples: Int16Array | null, frames: number): void {
    for (let done = 0; done < frames; ) {
      const take = Math.min(frames - done, BUFFER_SAMPLES - this.#filled);
      if (samples) this.#buffer.set(samples.subarray(done, done + take), this.#filled);
      else this.#buffer.fill(0, this.#filled, this.#filled + take);
      this.#filled += take;
      done += take;
      if (this.#filled === BUFFER_SAMPLES) this.#flush();
    }
  }

  finish(): void {
    if (this.#fd === null) return;
    this.#flush();
    this.#guard(() => this.#publish());
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#filled * 2);
    this.#guard(() => {
      if (this.#fd !== null) writeSync(this.#fd, bytes);
    });
    this.#written += this.#filled;
    this.#filled = 0;
  }

  #publish(): void {
    if (this.#fd === null) return;
    writeSync(this.#fd, wavHeader(this.#written, CARD_RATE), 0, WAV_HEADER_BYTES, 0);
    closeSync(this.#fd);
    this.#fd = null;
    const sidecar = {
      stationId: this.#options.stationId,
      zone: this.#zone,
      firstSampleAtUs: Math.round(this.#atMs * 1_000),
      sampleRate: CARD_RATE,
      samples: this.#written,
      crystalPpm: this.#options.crystalPpm,
    };
    writeFileSync(`${this.#path}.json.part`, `${JSON.stringify(sidecar)}\n`);
    renameSync(`${this.#path}.json.part`, `${this.#path}.json`);
    renameSync(`${this.#path}.wav.part`, `${this.#path}.wav`);
  }

  /** Runs one step on the file; a failing disk ends this recording with a log line. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#options.log.error({ path: this.#path, error }, "the recording is lost");
      if (this.#fd !== null) closeSync(this.#fd);
      this.#fd = null;
    }
  }
}

/** UTC stamp that a file name can hold and that sorts by time: `20260101T000000.000Z`. */
function startName(atMs: number): string {
  return new Date(Math.floor(atMs)).toISOString().replaceAll(/[-:]/g, "");
}
