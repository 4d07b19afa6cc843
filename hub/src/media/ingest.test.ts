import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "@loa/kernel/errors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFile, speak } from "../testing/recordings.ts";
import { Ffmpeg } from "./ffmpeg.ts";
import { type Ingested, ingest } from "./ingest.ts";

let folder: string;
let speech: string;
const ffmpeg = Ffmpeg.find(undefined);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "loa-ingest-"));
  speech = speak(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const target = () => join(folder, "asset.opus");
const work = (source: string): Promise<Ingested> =>
  ingest({ ffmpeg, source, target: target(), onProgress: () => {} });
const codeFor = (source: string) => work(source).then(() => "accepted", codeOf);

/** The first `share` of a file's bytes. */
function cut(source: string, share: number): string {
  const bytes = readFileSync(source);
  const file = `${source}.cut`;
  writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * share)));
  return file;
}

function text(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe("what stations play", { timeout: 90_000 }, () => {
  test.each([
    ["WAV", "sound.wav", []],
    ["MP3", "sound.mp3", []],
    ["M4A", "sound.m4a", ["-c:a", "aac"]],
    ["FLAC", "sound.flac", []],
    ["Ogg Opus", "sound.ogg", ["-c:a", "libopus"]],
    ["WebM, as browsers record it", "sound.webm", ["-c:a", "libopus"]],
    ["quiet stereo MP3", "quiet.mp3", ["-ac", "2", "-af", "volume=-25dB"]],
    [
      "sound of a video",
      "film.mp4",
      ["-f", "lavfi", "-i", "testsrc=d=2", "-map", "0:a", "-map", "1:v", "-c:v", "mpeg4"],
    ],
  ])("%s comes out at −16 LUFS within 1 LU and below −1 dBTP", async (_, name, args) => {
    const result = await work(makeFile(folder, name, ["-i", speech, ...args]));
    expect(Math.abs(result.loudnessLufs + 16)).toBeLessThanOrEqual(1);
    expect(result.truePeakDb).toBeLessThanOrEqual(-1);
  });

  test("its length is exactly that of the decoded asset, which is mono at 48 kHz", async () => {
    const { durationMs, peaks } = await work(speech);
    const decoded = execFileSync("ffmpeg", ["-v", "error", "-i", target(), "-f", "s16le", "pipe:1"], {
      maxBuffer: 1e8,
    });
    expect(decoded.length / 2).toBe(Math.round(durationMs * 48));
    expect(peaks.peaks.length).toBe(Math.ceil(durationMs / peaks.stepMs));
    expect(Math.max(...peaks.peaks)).toBeGreaterThan(0.5);
  });

  test("the same upload gives the same bytes", async () => {
    await work(speech);
    const first = readFileSync(target());
    await work(speech);
    expect(readFileSync(target()).equals(first)).toBe(true);
  });

  test("what lies below the horns' range is taken out", async () => {
    const rumble = [
      "-f",
      "lavfi",
      "-i",
      "sine=frequency=50:duration=3,volume=0dB",
      "-f",
      "lavfi",
      "-i",
      "sine=frequency=1000:duration=3",
    ];
    const file = makeFile(folder, "rumble.wav", [...rumble, "-filter_complex", "amix=inputs=2"]);
    await work(file);
    const log = execFileSync("sh", [
      "-c",
      `ffmpeg -i "$0" -af lowpass=f=60,volumedetect -f null - 2>&1`,
      target(),
    ]).toString();
    const level = Number(/max_volume: (-[\d.]+)/.exec(log)?.[1]);
    expect(level).toBeLessThan(-25);
  });

  test("progress rises to 1", async () => {
    const shares: number[] = [];
    await ingest({ ffmpeg, source: speech, target: target(), onProgress: (share) => shares.push(share) });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});

describe("what is refused", { timeout: 90_000 }, () => {
  test("text that is named .mp3", async () =>
    expect(await codeFor(text("letter.mp3", "Kính gửi bà con,\n".repeat(200)))).toBe("AUDIO_NOT_AUDIO"));
  test("bytes of chance", async () =>
    expect(
      await codeFor(text("noise.mp3", Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))))),
    ).toBe("AUDIO_NOT_AUDIO"));
  test("a playlist that names files of the hub", async () =>
    expect(
      await codeFor(
        text("list.m3u8", `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://${speech}\n#EXT-X-ENDLIST\n`),
      ),
    ).toBe("AUDIO_NOT_AUDIO"));
  test("a concat script that names files of the hub", async () =>
    expect(await codeFor(text("list.txt", `ffconcat version 1.0\nfile ${speech}\n`))).toBe(
      "AUDIO_NOT_AUDIO",
    ));
  test("a picture", async () =>
    expect(
      await codeFor(makeFile(folder, "p.png", ["-f", "lavfi", "-i", "testsrc=d=1", "-frames:v", "1"])),
    ).toBe("AUDIO_NOT_AUDIO"));
  test("an empty file", async () => expect(await codeFor(text("nothing.wav", ""))).toBe("AUDIO_NOT_AUDIO"));
  test("a video without sound", async () =>
    expect(
      await codeFor(makeFile(folder, "mute.mp4", ["-f", "lavfi", "-i", "testsrc=d=2", "-c:v", "mpeg4"])),
    ).toBe("AUDIO_NO_SOUND_TRACK"));
  test("digital silence", async () =>
    expect(await codeFor(makeFile(folder, "silence.wav", ["-f", "lavfi", "-i", "anullsrc", "-t", "3"]))).toBe(
      "AUDIO_SILENT",
    ));
  test("the noise of a microphone that nobody spoke into", async () =>
    expect(await codeFor(makeFile(folder, "hiss.wav", ["-f", "lavfi", "-i", "anoisesrc=a=0.0005:d=3"]))).toBe(
      "AUDIO_SILENT",
    ));
  test("a WAV header without samples", async () => {
    const header = readFileSync(speech).subarray(0, 44);
    header.writeUInt32LE(0, 40);
    expect(await codeFor(text("header.wav", header))).toBe("AUDIO_TOO_SHORT");
  });
  test("a tenth of a second", async () =>
    expect(await codeFor(makeFile(folder, "blip.wav", ["-i", speech, "-t", "0.1"]))).toBe("AUDIO_TOO_SHORT"));
  test("more than two hours, as soon as the header says so", async () => {
    const tone = ["-f", "lavfi", "-i", "sine=f=500:r=8000", "-t", "7230", "-c:a", "pcm_u8"];
    const file = makeFile(folder, "long.wav", tone);
    const start = performance.now();
    expect(await codeFor(file)).toBe("AUDIO_TOO_LONG");
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test.each([
    ["MP3", "cut.mp3", []],
    ["MP3 without a length in its header", "bare.mp3", ["-write_xing", "0"]],
    ["M4A", "cut.m4a", ["-c:a", "aac"]],
    ["M4A that begins with its index", "fast.m4a", ["-c:a", "aac", "-movflags", "faststart"]],
    ["FLAC", "cut.flac", []],
    ["Ogg", "cut.ogg", ["-c:a", "libopus"]],
    ["WebM", "cut.webm", ["-c:a", "libopus"]],
    ["WAV", "cut.wav", []],
  ])("a cut-off %s", async (_, name, args) => {
    const whole = makeFile(folder, name, ["-i", speech, ...args]);
    expect(await codeFor(whole)).toBe("accepted");
    expect(await codeFor(cut(whole, 0.61))).toBe("AUDIO_TRUNCATED");
  });

  test("a WAV whose header promises more than there is", async () => {
    const bytes = readFileSync(speech);
    bytes.writeUInt32LE(bytes.length * 2, 40);
    expect(await codeFor(text("promise.wav", bytes))).toBe("AUDIO_TRUNCATED");
  });

  test("nothing, when the name says otherwise than the content", async () => {
    const file = join(folder, "really-wav.mp3");
    copyFileSync(speech, file);
    expect(await codeFor(file)).toBe("accepted");
  });
});
