import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { correlations } from "./correlation.ts";

/** Frames a second of everything here. */
export const RATE = 48_000;

/** Vietnamese speech as a file, made by espeak-ng and ffmpeg. The format follows from the name's ending. */
export function speech(
  folder: string,
  name: string,
  text: string,
  ffmpegArgs: readonly string[] = [],
): Uint8Array {
  const spoken = join(folder, `${name}.spoken.wav`);
  const file = join(folder, name);
  execFileSync("espeak-ng", ["-v", "vi", "-s", "150", "-w", spoken, text]);
  execFileSync("ffmpeg", ["-v", "error", "-y", "-i", spoken, ...ffmpegArgs, file]);
  return readFileSync(file);
}

/** Decodes any sound file by ffmpeg to mono 48 kHz. */
export function decode(bytes: Uint8Array, decoder: readonly string[] = []): Float32Array {
  const raw = execFileSync(
    "ffmpeg",
    ["-v", "error", ...decoder, "-i", "pipe:0", "-f", "f32le", "-ac", "1", "-ar", String(RATE), "pipe:1"],
    {
      input: bytes,
      maxBuffer: 1 << 30,
    },
  );
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
}

/**
 * The same of Ogg Opus, by libopus, as all stations have it: noise that a decoder makes up where there are only consonants is another of each
 * decoder (fits of 0.95, of ffmpeg's own).
 */
export const decodeOpus = (bytes: Uint8Array): Float32Array => decode(bytes, ["-c:a", "libopus"]);

/** Root mean square of a stretch, dBFS. */
export function rmsDb(samples: Float32Array, from = 0, to = samples.length): number {
  let sum = 0;
  for (let i = Math.max(0, from); i < Math.min(to, samples.length); i++) sum += (samples[i] ?? 0) ** 2;
  return 10 * Math.log10(sum / Math.max(1, to - from));
}

/** How a recording compares with what should have sounded. */
export interface Comparison {
  /** Frame of the recording at which frame 0 of the reference sounds. */
  readonly offset: number;
  /** Correlation of each 1 s window, 0..1; NaN where the reference is silent. */
  readonly windows: readonly number[];
  /** Loudest 100 ms outside the reference's time, dBFS. */
  readonly outsideDb: number;
  /** Sounding length, recording minus reference, ms. */
  readonly lengthErrorMs: number;
}

/** Aligns a recording with its reference and compares every second. `near`: where the start is expected, frames. */
export function compare(recording: Float32Array, reference: Float32Array, near: number): Comparison {
  const offset = align(recording, reference, near);
  const windows: number[] = [];
  for (let at = 0; at + RATE / 2 < reference.length; at += RATE) {
    const size = Math.min(RATE, reference.length - at);
    windows.push(
      rmsDb(reference, at, at + size) < -50
        ? Number.NaN
        : best(recording, reference, offset, at, size, 96).correlation,
    );
  }
  const soundsFrom = edge(recording, 1);
  const lengthErrorMs =
    ((edge(recording, -1) - soundsFrom - (edge(reference, -1) - edge(reference, 1))) * 1_000) / RATE;
  return {
    offset,
    windows,
    outsideDb: loudestOutside(recording, offset, offset + reference.length),
    lengthErrorMs,
  };
}

/** Coarse by 16-fold decimation within half a second of `near`, then to the frame. */
function align(recording: Float32Array, reference: Float32Array, near: number): number {
  const first = loudStart(reference);
  const step = 16;
  const small = (from: Float32Array) =>
    Float32Array.from({ length: Math.floor(from.length / step) }, (_, i) => mean(from, i * step, step));
  const coarse = best(
    small(recording),
    small(reference),
    Math.round(near / step),
    Math.floor(first / step),
    RATE / step,
    RATE / 2 / step,
  );
  return best(recording, reference, coarse.offset * step, first, RATE, 2 * step).offset;
}

/** First frame of the first second that holds programme. */
function loudStart(reference: Float32Array): number {
  for (let at = 0; at + RATE < reference.length; at += RATE / 10)
    if (rmsDb(reference, at, at + RATE) > -35) return at;
  return 0;
}

function mean(from: Float32Array, at: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += from[at + i] ?? 0;
  return sum / size;
}

/** The lag around `near` at which one window of the reference fits best. */
function best(
  recording: Float32Array,
  reference: Float32Array,
  near: number,
  at: number,
  size: number,
  reach: number,
) {
  const window = new Float32Array(size).map((_, i) => reference[at + i] ?? 0);
  const fits = correlations(recording, near - reach + at, 2 * reach + 1, window);
  const correlation = fits.reduce((most, fit) => Math.max(most, fit), -1);
  return { offset: near - reach + fits.indexOf(correlation), correlation };
}

/** Best correlation of a stretch of the recording with a stretch of the reference, within `reach` frames. */
export function correlateNear(
  recording: Float32Array,
  where: number,
  reference: Float32Array,
  at: number,
  size: number,
  reach: number,
): number {
  return fitNear(recording, where, reference, at, size, reach).fit;
}

/** The same, and how many frames beyond `where` it lies. */
export function fitNear(
  recording: Float32Array,
  where: number,
  reference: Float32Array,
  at: number,
  size: number,
  reach: number,
): { lag: number; fit: number } {
  const { offset, correlation } = best(recording, reference, where - at, at, size, reach);
  return { lag: offset - (where - at), fit: correlation };
}

/** First (direction 1) or last (−1) frame over −46 dBFS. */
function edge(samples: Float32Array, direction: 1 | -1): number {
  for (let i = direction === 1 ? 0 : samples.length - 1; i >= 0 && i < samples.length; i += direction)
    if (Math.abs(samples[i] ?? 0) > 0.005) return i;
  return 0;
}

function loudestOutside(samples: Float32Array, from: number, to: number): number {
  const size = RATE / 10;
  let loudest = Number.NEGATIVE_INFINITY;
  const guard = RATE / 100;
  for (let at = 0; at + size <= from - guard; at += size)
    loudest = Math.max(loudest, rmsDb(samples, at, at + size));
  for (let at = to + guard; at + size <= samples.length; at += size)
    loudest = Math.max(loudest, rmsDb(samples, at, at + size));
  return loudest;
}
