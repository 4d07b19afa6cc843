import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, parser } from "mqtt-packet";
import { until } from "../../harness/until.ts";
import { sharedNow } from "./load-messages.ts";
import { pin } from "./pin.ts";

/** Stock limits drop acks: queues and packets in flight are unbounded here, and nothing waits for Nagle. */
const SETTINGS = (port: number) => `
listener ${port} 127.0.0.1
allow_anonymous true
persistence false
log_dest none
set_tcp_nodelay true
max_inflight_messages 0
max_queued_messages 0
`;

export function hasMosquitto(): boolean {
  try {
    execFileSync("sh", ["-c", "command -v mosquitto || test -x /usr/sbin/mosquitto"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A tuned Mosquitto with one client that publishes the alert and collects the acks: the peer as a bare fan-out. */
export class Mosquitto {
  readonly port: number;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  #acks = 0;
  #lastAckAt = 0;

  private constructor(port: number, folder: string, child: ChildProcess, socket: Socket) {
    [this.port, this.#folder, this.#child, this.#socket] = [port, folder, child, socket];
    const parse = parser({ protocolVersion: 4 });
    parse.on("packet", (packet) => {
      if (packet.cmd !== "publish") return;
      this.#acks++;
      this.#lastAckAt = sharedNow();
      socket.write(generate({ cmd: "puback", messageId: packet.messageId ?? 0 }));
    });
    socket.on("data", (bytes) => parse.parse(bytes as Buffer));
    socket.on("error", () => {});
    socket.write(generate({ cmd: "connect", clientId: "collector", keepalive: 0, clean: true }));
    const subscriptions = [{ topic: "loa/1/up/+/ack", qos: 1 as const }];
    socket.write(generate({ cmd: "subscribe", messageId: 1, subscriptions }));
  }

  static async start(): Promise<Mosquitto> {
    const folder = mkdtempSync(join(tmpdir(), "loa-mosquitto-"));
    const port = await freePort();
    writeFileSync(join(folder, "mosquitto.conf"), SETTINGS(port));
    const child = spawn("mosquitto", ["-c", join(folder, "mosquitto.conf")], {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      stdio: "ignore",
    });
    pin(child.pid, 0);
    const socket = await until("mosquitto", 10_000, () => open(port));
    return new Mosquitto(port, folder, child, socket);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Publishes with QoS 1; answers when that was, ms of the shared clock. */
  publish(topic: string, payload: Buffer): number {
    this.#acks = 0;
    const at = sharedNow();
    const packet = { cmd: "publish" as const, topic, payload, qos: 1 as const };
    this.#socket.write(generate({ ...packet, messageId: 7, dup: false, retain: false }));
    return at;
  }

  /** When the last of so many acks came. */
  allAcks(expect: number): Promise<number> {
    return until("acks by mosquitto", 30_000, () => (this.#acks >= expect ? this.#lastAckAt : null));
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    if (this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once("close", resolve));
      this.#child.kill();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function open(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(null));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
