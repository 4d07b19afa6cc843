import { flushCompileCache } from "node:module";
import { setPriority } from "node:os";
import type { AudioConfig } from "./audio-config.ts";
import type { FromEngine, ToEngine } from "./engine-messages.ts";
import type { Output } from "./output.ts";
import { Player } from "./player.ts";
import { StationTime } from "./station-time.ts";

/**
 * The audio process: forked by engine.ts, ended by the end of its channel. Nothing is imported before it is needed,
 * because what a station holds in memory all year is mostly what its processes loaded.
 */
const TICK_MS = 20;
const PARENT_SILENT_MS = 2_000;
const FADE_MS = 20;
/** As PulseAudio's own: a hundred ms of sound must be ready in time whatever else runs. */
const NICE = -11;

try {
  setPriority(NICE);
} catch {
  // Without the right to it (CAP_SYS_NICE or a nice limit) it goes on as it is.
}

let player: Player | null = null;
let output: Output | null = null;
let pingedAt = performance.now();

// One after the other: cues that come while the output is still being loaded wait for it.
let obeyed = Promise.resolve();
process.on("message", (message: ToEngine) => {
  obeyed = obeyed
    .then(() => obey(message))
    .catch((error: unknown) => tell({ tell: "problem", message: String(error) }));
});

// A terminal sends Ctrl-C to the whole group; when to end is the parent's to say.
process.on("SIGINT", () => {});
process.on("disconnect", () => {
  player?.stopAll(FADE_MS);
  player?.tick();
  setTimeout(() => process.exit(0), FADE_MS * 2);
});

async function obey(message: ToEngine): Promise<void> {
  pingedAt = performance.now();
  if (message.do === "begin") await begin(message.config, message.monotonicBaseMs);
  else if (message.do === "clock") player?.setClock(message.line);
  else if (message.do === "play") player?.play(message.cue);
  else if (message.do === "stop") player?.stop(message.id, message.fadeMs);
  else if (message.do === "stopAll") player?.stopAll(message.fadeMs);
  else if (message.do === "speak") player?.speak(message.speech);
  else if (message.do === "ping" && player) tell({ tell: "health", health: player.health() });
}

async function begin(config: AudioConfig, monotonicBaseMs: number): Promise<void> {
  // The parent's scale, not this process's own: a wall clock that was set between the two starts would part them.
  const base = Math.round(monotonicBaseMs + machineMs());
  const originShift = monotonicBaseMs - base;
  const now = () => machineMs() + originShift;
  output = await openOutput(config, now, base);
  player = new Player({
    output,
    now,
    time: new StationTime(base),
    bufferMs: config.bufferMs,
    outputLatencyMs: config.outputLatencyMs,
    report: (progress) => tell({ tell: "progress", progress }),
  });
  output.open();
  setInterval(turn, TICK_MS);
  tell({ tell: "health", health: player.health() });
  flushCompileCache();
}

function turn(): void {
  player?.mute(performance.now() - pingedAt > PARENT_SILENT_MS);
  player?.tick();
}

async function openOutput(config: AudioConfig, now: () => number, base: number): Promise<Output> {
  if (config.output === "socket") {
    const { SocketOutput } = await import("./socket-output.ts");
    return new SocketOutput({ path: config.device, now, base });
  }
  const { AlsaOutput } = await import("./alsa-output.ts");
  return new AlsaOutput({
    device: config.device,
    bufferMs: config.bufferMs,
    now,
    onProblem: (message) => tell({ tell: "problem", message }),
  });
}

/** CLOCK_MONOTONIC, ms. */
function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function tell(message: FromEngine): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
