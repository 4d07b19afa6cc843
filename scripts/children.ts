import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { seconds } from "@loa/kernel/units";

/** The JSON line that a part prints on standard output once it serves. Each part has its own further fields. */
export interface ReadyLine {
  readonly event: "ready";
  readonly [field: string]: unknown;
}

/** A part to run under this process's own Node. */
export interface ChildSpec {
  /** Unique; also the name of its log file. */
  readonly name: string;
  /** Children of one group end together; groups end in the reverse order of their first start. */
  readonly group: string;
  /** TypeScript or JavaScript file. */
  readonly file: string;
  readonly args?: readonly string[];
  /** Arguments of Node itself. */
  readonly nodeArgs?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ChildrenOptions {
  readonly clock: Clock;
  /** Takes `<name>.log`: everything that a child prints. */
  readonly logFolder: string;
  readonly readyWithinMs?: number;
  /** How long a child may take to end before it is killed. */
  readonly endWithinMs?: number;
  /** Told once: a child that had been ready ended without being asked to. */
  readonly onUnexpectedEnd: (error: LoaError) => void;
}

interface Child {
  readonly spec: ChildSpec;
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  ready: boolean;
}

const LAST_LINES = 20;

/** The child processes of one parent: started, awaited until ready, watched, and ended in order. */
export class Children {
  readonly #options: ChildrenOptions;
  readonly #running = new Map<string, Child>();
  readonly #groups: string[] = [];
  #ending = false;
  #stopped: Promise<void> | undefined;

  constructor(options: ChildrenOptions) {
    this.#options = options;
    mkdirSync(options.logFolder, { recursive: true });
  }

  /** Names of the children that run. */
  get running(): string[] {
    return [...this.#running.keys()];
  }

  /**
   * Starts a child and waits for its ready line.
   * @throws INTERNAL when it ends before or is not ready in time, with the last lines it printed
   */
  start(spec: ChildSpec): Promise<ReadyLine> {
    const { clock, readyWithinMs = seconds(60) } = this.#options;
    if (this.#ending || this.#running.has(spec.name))
      return Promise.reject(new LoaError("INTERNAL", `${spec.name} cannot start now`));
    if (!this.#groups.includes(spec.group)) this.#groups.push(spec.group);

    const { promise, resolve, reject } = Promise.withResolvers<ReadyLine>();
    const lastLines: string[] = [];
    const fail = (what: string) =>
      reject(new LoaError("INTERNAL", [`${spec.name} ${what}`, ...lastLines].join("\n  ")));
    const cancel = clock.at(`${spec.name} ready`, clock.now() + readyWithinMs, () =>
      fail(`was not ready within ${readyWithinMs / 1_000} s`),
    );
    const child = this.#spawn(spec, lastLines, (line) => {
      child.ready = true;
      resolve(line);
    });
    void child.ended.then(() => {
      cancel();
      this.#running.delete(spec.name);
      if (child.ready) this.#ended(child, lastLines);
      else fail(`ended before it was ready (${howItEnded(child.process)})`);
    });
    return promise.finally(cancel);
  }

  /** Ends all children, last group first; what does not end in time is killed. Calling it again waits for the same end. */
  stop(): Promise<void> {
    this.#ending = true;
    this.#stopped ??= this.#stopGroups();
    return this.#stopped;
  }

  async #stopGroups(): Promise<void> {
    for (const group of this.#groups.toReversed()) {
      const members = [...this.#running.values()].filter((child) => child.spec.group === group);
      await Promise.all(members.map((child) => this.#end(child)));
    }
  }

  #spawn(spec: ChildSpec, lastLines: string[], onReady: (line: ReadyLine) => void): Child {
    const started = spawn(process.execPath, [...(spec.nodeArgs ?? []), spec.file, ...(spec.args ?? [])], {
      env: { ...process.env, ...spec.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(path.join(this.#options.logFolder, `${spec.name}.log`));
    const take = (line: string) => {
      log.write(`${line}\n`);
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
    };
    const child: Child = { spec, process: started, ended: endOf(started, take), ready: false };
    createInterface({ input: started.stderr }).on("line", take);
    createInterface({ input: started.stdout }).on("line", (line) => {
      take(line);
      const ready = child.ready ? undefined : readReadyLine(line);
      if (ready) onReady(ready);
    });
    this.#running.set(spec.name, child);
    void child.ended.then(() => log.end());
    return child;
  }

  #ended({ spec, process: ended }: Child, lastLines: string[]): void {
    if (this.#ending) return;
    this.#ending = true;
    const what = `${spec.name} ended by itself (${howItEnded(ended)})`;
    this.#options.onUnexpectedEnd(new LoaError("INTERNAL", [what, ...lastLines].join("\n  ")));
  }

  async #end({ spec, process: child, ended }: Child): Promise<void> {
    const { clock, endWithinMs = seconds(5) } = this.#options;
    child.kill("SIGTERM");
    const cancel = clock.at(`${spec.name} end`, clock.now() + endWithinMs, () => child.kill("SIGKILL"));
    await ended;
    cancel();
  }
}

/** Parses a line of standard output; other lines than a ready line give undefined. */
export function readReadyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value = JSON.parse(line);
    return value.event === "ready" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Resolves when the process has ended and all it printed was read, or when it could not be started. */
function endOf(child: ChildProcess, take: (line: string) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("close", () => resolve());
  child.once("error", (error) => {
    take(error.message);
    if (child.pid === undefined) resolve();
  });
  return promise;
}

const howItEnded = ({ exitCode, signalCode }: ChildProcess) =>
  signalCode ? `signal ${signalCode}` : `exit code ${exitCode}`;
