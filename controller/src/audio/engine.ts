import { type ChildProcess, fork } from "node:child_process";
import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { backoffMs } from "@loa/kernel/retry";
import type { AudioEngine, AudioHealth, ClockLine, Cue, CueProgress, LiveSpeech } from "../ports.ts";
import type { AudioConfig } from "./audio-config.ts";
import { CueLedger } from "./cue-ledger.ts";
import type { FromEngine, ToEngine } from "./engine-messages.ts";

const PING_MS = 500;
/** Pings without an answer before the process is given up: 3 s, but 10 s while it starts and opens the card. */
const PATIENCE = 6;
const PATIENCE_AT_START = 20;
const STEADY_MS = 30_000;
const CLOSE_MS = 1_000;

/** A small young generation keeps the process near 55 MB; it allocates little, so the heap may stay tight. */
const LEAN_V8 = [
  "--max-semi-space-size=1",
  "--max-old-space-size=48",
  "--optimize-for-size",
  "--no-maglev",
  "--no-sparkplug",
  "--no-warnings",
];

/** What an engine is made of. */
export interface ChildAudioEngineOptions {
  readonly config: AudioConfig;
  readonly clock: Clock;
  readonly log: Logger;
  /** Environment of the process, e.g. ALSA's; the station's own where absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where Node keeps compiled code. Without it the process strips types itself, which costs 17 MB. */
  readonly compileCache?: string;
}

/**
 * The sound card behind a process of its own, so that a crash in a sound library or a card that blocks never touches
 * the arbiter. A process that dies or stops answering is replaced, and the new one joins the live cues where they are.
 */
export class ChildAudioEngine implements AudioEngine {
  readonly #options: ChildAudioEngineOptions;
  readonly #ledger = new CueLedger();
  readonly #listeners: ((progress: CueProgress) => void)[] = [];
  #child: ChildProcess | null = null;
  #health: Omit<AudioHealth, "restarts"> = { state: "starting", jumps: 0, underruns: 0 };
  #line: ClockLine | null = null;
  #unanswered = 0;
  #answered = false;
  #attempt = 0;
  #restarts = 0;
  #closed = true;
  #cancelPing: Cancel | null = null;
  #cancelRestart: Cancel | null = null;
  #cancelSteady: Cancel | null = null;

  constructor(options: ChildAudioEngineOptions) {
    this.#options = options;
  }

  /** Process id of the present audio process, for measuring and for tests. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    if (!this.#closed) return;
    this.#closed = false;
    this.#fork();
    this.#cancelPing = this.#options.clock.every("audio-ping", PING_MS, () => this.#ping());
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of [this.#cancelPing, this.#cancelRestart, this.#cancelSteady]) cancel?.();
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    if (child.connected) child.disconnect();
    const cancelKill = this.#options.clock.at("audio-kill", this.#options.clock.now() + CLOSE_MS, () =>
      child.kill("SIGKILL"),
    );
    await ended;
    cancelKill();
  }

  setClock(line: ClockLine): void {
    this.#line = line;
    this.#send({ do: "clock", line });
  }

  play(cue: Cue): void {
    this.#ledger.queue(cue);
    this.#send({ do: "play", cue });
  }

  stop(cueId: string, fadeMs: number): void {
    this.#ledger.stop(cueId);
    this.#send({ do: "stop", id: cueId, fadeMs });
    if (!this.#child) this.#buryStopped();
  }

  stopAll(fadeMs: number): void {
    this.#ledger.stopAll();
    this.#send({ do: "stopAll", fadeMs });
    if (!this.#child) this.#buryStopped();
  }

  /** A process that is being replaced misses what is said meanwhile; the next packet finds its place again. */
  speak(speech: LiveSpeech): void {
    this.#send({ do: "speak", speech });
  }

  health(): AudioHealth {
    return { ...this.#health, restarts: this.#restarts };
  }

  onProgress(listener: (progress: CueProgress) => void): void {
    this.#listeners.push(listener);
  }

  #fork(): void {
    const { env = process.env, compileCache, config } = this.#options;
    const child = fork(new URL("./engine-process.ts", import.meta.url), {
      execArgv: LEAN_V8,
      env: { ...env, ...(compileCache && { NODE_COMPILE_CACHE: compileCache }) },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child = child;
    this.#unanswered = 0;
    this.#answered = false;
    child.on("message", (message) => {
      if (this.#child === child) this.#take(message as FromEngine);
    });
    child.on("error", (error) => this.#options.log.error({ error: error.message }, "audio process"));
    child.once("exit", (code, signal) => this.#exited(child, code, signal));
    this.#send({ do: "begin", config, monotonicBaseMs: monotonicBase(this.#options.clock) });
    if (this.#line) this.#send({ do: "clock", line: this.#line });
    for (const cue of this.#ledger.live) this.#send({ do: "play", cue });
    this.#cancelSteady = this.#options.clock.at("audio-steady", this.#options.clock.now() + STEADY_MS, () => {
      this.#attempt = 0;
    });
  }

  #exited(child: ChildProcess, code: number | null, signal: string | null): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#health = { state: "lost", jumps: this.#health.jumps, underruns: this.#health.underruns };
    this.#cancelSteady?.();
    this.#buryStopped();
    if (this.#closed) return;
    this.#restarts++;
    const waitMs = backoffMs(this.#attempt++, Math.random(), { baseMs: 100, capMs: 5_000 });
    this.#options.log.warn({ code, signal, waitMs }, "the audio process ended; it is started again");
    this.#cancelRestart = this.#options.clock.at("audio-restart", this.#options.clock.now() + waitMs, () =>
      this.#fork(),
    );
  }

  #buryStopped(): void {
    for (const progress of this.#ledger.orphan()) this.#publish(progress);
  }

  /** Counted in pings, not in time: after a pause of this process itself nobody is to blame. */
  #ping(): void {
    if (!this.#child) return;
    if (this.#unanswered >= (this.#answered ? PATIENCE : PATIENCE_AT_START)) {
      this.#options.log.warn({ pid: this.#child.pid }, "the audio process does not answer; it is killed");
      this.#child.kill("SIGKILL");
      return;
    }
    this.#unanswered++;
    this.#send({ do: "ping" });
  }

  #take(message: FromEngine): void {
    this.#unanswered = 0;
    if (message.tell === "health") {
      this.#answered = true;
      this.#health = message.health;
    } else if (message.tell === "problem")
      this.#options.log.warn({ problem: message.message }, "audio process");
    else {
      const progress = this.#ledger.note(message.progress);
      if (progress) this.#publish(progress);
    }
  }

  #publish(progress: CueProgress): void {
    for (const listener of this.#listeners) listener(progress);
  }

  #send(message: ToEngine): void {
    // A channel that has just closed is followed by `exit`, which puts everything right.
    if (this.#child?.connected) this.#child.send(message, () => {});
  }
}

/** Unix ms of the clock minus CLOCK_MONOTONIC in ms: the median of some readings, any of which may be interrupted. */
function monotonicBase(clock: Clock): number {
  const samples = Array.from({ length: 9 }, () => clock.now() - Number(process.hrtime.bigint()) / 1e6);
  return samples.sort((a, b) => a - b)[4]!;
}
