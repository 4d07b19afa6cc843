import { createWriteStream } from "node:fs";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LoaError } from "@loa/kernel/errors";
import type { Peaks, SoundFinding } from "@loa/protocol/http/announcements";
import { soundFindings } from "../core/sound-findings.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import {
  correct,
  type Loudness,
  lower,
  type Normalisation,
  normalise,
  readLoudness,
  SILENT_BELOW_LUFS,
} from "./loudness.ts";
import { PeakMeter } from "./peaks.ts";
import { CONTAINERS, declaresTooLong, hasCutTail, LONGEST_MS, verdict } from "./probe.ts";
import { SoundScan } from "./sound-scan.ts";
import { storageError } from "./store.ts";
import { type Trim, trimFilters } from "./trim.ts";
import { WavReader } from "./wav.ts";

/** Horns radiate nothing below; what lies there only costs headroom. */
const HIGH_PASS_HZ = 150;
const BITRATE = "32k";
/** What libopus spends beyond is not heard from a horn, and costs half as much time again. */
const COMPLEXITY = "5";
const MOST_ATTEMPTS = 3;
/** Shares of the progress bar: measuring is much cheaper than encoding. */
const MEASURED = 0.15;
const TRIED = 0.3;
/** The length is not known while it is measured; the bar nears its mark without passing it. */
const HALF_WAY_SECONDS = 300;

/** An upload worked through: the asset lies in the work file, not yet in the store. Loudness in LUFS, peak in dBTP. */
export interface Ingested {
  readonly durationMs: number;
  readonly sourceLoudnessLufs: number;
  readonly loudnessLufs: number;
  readonly truePeakDb: number;
  readonly peaks: Peaks;
  /** Of the source. */
  readonly findings: readonly SoundFinding[];
}

