import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SoundFinding } from "@loa/protocol/http/announcements";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { soundFindings } from "../core/sound-findings.ts";
import { makeFile, speak } from "../testing/recordings.ts";
import { Ffmpeg } from "./ffmpeg.ts";
import { ingest } from "./ingest.ts";
import { SoundScan } from "./sound-scan.ts";
import type { Trim } from "./trim.ts";

let folder: string;
let speech: string;
const ffmpeg = Ffmpeg.find(undefined);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "loa-findings-"));
  speech = speak(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const target = () => join(folder, "asset.opus");
const work = (source: string, trim?: Trim) =>
  ingest({ ffmpeg, source, target: target(), trim, onProgress: () => {} });
const found = async (name: string, args: readonly string[]): Promise<SoundFinding[]> => [
  ...(await work(makeFile(folder, name, args))).findings,
];
const codes = async (name: string, args: readonly string[]) =>
  (await found(name, args)).map(({ code }) => code);
/** The speech with silence around it and within: seconds of each. */
const withSilences = (...seconds: [number, number, number]) => {
  const silences = seconds.flatMap((length) => [
    "-f",
    "lavfi",
    "-t",
    String(length),
    "-i",
    "anullsrc=r=22050:cl=mono",
  ]);
  return [...silences, "-i", speech, "-filter_complex", "[0][3][1][3][2]concat=n=5:v=0:a=1"];
};
const withNoise = (colour: string, level: number) => [
  "-i",
  speech,
  "-f",
  "lavfi",
  "-i",
  `anoisesrc=a=${level}:d=60:c=${colour}:seed=1`,
  "-filter_complex",
  "amix=inputs=2:duration=first:normalize=0",
];
const voice = (name: string, speed: string) => {
  const file = join(folder, `${name}.wav`);
  execFileSync("espeak-ng", [
    "-v",
    name,
    "-s",
    speed,
    "-w",
    file,
    "Kính thưa bà con. This is a test of the sirens. ".repeat(6),
  ]);
  return file;
};

describe("nothing is found in", { timeout: 60_000 }, () => {
  test.each([
    ["clean speech", "clean.wav", []],
    ["clean speech in stereo", "stereo.wav", ["-ac", "2", "-ar", "44100"]],
    ["clean speech as MP3", "clean.mp3", ["-b:a", "64k"]],
    ["clean speech as a browser records it", "clean.webm", ["-c:a", "libopus", "-ar", "48000"]],
    ["speech 15 dB below full scale", "soft.flac", ["-af", "volume=-15dB"]],
    ["speech with six channels and 96 kHz", "six.wav", ["-ac", "6", "-ar", "96000"]],
  ])("%s", async (_, name, args) => expect(await found(name, ["-i", speech, ...args])).toEqual([]));

  test.each(["vi", "en-us"])("the fast voice %s, without pauses", async (name) =>
    expect(await codes("voice.wav", ["-i", voice(name, "220")])).toEqual([]),
  );
  test("speech in a quiet room", async () =>
    expect(await codes("room.wav", withNoise("pink", 0.02))).toEqual([]));
  test("music, whose quiet moments are not still", async () => {
    const tone =
      "0.3*sin(2*PI*(220*pow(2,floor(mod(t*3,8))/12))*t)*exp(-2*mod(t,1/3)*3)+0.2*sin(2*PI*330*t)*exp(-3*mod(t,1))";
    expect(await codes("music.wav", ["-f", "lavfi", "-i", `aevalsrc='${tone}':d=15`])).toEqual([]);
  });
});

describe("its author is told of", { timeout: 60_000 }, () => {
  test("silence before, within and after the speech, with its place", async () => {
    const findings = await found("gaps.wav", withSilences(2, 5, 3));
    expect(findings.map(({ code }) => code)).toEqual([
      "SILENCE_AT_START",
      "SILENCE_INSIDE",
      "SILENCE_AT_END",
    ]);
    const [start, inside, end] = findings;
    expect(start).toMatchObject({ fromMs: 0 });
    expect(start?.toMs).toBeGreaterThanOrEqual(2_000);
    expect(start?.toMs).toBeLessThan(2_200);
    expect(inside?.value).toBeGreaterThanOrEqual(5_000);
    expect(inside?.value).toBeLessThan(5_600);
    expect(end?.value).toBeGreaterThanOrEqual(3_000);
  });
  test("not of pauses that people make", async () =>
    expect(await found("pauses.wav", withSilences(1, 3, 0.8))).toEqual([]));
  test("silence that a click at its beginning breaks", async () => {
    const click = "if(between(t,0.2,0.22),0.5*sin(2*PI*1000*t),0)";
    const args = ["-f", "lavfi", "-i", `aevalsrc='${click}':d=3:s=22050`, "-i", speech];
    expect(await codes("click.wav", [...args, "-filter_complex", "concat=n=2:v=0:a=1"])).toEqual([
      "SILENCE_AT_START",
    ]);
  });

  test.each([
    ["WAV", "loud.wav"],
    ["MP3", "loud.mp3"],
  ])("a clipped %s", async (_, name) => {
    const [clipped, ...others] = await found(name, ["-i", speech, "-af", "volume=8dB"]);
    expect(clipped).toMatchObject({ code: "CLIPPED" });
    expect(clipped?.value).toBeGreaterThan(50);
    expect(clipped?.toMs).toBeGreaterThan(clipped?.fromMs ?? 0);
    expect(others).toEqual([]);
  });
  test("one channel that clips", async () => {
    const args = ["-i", speech, "-af", "pan=stereo|c0=3*c0|c1=0.2*c0"];
    expect(await codes("one-side.wav", args)).toContain("CLIPPED");
  });

  test("a recording that is hardly there", async () => {
    const [quiet] = await found("far.wav", ["-i", speech, "-af", "volume=-26dB"]);
    expect(quiet).toMatchObject({ code: "VERY_QUIET" });
    expect(quiet?.value).toBeLessThan(-40);
  });
  test("one that was squeezed until nothing is soft", async () =>
    expect(
      await codes("squeezed.wav", [
        "-i",
        speech,
        "-af",
        "volume=30dB,alimiter=limit=0.95:level=0:attack=1:release=5",
      ]),
    ).toContain("VERY_LOUD"));

  test.each([
    ["a fan", "white", 0.05],
    ["a river", "pink", 0.3],
  ])("speech beside %s", async (_, colour, level) => {
    const noisy = (await found("noisy.wav", withNoise(colour, level))).find(({ code }) => code === "NOISY");
    expect(noisy?.value).toBeGreaterThan(-40);
    expect(noisy?.value).toBeLessThan(-20);
  });
});

describe("a trim", { timeout: 60_000 }, () => {
  /** A second each of 400, 800 and 1,600 Hz. */
  const tones = () =>
    makeFile(folder, "tones.wav", [
      "-f",
      "lavfi",
      "-i",
      "aevalsrc='0.3*sin(2*PI*400*pow(2,floor(t))*t)':d=3:s=44100",
    ]);
  const decoded = () => {
    const raw = execFileSync("ffmpeg", ["-v", "error", "-i", target(), "-f", "s16le", "pipe:1"], {
      maxBuffer: 1e8,
    });
    return new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  };
  /** Hz, by crossings of zero. */
  const pitch = (samples: Int16Array) => {
    let crossings = 0;
    for (let at = 1; at < samples.length; at++) if (samples[at - 1]! < 0 !== samples[at]! < 0) crossings++;
    return (crossings * 24_000) / samples.length;
  };

  test("keeps exactly what lies between its ends", async () => {
    const { durationMs } = await work(tones(), { startMs: 1_000, endMs: 2_000 });
    expect(Math.abs(durationMs - 1_000)).toBeLessThan(1);
    const samples = decoded();
    expect(pitch(samples.subarray(2_400, 45_600))).toBeCloseTo(800, -1);
    const loudest = (from: number, to: number) => Math.max(...samples.subarray(from, to).map(Math.abs));
    expect(loudest(0, 24)).toBeLessThan(loudest(24_000, 24_480) / 4);
    expect(loudest(samples.length - 24, samples.length)).toBeLessThan(loudest(24_000, 24_480) / 4);
  });
  test("from a place to the end, or from the start to a place, keeps the rest", async () => {
    expect(Math.abs((await work(tones(), { startMs: 1_250.5 })).durationMs - 1_749.5)).toBeLessThan(1);
    expect(Math.abs((await work(tones(), { endMs: 700 })).durationMs - 700)).toBeLessThan(1);
    expect(Math.abs((await work(tones(), { endMs: 9_000 })).durationMs - 3_000)).toBeLessThan(1);
  });
  test("takes the silences away that were found", async () => {
    const file = makeFile(folder, "gaps.wav", withSilences(2, 1, 3));
    const [start, end] = (await work(file)).findings;
    expect((await work(file, { startMs: start?.toMs, endMs: end?.fromMs })).findings).toEqual([]);
  });
  test("that leaves nothing is refused as too short", async () => {
    await expect(work(tones(), { startMs: 2_900 })).rejects.toMatchObject({ code: "AUDIO_TOO_SHORT" });
    await expect(work(tones(), { startMs: 5_000 })).rejects.toMatchObject({ code: "AUDIO_TOO_SHORT" });
  });
});

test("what is heard does not depend on how the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.int16Array({ minLength: 2, maxLength: 6_000 }),
      fc.array(fc.integer({ min: 1, max: 900 })),
      fc.constantFrom(1, 2),
      (samples, cuts, channels) => {
        const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
        const format = { channels, sampleRate: 8_000 };
        const whole = new SoundScan(150);
        whole.add(bytes, format);
        const pieces = new SoundScan(150);
        let at = 0;
        for (const length of [...cuts, bytes.length]) {
          pieces.add(bytes.subarray(at, at + length), format);
          at += length;
        }
        expect(pieces.result()).toEqual(whole.result());
      },
    ),
  );
});

test("silences lie in the sound, one after another, and are as long as they say", () => {
  const level = fc.constantFrom(-120, -70, -40, -20);
  const stretch = fc.tuple(level, fc.integer({ min: 1, max: 300 }));
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 12 }), (stretches) => {
      const levelsDb = stretches.flatMap(([db, steps]) => new Array<number>(steps).fill(db));
      const findings = soundFindings({ lufs: -20, stepMs: 20, levelsDb, clipped: null });
      let last = 0;
      for (const { code, fromMs = 0, toMs = 0, value } of findings.filter(({ code }) =>
        code.startsWith("SILENCE"),
      )) {
        expect(value).toBe(toMs - fromMs);
        expect(value).toBeGreaterThan(code === "SILENCE_INSIDE" ? 4_000 : 1_500);
        expect(fromMs).toBeGreaterThanOrEqual(last);
        expect(toMs).toBeLessThanOrEqual(levelsDb.length * 20);
        last = toMs;
      }
    }),
  );
});
