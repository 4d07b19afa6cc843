import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { correlateNear, decode, RATE, rmsDb } from "./sound.ts";

/** Frames a second in which speech is first sought: enough to see syllables. */
const COARSE_RATE = 1_000;

/** Switches with which Chromium takes a WAV file for its microphone, over and over, and asks nobody. */
export const microphoneFrom = (wav: string): string[] => [
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  `--use-file-for-fake-audio-capture=${wav}`,
];

/** Vietnamese speech as the WAV file that a microphone plays; 1 s of silence ends it. */
export function spokenFile(folder: string, text: string): string {
  const [spoken, file] = [join(folder, "spoken.wav"), join(folder, "microphone.wav")];
  execFileSync("espeak-ng", ["-v", "vi", "-s", "150", "-w", spoken, text]);
  const filters = "apad=pad_dur=1,volume=0.8";
  execFileSync("ffmpeg", [
    "-v",
    "error",
    "-y",
    "-i",
    spoken,
    "-af",
    filters,
    "-ar",
    String(RATE),
    "-ac",
    "2",
    file,
  ]);
  return file;
}

/** A fake microphone's clock and two rounds of Opus shift speech against itself; within this long they do not. */
const PIECES = 5;
/** Pauses between words fit nothing. */
const SILENT_DB = -40;
const REACH = 3 * (RATE / COARSE_RATE);

/**
 * How well one second of a stored sound, from `atSeconds` on, fits the endless repetition of what was spoken into the microphone: mean
 * correlation of those fifths in which somebody speaks, 0..1.
 */
export function fitOf(stored: Uint8Array, spoken: Uint8Array, atSeconds: number): number {
  const once = decode(spoken);
  const endless = new Float32Array(once.length * 2);
  endless.set(once);
  endless.set(once, once.length);
  const at = Math.round(atSeconds * RATE);
  const second = decode(stored).subarray(at, at + RATE);
  const frame = bestLag(envelope(second), envelope(endless)) * (RATE / COARSE_RATE);
  const size = RATE / PIECES;
  const loud = Array.from({ length: PIECES }, (_, i) => i * size).filter(
    (from) => rmsDb(second, from, from + size) > SILENT_DB,
  );
  const fits = loud.map((from) => correlateNear(endless, frame + from, second, from, size, REACH));
  return fits.reduce((sum, fit) => sum + fit, 0) / fits.length;
}

/** Mean loudness per millisecond. */
function envelope(samples: Float32Array): Float32Array {
  const step = RATE / COARSE_RATE;
  return Float32Array.from({ length: Math.floor(samples.length / step) }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < step; k++) sum += Math.abs(samples[i * step + k] ?? 0);
    return sum;
  });
}

function bestLag(part: Float32Array, whole: Float32Array): number {
  let best = { lag: 0, fit: Number.NEGATIVE_INFINITY };
  for (let lag = 0; lag + part.length <= whole.length; lag++) {
    let [ab, bb] = [0, 1e-9];
    for (let i = 0; i < part.length; i++) {
      const b = whole[lag + i] as number;
      ab += (part[i] as number) * b;
      bb += b * b;
    }
    const fit = ab / Math.sqrt(bb);
    if (fit > best.fit) best = { lag, fit };
  }
  return best.lag;
}
