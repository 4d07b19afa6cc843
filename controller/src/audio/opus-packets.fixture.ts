import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpusDecoder } from "opus-decoder";
import { OggFile } from "./ogg-file.ts";

/**
 * Samples (mono, 48 kHz) as a speaker's encoder makes packets of them: Opus, 20 ms each, 24 kbit/s, by ffmpeg. The encoder sounds 6.5 ms
 * late, like every speaker's.
 */
export async function opusPackets(samples: Float32Array): Promise<Uint8Array[]> {
  const folder = mkdtempSync(join(tmpdir(), "loa-opus-"));
  const path = join(folder, "speech.opus");
  const input = ["-f", "f32le", "-ar", "48000", "-ac", "1", "-i", "pipe:0"];
  const encode = ["-c:a", "libopus", "-b:a", "24k", "-application", "voip", "-frame_duration", "20"];
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const { stdout, stderr } = spawnSync(
    "ffmpeg",
    ["-v", "error", ...input, ...encode, "-f", "opus", "pipe:1"],
    {
      input: bytes,
      maxBuffer: 1 << 26,
    },
  );
  if (stdout.length === 0) throw new Error(`ffmpeg encodes nothing: ${stderr}`);
  writeFileSync(path, stdout);
  const file = await open(path);
  try {
    const ogg = await OggFile.open(file);
    const packets: Uint8Array[] = [];
    for (let packet = await ogg.next(); packet; packet = await ogg.next()) packets.push(packet.bytes.slice());
    return packets;
  } finally {
    await file.close();
    rmSync(folder, { recursive: true });
  }
}

/** What a decoder that misses nothing makes of the packets. */
export async function decodedWhole(packets: readonly Uint8Array[]): Promise<Float32Array> {
  const decoder = new OpusDecoder({ channels: 1, preSkip: 0 });
  await decoder.ready;
  const whole = new Float32Array(packets.length * 960);
  for (const [n, packet] of packets.entries())
    whole.set(decoder.decodeFrame(packet).channelData[0]!.subarray(0, 960), n * 960);
  decoder.free();
  return whole;
}

/** Something like a voice: gliding vowels of many overtones in syllables, so that no two stretches are alike. */
export function voice(ms: number): Float32Array {
  let phase = 0;
  return Float32Array.from({ length: ms * 48 }, (_, i) => {
    const seconds = i / 48_000;
    phase += (2 * Math.PI * (150 + 40 * Math.sin(2 * Math.PI * 0.7 * seconds) + 8 * seconds)) / 48_000;
    const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 3.1 * seconds);
    const overtones = [1, 0.7, 0.5, 0.4, 0.25, 0.12];
    return (
      0.16 * syllable * overtones.reduce((sum, part, n) => sum + part * Math.sin((n + 1) * phase + n), 0)
    );
  });
}
