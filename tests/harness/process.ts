import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { LEAN_NODE } from "../../scripts/lean-node.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** Of what has a processor of its own in the field: a station, and what is wired to it. */
const AHEAD = -10;

/**
 * Starts processes before others in line for the processor: in the field each station has a board of its own, with no browser and no
 * second test on it. Where that is not allowed, a test is as steady as the machine is idle.
 */
export function ahead<T>(start: () => T): T {
  const before = getPriority();
  try {
    setPriority(Math.min(before, AHEAD));
  } catch {}
  try {
    return start();
  } finally {
    setPriority(before);
  }
}

/** A part of Loa as a process of its own, as it is shipped. */
export class PartProcess {
  readonly #child: ChildProcess;
  readonly #logFile: string;
  /** Its ready line. */
  readonly ready: Promise<Record<string, unknown>>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;

  /** `file` from the repository's root; standard error goes to `logFile`. Controllers run as lean as on their boards. */
  constructor(
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    logFile: string,
    readyWithinMs = 60_000,
  ) {
    this.#logFile = logFile;
    const lean = file.startsWith("controller/");
    const log = openSync(logFile, "a");
    const start = () =>
      spawn(process.execPath, [...(lean ? LEAN_NODE.args : []), join(ROOT, file), ...args], {
        cwd: ROOT,
        env: { ...process.env, ...(lean ? LEAN_NODE.env : {}), NODE_NO_WARNINGS: "1", ...env },
        stdio: ["ignore", "pipe", log],
      });
    const onItsOwn =
      file.startsWith("controller/") || (file.startsWith("firmware-sim/") && !args.includes("--fleet"));
    this.#child = onItsOwn ? ahead(start) : start();
    closeSync(log);
    this.ended = new Promise((done) => this.#child.once("close", () => done()));
    this.ready = this.#firstLine(file, readyWithinMs);
    this.ready.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it as a service manager would: SIGTERM, and SIGKILL if it does not end. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const force = setTimeout(() => this.#child.kill("SIGKILL"), 8_000);
    await this.ended;
    clearTimeout(force);
  }

  #firstLine(file: string, withinMs: number): Promise<Record<string, unknown>> {
    const { stdout } = this.#child;
    if (!stdout) throw new Error("no standard output");
    return new Promise((found, failed) => {
      const late = setTimeout(
        () => failed(new Error(`${file} is not ready after ${withinMs} ms:\n${this.#tail()}`)),
        withinMs,
      ).unref();
      createInterface({ input: stdout }).on("line", (line) => {
        if (!line.startsWith("{") || !line.includes('"ready"')) return;
        clearTimeout(late);
        found(JSON.parse(line) as Record<string, unknown>);
      });
      void this.ended.then(() => {
        clearTimeout(late);
        failed(new Error(`${file} ended early:\n${this.#tail()}`));
      });
    });
  }

  #tail(): string {
    return readFileSync(this.#logFile, "utf8").split("\n").slice(-25).join("\n");
  }
}
