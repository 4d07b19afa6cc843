import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { FromLoad, LoadStation, ToLoad } from "./load-messages.ts";
import { pin } from "./pin.ts";

/** What the stations have of an alert. */
export type Received = Extract<FromLoad, { say: "received" }>;

/** Load clients in a process of their own, on the second core. */
export class Load {
  readonly #child: ChildProcess;
  #waiting: ((message: FromLoad) => void) | null = null;

  constructor() {
    this.#child = fork(join(import.meta.dirname, "load-process.ts"), { execArgv: [] });
    pin(this.#child.pid, 1);
    this.#child.on("message", (message: FromLoad) => this.#waiting?.(message));
  }

  async join(
    port: number,
    stations: readonly LoadStation[],
    trust: Extract<ToLoad, { say: "join" }>["trust"],
  ) {
    const joined = this.#next("joined", 120_000);
    this.#say({ say: "join", port, stations, trust });
    await joined;
  }

  /** Looks for the next alert, at so many stations. */
  async watch(expect: number, ignorePast: boolean): Promise<void> {
    const watching = this.#next("watching", 30_000);
    this.#say({ say: "watch", expect, ignorePast });
    await watching;
  }

  /** What stations have of it, once all do or the time is over. */
  received(withinMs: number): Promise<Received> {
    const report = setTimeout(() => this.#say({ say: "report" }), withinMs);
    return this.#next("received", withinMs + 10_000).finally(() => clearTimeout(report)) as Promise<Received>;
  }

  freeze(ids: readonly string[]): void {
    this.#say({ say: "freeze", ids });
  }

  thaw(): void {
    this.#say({ say: "thaw" });
  }

  stop(): void {
    this.#child.kill();
  }

  #say(message: ToLoad): void {
    this.#child.send(message);
  }

  #next(say: FromLoad["say"], withinMs: number): Promise<FromLoad> {
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error(`the load clients did not say ${say}`)), withinMs);
      this.#waiting = (message) => {
        if (message.say !== say) return;
        clearTimeout(timeout);
        resolve(message);
      };
    });
  }
}
