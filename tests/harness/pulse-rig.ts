import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { LoaError } from "@loa/kernel/errors";
import { ahead } from "./process.ts";

const ALSA_CONF = "/usr/share/alsa/alsa.conf";
const START_MS = 10_000;

/** A recording of the rig's bus: raw s16le frames of all stations, interleaved, 48 kHz. */
export interface Recording {
  readonly path: string;
  /** Unix ms at which the first bytes were seen; the first frame lies up to a fragment before. */
  readonly startedAt: number;
  /** Ends the recording; its file stays until the rig is closed. */
  stop(): Promise<void>;
}

/** Some sound cards on one common clock, whose outputs land side by side in one file. */
export interface PulseRig {
  readonly channels: number;
  /** Environment in which ALSA's device `default` is the station's card. */
  environment(station: number): NodeJS.ProcessEnv;
  record(): Promise<Recording>;
  close(): Promise<void>;
}

/** Why the rig cannot run on this machine; null if it can. */
export function missingForRig(): string | null {
  for (const program of ["pulseaudio", "pactl", "parec"])
    if (spawnSync(program, ["--version"], { stdio: "ignore" }).error)
      return `${program} is missing: apt install pulseaudio pulseaudio-utils`;
  if (!existsSync(ALSA_CONF))
    return `${ALSA_CONF} is missing: apt install libasound2-data libasound2-plugins`;
  return null;
}

/**
 * Starts PulseAudio with one null sink of `channels` channels and a mono sink for each of them, in a folder of its own.
 * Needs Debian's pulseaudio, pulseaudio-utils and libasound2-plugins; throws AUDIO_OUTPUT_LOST saying what is missing.
 */
export async function startPulseRig(channels = 4): Promise<PulseRig> {
  const missing = missingForRig();
  if (missing) throw new LoaError("AUDIO_OUTPUT_LOST", missing);
  const folder = mkdtempSync(join(tmpdir(), "loa-pulse-"));
  const socket = join(folder, "socket");
  const env = environmentOf(folder, socket);
  const log: string[] = [];
  const daemon = spawn("pulseaudio", daemonArguments(socket, channels), {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    // On a busy machine the bus itself would stutter, and its faults would be taken for the stations'.
    if (daemon.pid) setPriority(daemon.pid, -15);
  } catch {
    // Not allowed here: the rig is as steady as the machine is idle.
  }
  daemon.stderr.on("data", (bytes) => log.push(String(bytes)));
  const close = async () => {
    await end(daemon);
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await ready(daemon, env, channels))) {
    await close();
    throw new LoaError("AUDIO_OUTPUT_LOST", `pulseaudio did not start: ${log.join("").slice(-500)}`);
  }
  return {
    channels,
    environment: (station) => ({ ...env, PULSE_SINK: sinkOf(station) }),
    record: () => record(env, join(folder, "bus.raw"), channels),
    close,
  };
}

const sinkOf = (station: number) => `c${station}`;
const auxMap = (channels: number) => Array.from({ length: channels }, (_, i) => `aux${i}`);

function environmentOf(folder: string, socket: string): NodeJS.ProcessEnv {
  const alsa = join(folder, "asound.conf");
  writeFileSync(alsa, `<${ALSA_CONF}>\npcm.!default { type pulse }\nctl.!default { type pulse }\n`);
  mkdirSync(join(folder, "run"), { mode: 0o700 });
  return {
    ...process.env,
    HOME: folder,
    XDG_RUNTIME_DIR: join(folder, "run"),
    PULSE_SERVER: `unix:${socket}`,
    ALSA_CONFIG_PATH: alsa,
  };
}

function daemonArguments(socket: string, channels: number): string[] {
  const map = auxMap(channels);
  const modules = [
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    `module-null-sink sink_name=bus channels=${channels} channel_map=${map.join(",")} rate=48000 format=s16le`,
    ...map.map(
      (channel, i) =>
        `module-remap-sink sink_name=${sinkOf(i)} master=bus channels=1 channel_map=mono master_channel_map=${channel} remix=no`,
    ),
  ];
  const options = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=stderr"];
  return [...options, ...modules.flatMap((module) => ["-L", module])];
}

async function ready(daemon: ChildProcess, env: NodeJS.ProcessEnv, channels: number): Promise<boolean> {
  for (const deadline = performance.now() + START_MS; performance.now() < deadline; await wait(100)) {
    if (daemon.exitCode !== null) return false;
    const sinks = spawnSync("pactl", ["list", "short", "sinks"], { env, encoding: "utf8" });
    if (sinks.stdout?.includes(`\t${sinkOf(channels - 1)}\t`)) return true;
  }
  return false;
}

async function record(env: NodeJS.ProcessEnv, path: string, channels: number): Promise<Recording> {
  const file = await open(path, "w");
  const options = [
    ...[
      "-d",
      "bus.monitor",
      "--raw",
      `--channels=${channels}`,
      `--channel-map=${auxMap(channels).join(",")}`,
    ],
    ...["--rate=48000", "--format=s16le", "--latency-msec=50"],
  ];
  const parec = ahead(() => spawn("parec", options, { env, stdio: ["ignore", file.fd, "ignore"] }));
  await file.close();
  for (const deadline = performance.now() + START_MS; (await stat(path)).size === 0; await wait(5)) {
    if (performance.now() < deadline && parec.exitCode === null) continue;
    await end(parec);
    throw new LoaError("AUDIO_OUTPUT_LOST", "parec records nothing");
  }
  return { path, startedAt: performance.timeOrigin + performance.now(), stop: () => end(parec) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const cruel = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await ended;
  clearTimeout(cruel);
}
