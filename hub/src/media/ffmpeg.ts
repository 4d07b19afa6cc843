import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import type { Readable, Writable } from "node:stream";
import { LoaError } from "@loa/kernel/errors";
import { minutes } from "@loa/kernel/units";
import { bounds, isExecutable, onPath } from "./programs.ts";

const LONGEST_RUN_MS = minutes(15);
const KEPT_LOG = 65_536;

/** How one run goes. Times in seconds of media. */
export interface Run {
  readonly args: readonly string[];
  readonly onProgress?: (mediaSeconds: number) => void;
  readonly stdin?: Readable;
  /** Takes what the run writes to `pipe:1`; called once, before it starts. */
  readonly stdout?: (output: Readable) => void;
  /** Ends the run early, by what its log says so far. */
  readonly enough?: (log: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** How a run ended: exit code, the end of its log, and how many seconds of media it put out. */
export interface Ended {
  readonly code: number;
  readonly log: string;
  readonly mediaSeconds: number;
}

/**
 * ffmpeg as a separate program: no network, low priority, bounded in time and memory.
 */
export class Ffmpeg {
  readonly binary: string;
  readonly #before = bounds();

  constructor(binary: string) {
    this.binary = binary;
  }

  /** The configured binary, else the one on PATH, else that of ffmpeg-static. @throws FFMPEG_MISSING */
  static find(configured: string | undefined): Ffmpeg {
    const binary = configured ?? onPath("ffmpeg") ?? bundled();
    if (binary === null || !isExecutable(binary))
      throw new LoaError("FFMPEG_MISSING", `ffmpeg is not at ${binary ?? "any known place"}`, { binary });
    return new Ffmpeg(binary);
  }

  /** @throws INGEST_TIMEOUT · INGEST_FAILED when it cannot be started · the signal's reason when it was aborted */
  async run({ args, onProgress, stdin, stdout, enough, signal }: Run): Promise<Ended> {
    const command = [...this.#before, this.binary, "-hide_banner", "-nostdin", "-nostats", "-v", "info"];
    const [program = this.binary, ...rest] = [...command, "-progress", "pipe:3", ...args];
    const child = spawn(program, rest, {
      stdio: [stdin ? "pipe" : "ignore", stdout ? "pipe" : "ignore", "pipe", "pipe"],
    });
    const stopAtAbort = () => child.kill("SIGKILL");
    signal?.addEventListener("abort", stopAtAbort);
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, LONGEST_RUN_MS);
    try {
      const ended = collect(child, onProgress, enough);
      if (stdin) feed(stdin, child.stdin as Writable);
      if (stdout) stdout(child.stdout as Readable);
      const result = await ended;
      signal?.throwIfAborted();
      if (late)
        throw new LoaError("INGEST_TIMEOUT", `ffmpeg took more than ${LONGEST_RUN_MS / 60_000} minutes`);
      return result;
    } finally {
      clearTimeout(limit);
      signal?.removeEventListener("abort", stopAtAbort);
    }
  }
}

function collect(child: ChildProcess, onProgress: Run["onProgress"], enough: Run["enough"]): Promise<Ended> {
  let log = "";
  let mediaSeconds = 0;
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log = keepEnds(log + text);
    if (enough?.(log)) child.kill("SIGKILL");
  });
  (child.stdio[3] as Readable).setEncoding("utf8").on("data", (text: string) => {
    const microseconds = [...text.matchAll(/^out_time_us=(\d+)$/gm)].at(-1)?.[1];
    if (microseconds === undefined) return;
    mediaSeconds = Number(microseconds) / 1e6;
    onProgress?.(mediaSeconds);
  });
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  child.on("error", (cause) =>
    reject(new LoaError("INGEST_FAILED", "ffmpeg could not be started", {}, { cause })),
  );
  child.on("close", (code) => resolve({ code: code ?? -1, log, mediaSeconds }));
  return promise;
}

/** A broken pipe shows in the exit code; here it only must not end the process. */
function feed(from: Readable, to: Writable): void {
  to.on("error", () => from.unpipe(to));
  from.pipe(to);
}

/** What ffmpeg found comes first, the summary last; a damaged file may say much in between. */
function keepEnds(log: string): string {
  return log.length <= KEPT_LOG ? log : `${log.slice(0, KEPT_LOG / 2)}\n${log.slice(-KEPT_LOG / 4)}`;
}

function bundled(): string | null {
  try {
    return createRequire(import.meta.url)("ffmpeg-static") as string | null;
  } catch {
    return null;
  }
}
