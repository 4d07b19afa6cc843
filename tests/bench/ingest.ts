import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ffmpeg } from "@loa/hub/media/ffmpeg";
import { ingest as work } from "@loa/hub/media/ingest";
import { AssetStore } from "@loa/hub/media/store";
import { makeFile, speak } from "@loa/hub/testing/recordings";
import type { Bench, Row } from "./bench.ts";

const RUNS = 5;
const MEDIA_SECONDS = 600;
const LOUDNORM = "highpass=f=150,loudnorm=I=-16:TP=-1:LRA=11";

/** A 10-minute MP3 of speech through the hub's ingest, beside ffmpeg alone doing the two passes of loudnorm and the encoding. */
export const ingest: Bench = {
  name: "ingest",
  async run(): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), "loa-ingest-"));
    try {
      return await measure(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure(folder: string): Promise<Row[]> {
  const speech = speak(folder);
  const length = ["-stream_loop", "-1", "-i", speech, "-t", String(MEDIA_SECONDS)];
  const source = makeFile(folder, "ten-minutes.mp3", [
    ...length,
    "-ar",
    "44100",
    "-c:a",
    "libmp3lame",
    "-b:a",
    "96k",
  ]);
  const ffmpeg = Ffmpeg.find(process.env.LOA_FFMPEG);
  const ours: number[] = [];
  const peer: number[] = [];
  let loudness = 0;
  for (let run = 0; run < RUNS; run++) {
    peer.push(await secondsOf(async () => ffmpegAlone(ffmpeg.binary, folder, source)));
    ours.push(
      await secondsOf(async () => {
        const target = join(folder, "asset.opus");
        loudness = (await work({ ffmpeg, source, target, onProgress: () => {} })).loudnessLufs;
        await new AssetStore(folder).put(target);
      }),
    );
  }
  const ratios = ours.map((seconds, run) => seconds / (peer[run] as number));
  const speeds = ours.map((seconds) => MEDIA_SECONDS / seconds);
  return [
    {
      measure: "10-minute MP3 to asset, speed",
      unit: "× real time",
      values: speeds,
      bar: "≥ 40",
      reached: median(speeds) >= 40,
    },
    {
      measure: "time beside ffmpeg alone",
      unit: "×",
      values: ratios,
      bar: "≤ 1.3",
      reached: median(ratios) <= 1.3,
      note: "peer: loudnorm measured, then applied, libopus 32 kb/s, same file, same run",
    },
    { measure: "ingest", unit: "s", values: ours },
    { measure: "ffmpeg alone", unit: "s", values: peer },
    { measure: "loudness of the asset", unit: "LUFS", values: [loudness], note: "wanted: −16" },
  ];
}

function ffmpegAlone(binary: string, folder: string, source: string): void {
  const run = (args: string[]) =>
    execFileSync(binary, ["-nostdin", "-hide_banner", "-nostats", "-y", "-i", source, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
    });
  const log = execFileSync(
    "sh",
    [
      "-c",
      '"$0" -nostdin -hide_banner -nostats -i "$1" -af "$2" -f null - 2>&1',
      binary,
      source,
      `${LOUDNORM}:print_format=json`,
    ],
    { encoding: "utf8" },
  );
  const value = (key: string) => new RegExp(`"${key}" : "([^"]+)"`).exec(log)?.[1];
  const measured = `measured_I=${value("input_i")}:measured_TP=${value("input_tp")}:measured_LRA=${value("input_lra")}:measured_thresh=${value("input_thresh")}`;
  const filter = `${LOUDNORM}:linear=true:${measured},aresample=48000`;
  const codec = [
    "-ac",
    "1",
    "-c:a",
    "libopus",
    "-b:a",
    "32k",
    "-application",
    "voip",
    "-compression_level",
    "5",
  ];
  run(["-af", filter, ...codec, join(folder, "peer.opus")]);
}

async function secondsOf(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1_000;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