/** One file's way. `onProgress` gets 0..1, rising. */
export interface IngestJob {
  readonly ffmpeg: Ffmpeg;
  readonly source: string;
  /** Where the asset is written: Ogg Opus, mono, 48 kHz. */
  readonly target: string;
  /** What of the source is kept; absent: all of it. */
  readonly trim?: Trim | undefined;
  /** Of the asset, bit/s as ffmpeg writes it; default: 32k. */
  readonly bitrate?: string;
  readonly onProgress: (share: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes what stations play from an upload: checks and measures it, brings it to −16 LUFS under a true peak of −1 dBTP, encodes,
 * and measures the asset itself as it decodes, while it is being encoded.
 * @throws AUDIO_NOT_AUDIO · AUDIO_NO_SOUND_TRACK · AUDIO_TRUNCATED · AUDIO_TOO_SHORT · AUDIO_TOO_LONG · AUDIO_SILENT ·
 * INGEST_TIMEOUT · INGEST_FAILED · STORAGE_FULL
 */
export async function ingest(job: IngestJob): Promise<Ingested> {
  const source = await measureSource(job);
  let plan = normalise(source);
  if (plan.limits) plan = correct(source, plan, await tryOut(job, plan, source.seconds));
  for (let attempt = 1; ; attempt++) {
    const asset = await encode(job, plan, source.seconds);
    const next = lower(plan, asset);
    if (next && attempt < MOST_ATTEMPTS) plan = next;
    else
      return {
        durationMs: asset.meter.durationMs,
        sourceLoudnessLufs: source.lufs,
        loudnessLufs: asset.lufs,
        truePeakDb: asset.peakDb,
        peaks: asset.meter.result(),
        findings: source.findings,
      };
  }
}

const PREPARE = `aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=mono,highpass=f=${HIGH_PASS_HZ}`;
const meter = (peak: "sample" | "true") => `ebur128=peak=${peak}:framelog=verbose`;
const shape = ({ gainDb, ceilingDb }: Normalisation) =>
  `volume=${gainDb.toFixed(2)}dB,alimiter=limit=${(10 ** (ceilingDb / 20)).toFixed(5)}:attack=5:release=50:level=disabled:latency=1`;

/** As it was recorded, for listening in: other rates and more channels are brought to the nearest of these. */
const AS_RECORDED =
  "aformat=sample_fmts=s16:channel_layouts=mono|stereo:sample_rates=8000|11025|16000|22050|24000|32000|44100|48000";
const SOUND_ONLY = ["-map", "0:a:0", "-map_metadata", "-1", "-vn", "-sn", "-dn"];

function input({ source }: IngestJob): string[] {
  const from = ["-protocol_whitelist", "file,pipe", "-format_whitelist", CONTAINERS, "-i", `file:${source}`];
  return ["-threads", "1", ...from, ...SOUND_ONLY];
}

const filters = ({ trim }: IngestJob, ...chain: string[]) => ["-af", [...trimFilters(trim), ...chain].join()];

async function measureSource(
  job: IngestJob,
): Promise<Loudness & { seconds: number; findings: SoundFinding[] }> {
  const { ffmpeg, source, signal, trim } = job;
  const cut = await hasCutTail(source);
  const beyond = ["-t", String(LONGEST_MS / 1_000 + 1)];
  const measuring = [...beyond, ...filters(job, PREPARE, meter("sample")), "-f", "null", "-"];
  const listening = [...SOUND_ONLY, ...beyond, ...filters(job, AS_RECORDED), "-f", "wav", "pipe:1"];
  const scan = new SoundScan(HIGH_PASS_HZ);
  const wav = new WavReader((pcm, format) => scan.add(pcm, format));
  const ended = await ffmpeg.run({
    args: [...input(job), ...measuring, ...listening],
    signal,
    stdout: (output) => output.on("data", (chunk: Buffer) => wav.add(chunk)),
    enough: declaresTooLong,
    onProgress: (at) => report(job, 0, MEASURED, at / (at + HALF_WAY_SECONDS)),
  });
  const code = verdict(ended, cut, trim);
  if (code) throw new LoaError(code, `the upload was refused: ${code}`, { log: lastLines(ended.log) });
  const measured = readLoudness(ended.log);
  if (!measured) throw failed("the loudness meter said nothing", ended.log);
  if (measured.lufs < SILENT_BELOW_LUFS)
    throw new LoaError("AUDIO_SILENT", "the recording holds only silence");
  const findings = soundFindings({ ...scan.result(), lufs: measured.lufs });
  return { ...measured, seconds: ended.mediaSeconds, findings };
}

/** Measures what the limiter leaves, without encoding. */
async function tryOut(job: IngestJob, plan: Normalisation, seconds: number): Promise<Loudness> {
  const { ffmpeg, signal } = job;
  const args = [...input(job), ...filters(job, PREPARE, shape(plan), meter("sample")), "-f", "null", "-"];
  const ended = await ffmpeg.run({
    args,
    signal,
    onProgress: (at) => report(job, MEASURED, TRIED, at / seconds),
  });
  const measured = readLoudness(ended.log);
  if (ended.code !== 0 || !measured) throw failed("the trial run failed", ended.log);
  return measured;
}

/** Encodes into the target, and decodes what comes out beside it. */
async function encode(
  job: IngestJob,
  plan: Normalisation,
  seconds: number,
): Promise<Loudness & { meter: PeakMeter }> {
  const { ffmpeg, target, signal, bitrate = BITRATE } = job;
  const codec = [
    "-c:a",
    "libopus",
    "-b:a",
    bitrate,
    "-application",
    "voip",
    "-compression_level",
    COMPLEXITY,
  ];
  const exact = ["-fflags", "+bitexact", "-flags:a", "+bitexact"];
  const args = [
    ...input(job),
    ...filters(job, PREPARE, shape(plan)),
    ...codec,
    ...exact,
    "-f",
    "ogg",
    "pipe:1",
  ];
  const beside = new PassThrough();
  let written: Promise<void> = Promise.resolve();
  const stdout = (output: Readable) => {
    output.pipe(beside);
    written = pipeline(output, createWriteStream(target, { mode: 0o600 }));
    written.catch(() => beside.destroy());
  };
  const onProgress = (at: number) => report(job, TRIED, 1, at / seconds);
  const checking = checkAsset(ffmpeg, beside, seconds, signal);
  const [encoded, checked] = await Promise.all([ffmpeg.run({ args, signal, stdout, onProgress }), checking]);
  await written.catch((cause) => {
    throw storageError(cause);
  });
  if (encoded.code !== 0) throw failed("encoding failed", encoded.log);
  return checked;
}

async function checkAsset(
  ffmpeg: Ffmpeg,
  stdin: Readable,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<Loudness & { meter: PeakMeter }> {
  const peaks = new PeakMeter(seconds * 1_000);
  const args = [
    "-protocol_whitelist",
    "pipe",
    "-f",
    "ogg",
    "-i",
    "pipe:0",
    "-af",
    meter("true"),
    "-f",
    "s16le",
    "-ac",
    "1",
    "pipe:1",
  ];
  const stdout = (output: Readable) => output.on("data", (chunk: Buffer) => peaks.add(chunk));
  const ended = await ffmpeg.run({ args, stdin, stdout, signal });
  const measured = readLoudness(ended.log);
  if (ended.code !== 0 || !measured) throw failed("the asset does not decode", ended.log);
  return { ...measured, meter: peaks };
}

function report({ onProgress }: IngestJob, from: number, to: number, share: number): void {
  onProgress(from + (to - from) * Math.min(1, Math.max(0, share)));
}

const failed = (message: string, log: string) =>
  new LoaError("INGEST_FAILED", message, { log: lastLines(log) });

const lastLines = (log: string) => log.trimEnd().split("\n").slice(-8).join("\n");
