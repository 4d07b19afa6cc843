import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ERROR_CODES } from "@loa/kernel/error-codes";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { readStep } from "./core/script.ts";
import type { Fleet } from "./fleet.ts";

const MAX_BODY_BYTES = 1_048_576;

/** `GET /fleet` and `POST /fleet/script` on loopback; errors are RFC 9457 problems. */
export class FleetServer {
  readonly #fleet: Fleet;
  readonly #server: Server;
  readonly #log: Logger;

  constructor(fleet: Fleet, log: Logger) {
    this.#fleet = fleet;
    this.#log = log;
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  /** Listens on 127.0.0.1 and returns the address; port 0 takes a free one. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, 200, "application/json", await this.#answer(request));
    } catch (error) {
      const code = codeOf(error);
      if (code === "INTERNAL") this.#log.error({ error, url: request.url }, "a request failed");
      const { status, advice } = ERROR_CODES[code];
      const title = error instanceof Error ? error.message : String(error);
      send(response, status, "application/problem+json", { status, code, title, detail: advice });
    }
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    switch (`${request.method} ${request.url}`) {
      case "GET /fleet":
        return this.#fleet.view();
      case "POST /fleet/script": {
        const { deed, whom } = stepOf(await readJson(request));
        return { stations: this.#fleet.do(deed, whom) };
      }
      default:
        throw new LoaError("NOT_FOUND", `${request.method} ${request.url} is not offered`);
    }
  }
}

/** @throws BAD_REQUEST */
function stepOf(body: unknown) {
  try {
    return readStep(body);
  } catch (cause) {
    throw new LoaError("BAD_REQUEST", (cause as Error).message, {}, { cause });
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw new LoaError("PAYLOAD_TOO_LARGE", `at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new LoaError("BAD_REQUEST", "the body is not JSON", {}, { cause });
  }
}

function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}
