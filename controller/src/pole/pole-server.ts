import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { codeOf } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { parseJson } from "@loa/protocol/parse";
import { POLE_SOCKET, type PoleAnswer, PoleRequest, type PoleStatus } from "./pole-messages.ts";

const LONGEST_LINE = 4_096;
const PATIENCE_MS = 5_000;

/**
 * Answers who stands at the pole, over a socket in the data folder that only the station's own user may open. There is no way to it from
 * the network. Without it the station works all the same.
 */
export class PoleServer {
  readonly #path: string;
  readonly #log: Logger;
  readonly #answer: (request: PoleRequest) => PoleStatus;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(data: string, log: Logger, answer: (request: PoleRequest) => PoleStatus) {
    this.#path = join(data, POLE_SOCKET);
    this.#log = log;
    this.#answer = answer;
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.on("error", (error) =>
      log.error({ path: this.#path, error: String(error) }, "no commands can be given at the pole"),
    );
  }

  /** Resolves when commands are taken, or cannot be. */
  async listen(): Promise<void> {
    try {
      rmSync(this.#path, { force: true });
    } catch (error) {
      this.#log.error({ path: this.#path, error: String(error) }, "what lies there cannot be removed");
    }
    // The socket is bound within this call; nobody else may open it, not even for a moment.
    const mask = process.umask(0o177);
    try {
      this.#server.listen(this.#path);
    } finally {
      process.umask(mask);
    }
    await new Promise<void>((resolve) => {
      this.#server.once("listening", resolve).once("error", () => resolve());
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    let text = "";
    this.#sockets.add(socket);
    socket.setEncoding("utf8").setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", (error) => this.#log.debug({ error: String(error) }, "a call at the pole broke off"));
    socket.on("data", (more: string) => {
      text += more;
      const end = text.indexOf("\n");
      if (end < 0 && text.length <= LONGEST_LINE) return;
      socket.removeAllListeners("data");
      socket.end(`${JSON.stringify(this.#answered(text.slice(0, Math.max(0, end))))}\n`);
    });
  }

  #answered(line: string): PoleAnswer {
    try {
      const request = parseJson(PoleRequest, Buffer.from(line), "request");
      return { ok: true, status: this.#answer(request) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, code: codeOf(error), message };
    }
  }
}
