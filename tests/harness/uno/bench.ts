import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { BenchNews, BenchOrder } from "./bench-process.ts";

/** One edge of an output. */
export type Drive = Extract<BenchNews, { tell: "drive" }>;
/** Bytes that left the board. */
export type Sent = Extract<BenchNews, { tell: "sent" }>;

/** An Uno on the bench, behind a pseudo-terminal at `link`, in a process of its own: tests must not slow it, nor it them. */
export class Bench {
  readonly link: string;
  /** Every edge of every output since the start, in order. */
  readonly drives: Drive[] = [];
  /** Everything the board sent since the start, in order. */
  readonly sent: Sent[] = [];
  readonly #child: ChildProcess;
  readonly #awaited: (() => void)[] = [];

  /** `hexFile`: compiled firmware for a simulated chip; without it the simulator's own board. */
  constructor(folder: string, hexFile?: string) {
    this.link = join(folder, "board");
    const args = [this.link, ...(hexFile ? [hexFile] : [])];
    this.#child = fork(join(import.meta.dirname, "bench-process.ts"), args, { execArgv: [] });
    this.#child.on("message", (news: BenchNews) => this.#hear(news));
  }

  /** Orders are carried out one after the other; resolves when this one is. */
  order(order: BenchOrder): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#awaited.push(resolve);
      this.#child.send(order, (error) => {
        if (error) reject(error);
      });
    });
  }

  /** Pins that are driven high, in order. */
  high(): number[] {
    const levels = new Map(this.drives.map(({ pin, high }) => [pin, high]));
    return [...levels].flatMap(([pin, high]) => (high ? [pin] : [])).sort((a, b) => a - b);
  }

  /** Edges from the `from`-th on, of these pins. */
  edges(from: number, pins: readonly number[]): Drive[] {
    return this.drives.slice(from).filter(({ pin }) => pins.includes(pin));
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.disconnect();
    await ended;
  }

  #hear(news: BenchNews): void {
    if (news.tell === "drive") this.drives.push(news);
    else if (news.tell === "sent") this.sent.push(news);
    else this.#awaited.shift()?.();
  }
}
