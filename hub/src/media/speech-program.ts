import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { LoaError } from "@loa/kernel/errors";
import { bounds } from "./programs.ts";

const KEPT_LOG = 2_000;

/** One run of a program that speaks. The text goes in by its standard input, never by its command line. */
export interface SpeechRun {
  readonly command: readonly string[];
  readonly text: string;
  /** Takes what it writes to its standard output. A throw ends the run. */
  readonly onOutput: (chunk: Buffer) => void | Promise<void>;
  readonly limitMs: number;
  /** Whether its address space is bounded; programs with neural voices reserve far more than they use. */
  readonly boundMemory: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs it in a process group of its own, which ends as a whole.
 * @throws SPEECH_FAILED when it fails or takes too long · SPEECH_UNAVAILABLE when it cannot be started · the signal's reason
 */
export async function runSpeech(run: SpeechRun): Promise<void> {
  const { command, text, limitMs, boundMemory, signal } = run;
  signal?.throwIfAborted();
  const [program = "", ...args] = [...bounds({ memory: boundMemory }), ...command];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  const ends = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal ? [signal] : [])]);
  const end = () => killGroup(child);
  ends.addEventListener("abort", end);
  try {
    const closed = outcome(child);
    child.stdin.on("error", () => {}).end(text, "utf8");
    await Promise.all([closed, drain(child.stdout, run.onOutput)]);
  } catch (error) {
    signal?.throwIfAborted();
    if (!ends.aborted) throw error;
    throw new LoaError("SPEECH_FAILED", `the voice took more than ${Math.round(limitMs / 1_000)} s`);
  } finally {
    ends.removeEventListener("abort", end);
    killGroup(child);
  }
}

async function drain(output: Readable, onOutput: SpeechRun["onOutput"]): Promise<void> {
  for await (const chunk of output) await onOutput(chunk as Buffer);
}

/** Resolves when it ended well. */
function outcome(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-KEPT_LOG);
  });
  child.on("error", (cause) =>
    reject(new LoaError("SPEECH_UNAVAILABLE", "the voice's program could not be started", {}, { cause })),
  );
  child.on("close", (code, killedBy) => {
    if (code === 0) resolve();
    else
      reject(
        new LoaError("SPEECH_FAILED", `the voice's program ended with ${code ?? killedBy}`, {
          code,
          killedBy,
          log,
        }),
      );
  });
  return promise;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}
