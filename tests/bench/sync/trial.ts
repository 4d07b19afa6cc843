import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ChildAudioEngine } from "@loa/controller/audio/engine";
import { silentLog } from "@loa/kernel/log";
import { SystemClock } from "@loa/kernel/system-clock";
import { type PulseRig, startPulseRig } from "../../harness/pulse-rig.ts";
import { clickTrack, onsets } from "./clicks.ts";
import { feedJitteredClock } from "./jittered-clock.ts";

const STATIONS = 4;
const STAGGER_MS = 800;
/** A station runs for months: content meets a stream that has been open for longer than a sound server needs to settle. */
const IDLE_MS = 30_000;
const HUB_AHEAD_MS = 1_234;
const STOP_MS = 300;
const BUFFER_MS = 250;

/** How a trial goes. */
export interface TrialPlan {
  readonly seconds: number;
  /** Each station follows a hub's time over a network with this much jitter; absent: all follow the machine's. */
  readonly jitterMs?: number;
  /** The second station's audio process is stopped for 300 ms, half a second after this click. */
  readonly stopAfter?: number;
}

/** Onsets of one click at each station, ms from the recording's beginning; absent where the station missed it. */
export type Click = readonly (number | undefined)[];

/** Plays a click a second on four stations, in processes of their own, and hears when each of them sounded. */
export async function trial(plan: TrialPlan): Promise<Click[]> {
  const rig = await startPulseRig(STATIONS);
  const folder = await mkdtemp(join(tmpdir(), "loa-sync-"));
  const over = new AbortController();
  const engines = Array.from({ length: STATIONS }, (_, station) => engineOn(rig, station, folder));
  try {
    const recording = await rig.record();
    await playOn(engines, folder, plan, over.signal);
    await recording.stop();
    const heard = await Promise.all(engines.map((_, station) => onsets(recording.path, STATIONS, station)));
    return clicksOf(heard, plan.seconds);
  } finally {
    over.abort();
    await Promise.all(engines.map((engine) => engine.close()));
    await rig.close();
    await rm(folder, { recursive: true });
  }
}

const clock = new SystemClock();

function engineOn(rig: PulseRig, station: number, folder: string): ChildAudioEngine {
  return new ChildAudioEngine({
    config: { output: "alsa", device: "default", outputLatencyMs: 0, bufferMs: BUFFER_MS },
    clock,
    log: silentLog,
    env: rig.environment(station),
    compileCache: join(folder, "compiled"),
  });
}

async function playOn(
  engines: readonly ChildAudioEngine[],
  folder: string,
  { seconds, jitterMs, stopAfter }: TrialPlan,
  signal: AbortSignal,
): Promise<void> {
  const path = join(folder, "clicks.wav");
  writeFileSync(path, clickTrack(seconds));
  for (const engine of engines) {
    engine.start();
    if (jitterMs)
      void feedJitteredClock(clock, HUB_AHEAD_MS, jitterMs, (line) => engine.setClock(line), signal);
    await wait(STAGGER_MS);
  }
  await wait(IDLE_MS);
  const begin = Math.ceil(clock.now()) + 500;
  const startAt = begin + (jitterMs ? HUB_AHEAD_MS : 0);
  for (const engine of engines)
    engine.play({
      id: "clicks",
      startAt,
      gainDb: 0,
      items: [{ kind: "file", path, durationMs: seconds * 1_000, gainDb: 0 }],
    });
  if (stopAfter) {
    await wait(begin + stopAfter * 1_000 + 500 - clock.now());
    const pid = engines[1]!.pid!;
    process.kill(pid, "SIGSTOP");
    await wait(STOP_MS);
    process.kill(pid, "SIGCONT");
  }
  await wait(begin + seconds * 1_000 + 1_000 - clock.now());
}

/** Sorts onsets into clicks by the median station's first one, a second apart. */
function clicksOf(heard: readonly number[][], seconds: number): Click[] {
  const first = median(heard.map((onsets) => onsets[0] ?? Number.NaN));
  return Array.from({ length: seconds }, (_, second) =>
    heard.map((onsets) => onsets.find((onset) => Math.abs(onset - first - second * 1_000) < 400)),
  );
}

/** The middle value, or the mean of both middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
