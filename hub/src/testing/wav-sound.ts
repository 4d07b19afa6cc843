import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a WAV file of 16-bit mono holds. */
export interface WavSound {
  readonly samples: Int16Array;
  readonly ms: number;
  /** 0..1 */
  readonly rms: number;
  /** Longest stretch of digital silence with sound on both sides, ms. */
  readonly longestGapMs: number;
}

/** Takes the file, or its bytes, apart. */
export function wavSound(file: string | Buffer): WavSound {
  const bytes = typeof file === "string" ? readFileSync(file) : file;
  const sampleRate = bytes.readUInt32LE(24);
  const length = bytes.readUInt32LE(40);
  if (bytes.toString("latin1", 36, 40) !== "data" || 44 + length !== bytes.length)
    throw new Error("the header does not fit the file");
  const samples = new Int16Array(new Uint8Array(bytes.subarray(44)).buffer);
  const energy = samples.reduce((sum, sample) => sum + sample ** 2, 0);
  return {
    samples,
    ms: (samples.length / sampleRate) * 1_000,
    rms: Math.sqrt(energy / Math.max(1, samples.length)) / 32_768,
    longestGapMs: (longestGap(samples) / sampleRate) * 1_000,
  };
}

function longestGap(samples: Int16Array): number {
  let longest = 0;
  let last = samples.findIndex((sample) => sample !== 0);
  for (let at = last; at < samples.length; at++) {
    if (samples[at] === 0) continue;
    longest = Math.max(longest, at - last - 1);
    last = at;
  }
  return longest;
}

/** Writes an executable shell script; returns its path. */
export function makeProgram(folder: string, name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

/** Whether a process is there and has not ended. Zombies have. */
export function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
