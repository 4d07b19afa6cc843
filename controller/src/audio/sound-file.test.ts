import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chunk, openSoundFile } from "./sound-file.ts";

const SOURCE = "sine=frequency=440:sample_rate=48000:duration=30,tremolo=f=0.7:d=0.9";
let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "loa-sound-"));
  make("mono.opus", ["-ac", "1", "-b:a", "32k"]);
  make("stereo.opus", ["-ac", "2", "-b:a", "64k"]);
  make("short-pages.opus", ["-ac", "1", "-page_duration", "20000"]);
  make("mono.wav", ["-ac", "1"]);
  make("float.wav", ["-ac", "2", "-c:a", "pcm_f32le"]);
  make("low.wav", ["-ar", "16000"]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a sound file", () => {
  test.each(["mono.opus", "stereo.opus", "short-pages.opus", "mono.wav", "float.wav"])(
    "%s decodes frame for frame as ffmpeg does it",
    async (name) => {
      const reference = decoded(path(name));
      const samples = joined(await chunks(path(name), 0));
      expect(samples.length).toBe(reference.length);
      expect(difference(samples, reference)).toBeLessThan(0.002);
    },
  );

  test.each([
    ["mono.opus", 1],
    ["mono.opus", 479_999],
    ["short-pages.opus", 1_234_567],
    ["mono.opus", 1_400_000],
    ["mono.wav", 777_777],
  ])("%s joined at frame %i goes on as if it had been played from the start", async (name, frame) => {
    const reference = decoded(path(name));
    const [first, ...rest] = await chunks(path(name), frame);
    expect(first!.frame).toBeLessThanOrEqual(frame);
    expect(frame - first!.frame).toBeLessThan(20_000);
    const samples = joined([first!, ...rest]).subarray(frame - first!.frame);
    expect(samples.length).toBe(reference.length - frame);
    // The decoder converges within some packets; after that not even one frame of shift would pass.
    const settled = Math.min(9_600, samples.length >> 1);
    expect(difference(samples, reference.subarray(frame))).toBeLessThan(0.02);
    expect(difference(samples.subarray(settled), reference.subarray(frame + settled))).toBeLessThan(0.002);
  });

  test("with a damaged page goes on in step behind it", async () => {
    const bytes = readFileSync(path("mono.opus"));
    bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 40);
    writeFileSync(path("damaged.opus"), bytes);
    const reference = decoded(path("mono.opus"));
    const last = (await chunks(path("damaged.opus"), 0)).at(-1)!;
    expect(difference(last.samples, reference.subarray(last.frame))).toBeLessThan(0.005);
    expect(last.frame + last.samples.length).toBe(reference.length);
  });

  test.each([["low.wav"], ["text.opus"], ["empty.opus"]])("%s is refused as corrupt", async (name) => {
    if (name === "text.opus") writeFileSync(path(name), "OggS, it says");
    if (name === "empty.opus") writeFileSync(path(name), "");
    await expect(openSoundFile(path(name))).rejects.toMatchObject({ code: "ASSET_CORRUPT" });
  });

  test("that is not there is missing", async () => {
    await expect(openSoundFile(path("nowhere"))).rejects.toMatchObject({ code: "ASSET_MISSING" });
  });
});

function make(name: string, options: string[]): void {
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", SOURCE, ...options, path(name)]);
}

/** ffmpeg's own Opus decoder differs in rounding; libopus is the reference. Stereo is averaged by hand. */
function decoded(file: string): Float32Array {
  const codec = file.endsWith(".opus") ? ["-c:a", "libopus"] : [];
  const options = ["-f", "f32le", "-af", "pan=mono|c0=0.5*c0+0.5*c1"];
  const probe = execFileSync("ffprobe", [
    "-v",
    "error",
    "-show_entries",
    "stream=channels",
    "-of",
    "csv=p=0",
    file,
  ]);
  const mix = String(probe).trim() === "2" ? options : options.slice(0, 2);
  const raw = execFileSync("ffmpeg", ["-v", "error", ...codec, "-i", file, ...mix, "-"], {
    maxBuffer: 1 << 28,
  });
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
}

async function chunks(file: string, from: number): Promise<Chunk[]> {
  const sound = await openSoundFile(file);
  if (from > 0) await sound.seek(from);
  const all: Chunk[] = [];
  for (let chunk = await sound.next(); chunk; chunk = await sound.next()) all.push(chunk);
  await sound.close();
  return all;
}

function joined(all: readonly Chunk[]): Float32Array {
  const start = all[0]?.frame ?? 0;
  const last = all.at(-1);
  const samples = new Float32Array(last ? last.frame + last.samples.length - start : 0);
  for (const chunk of all) samples.set(chunk.samples, chunk.frame - start);
  return samples;
}

function difference(one: Float32Array, other: Float32Array): number {
  let worst = 0;
  for (let i = 0; i < one.length; i++) worst = Math.max(worst, Math.abs(one[i]! - other[i]!));
  return worst;
}
