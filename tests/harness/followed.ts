import type { Recording } from "./recordings.ts";
import { fitNear, RATE, rmsDb } from "./sound.ts";

/** Judged in one piece: while it sounds, steering moves it by a tenth of a millisecond at most. */
const PIECE = RATE / 4;
/** Waves that are not much longer than that cannot be compared: what lies above some 3 kHz is smoothed away on both sides. */
const SMOOTHED_OVER = 8;
/** Frames that sound may be moved by in one frame: gentle steering, a crystal, and what is not known of it yet. */
const MOST_DRIFT = 0.000_5;
const SILENT_DB = -40;

/** Which part of a sound is followed, ms of it, and how late its first second may be. */
export interface Part {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lateMs?: readonly [least: number, most: number];
}

/** What a recording gives of a sound: the correlation of the piece that fits worst, and how late each piece is, by its place. */
export interface Followed {
  readonly worst: number;
  readonly pieces: readonly { readonly atMs: number; readonly lateMs: number }[];
}

/**
 * Follows a sound through a recording by quarters of a second, all that are not silent: each is sought only where the one before it was
 * found, but for what a steered playhead may have moved it since. So nothing may be missing, double or elsewhere, however long the part is. In
 * one window over some seconds the same sound would cancel itself out: what is steered by a millisecond meets waves that are no longer.
 * `dueAt`: when the first sample of the sound is due, Unix ms.
 */
export function followed(
  recording: Recording,
  whole: Float32Array,
  dueAt: number,
  { fromMs, toMs, lateMs: [least, most] = [-20, 20] }: Part,
): Followed {
  const [samples, sound] = [recording.samples, whole].map((one) => smoothed(smoothed(one))) as [
    Float32Array,
    Float32Array,
  ];
  const [from, to] = [framesOf(fromMs), Math.min(framesOf(toMs), sound.length)];
  const places = loud(sound, from, to, PIECE);
  if (places.length * PIECE < RATE) throw new Error("less than a second of this part is not silent");
  const due = framesOf(dueAt - recording.firstSampleAtUs / 1_000);
  const seek = (at: number, size: number, lag: number, reach: number) =>
    fitNear(samples, due + at + lag, sound, at, size, reach);
  const [second = from] = loud(sound, from, to, RATE);
  const [middle, reach] = [framesOf((least + most) / 2), framesOf((most - least) / 2)];
  let last = { at: second + (RATE - PIECE) / 2, lag: middle + seek(second, RATE, middle, reach).lag };
  const pieces = places.map((at) => {
    const moved = 1 + Math.ceil(MOST_DRIFT * Math.abs(at - last.at));
    const { lag, fit } = seek(at, PIECE, last.lag, moved);
    last = { at, lag: last.lag + lag };
    return { atMs: msOf(at), lateMs: msOf(last.lag), fit };
  });
  return { worst: Math.min(...pieces.map(({ fit }) => fit)), pieces };
}

/** Each frame the mean of some that begin with it. */
function smoothed(sound: Float32Array): Float32Array {
  let sum = 0;
  const means = new Float32Array(sound.length);
  for (let i = sound.length - 1; i >= 0; i--) {
    sum += (sound[i] ?? 0) - (sound[i + SMOOTHED_OVER] ?? 0);
    means[i] = sum / SMOOTHED_OVER;
  }
  return means;
}

/** Where windows of this size that are not silent begin, one after the other. */
function loud(sound: Float32Array, from: number, to: number, size: number): number[] {
  const windows = Array.from({ length: Math.floor((to - from) / size) }, (_, n) => from + n * size);
  return windows.filter((at) => rmsDb(sound, at, at + size) > SILENT_DB);
}

const framesOf = (ms: number) => Math.round((ms * RATE) / 1_000);
const msOf = (frames: number) => (frames * 1_000) / RATE;
