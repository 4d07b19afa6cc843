import { open } from "node:fs/promises";

const RATE = 48_000;
const CLICK_HZ = 2_000;
const CLICK_MS = 4;
const LEAD_MS = 20;
const THRESHOLD = 1_500;

/** A WAV of `seconds` seconds with a click (4 ms of 2 kHz) 20 ms after each full second. */
export function clickTrack(seconds: number): Buffer {
  const frames = seconds * RATE;
  const wav = Buffer.alloc(44 + frames * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write("WAVEfmt ", 8);
  for (const [at, value] of [
    [16, 16],
    [24, RATE],
    [28, RATE * 2],
    [40, frames * 2],
  ] as const)
    wav.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    wav.writeUInt16LE(value, at);
  wav.write("data", 36);
  for (let second = 0; second < seconds; second++)
    for (let i = 0; i < (CLICK_MS * RATE) / 1_000; i++) {
      const frame = second * RATE + (LEAD_MS * RATE) / 1_000 + i;
      wav.writeInt16LE(Math.round(26_000 * Math.sin((2 * Math.PI * CLICK_HZ * i) / RATE)), 44 + frame * 2);
    }
  return wav;
}

/** Onsets in one channel of a recording, in ms from its beginning, to a fraction of a frame. */
export async function onsets(path: string, channels: number, channel: number): Promise<number[]> {
  const file = await open(path);
  const found: number[] = [];
  try {
    const stride = channels * 2;
    const buffer = Buffer.alloc(stride * RATE);
    let quietFrom = -RATE;
    let before = 0;
    for (let base = 0; ; base += buffer.length / stride) {
      const { bytesRead } = await file.read({ buffer, position: base * stride });
      for (let i = 0; i < Math.floor(bytesRead / stride); i++) {
        const sample = buffer.readInt16LE(i * stride + channel * 2);
        if (Math.abs(sample) >= THRESHOLD) {
          // Steered stations sound between frames: the crossing is interpolated.
          const part = (THRESHOLD - Math.abs(before)) / (Math.abs(sample) - Math.abs(before));
          if (base + i - quietFrom > RATE / 5) found.push(((base + i - 1 + part) * 1_000) / RATE);
          quietFrom = base + i;
        }
        before = sample;
      }
      if (bytesRead < buffer.length) return found;
    }
  } finally {
    await file.close();
  }
}
