import { type ChildProcess, fork, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../harness/until.ts";
import { cpuSeconds } from "./hub-and-fleet.ts";

const PROGRAM = "/usr/sbin/mosquitto";
const CLIENTS = join(import.meta.dirname, "bare-clients.ts");
const PROCESSES = 2;
const WITHIN_MS = 120_000;

/** Whether Debian's Mosquitto is there. */
export const hasMosquitto = (): boolean => existsSync(PROGRAM);

/** A Mosquitto with bare clients in processes of their own: the peer of a hub with a fleet. */
export class BareMosquitto {
  readonly #folder: string;
  readonly #port: number;
  readonly #count: number;
  readonly #clients: readonly ChildProcess[];
  readonly #back: number[] = [];
  #broker: ChildProcess;

  private constructor(folder: string, port: number, count: number) {
    [this.#folder, this.#port, this.#count] = [folder, port, count];
    this.#broker = this.#startBroker();
    this.#clients = Array.from({ length: PROCESSES }, (_, n) => this.#startClients(n));
  }

  /** Resolves when every client is there. */
  static async start(count: number): Promise<BareMosquitto> {
    const port = await freePort();
    const bare = new BareMosquitto(mkdtempSync(join(tmpdir(), "loa-mosquitto-")), port, count);
    await bare.allBack();
    return bare;
  }

  get cpuSeconds(): number {
    return cpuSeconds(this.#broker.pid ?? 0);
  }

  /** Ends the broker as a power cut would and starts it again at once. */
  async restart(): Promise<void> {
    const ended = new Promise((resolve) => this.#broker.once("close", resolve));
    this.#broker.kill("SIGKILL");
    await ended;
    this.#broker = this.#startBroker();
    await until("the clients notice", WITHIN_MS, () => (this.#all() < this.#count ? true : null));
  }

  async allBack(): Promise<void> {
    await until(`${this.#count} bare clients`, WITHIN_MS, () => (this.#all() >= this.#count ? true : null));
  }

  async stop(): Promise<void> {
    const parts = [...this.#clients, this.#broker];
    const ended = parts.map((part) => new Promise((resolve) => part.once("close", resolve)));
    for (const part of parts) part.kill("SIGKILL");
    await Promise.all(ended);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #all(): number {
    return this.#back.reduce((sum, count) => sum + count, 0);
  }

  #startBroker(): ChildProcess {
    const file = join(this.#folder, "mosquitto.conf");
    const lines = [
      `listener ${this.#port} 127.0.0.1`,
      "allow_anonymous true",
      "persistence false",
      "max_connections -1",
      "set_tcp_nodelay true",
      "user root",
    ];
    writeFileSync(file, lines.join("\n"));
    return spawn(PROGRAM, ["-c", file], { stdio: "ignore" });
  }

  #startClients(n: number): ChildProcess {
    const each = Math.ceil(this.#count / PROCESSES);
    const count = Math.min(each, this.#count - n * each);
    const args = [this.#port, n * each, count].map(String);
    const child = fork(CLIENTS, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.on("message", (back: number) => {
      this.#back[n] = back;
    });
    return child;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
