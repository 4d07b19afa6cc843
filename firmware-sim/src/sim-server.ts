import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ERROR_CODES } from "@loa/kernel/error-codes";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { parseFault } from "./faults.ts";
import type { Station } from "./station.ts";

const MAX_BODY_BYTES = 65_536;

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** Fault injection and the live truth over HTTP; see docs of `routes` below. Errors are RFC 9457 problems. */
export class SimServer {
  readonly #stations: ReadonlyMap<string, Station>;
  readonly #server: Server;
  readonly #log: Logger;

  constructor(stations: readonly Station[], log: Logger) {
    this.#stations = new Map(stations.map((station) => [station.options.stationId, station]));
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
      const { status, body } = await this.#route(request);
      send(response, status, "application/json", body);
    } catch (error) {
      const code = codeOf(error);
      if (code === "INTERNAL") this.#log.error({ error, url: request.url }, "a request failed");
      const context = error instanceof LoaError ? error.context : {};
      const { status, advice } = ERROR_CODES[code];
      const title = error instanceof Error ? error.message : String(error);
      send(response, status, "application/problem+json", { status, code, title, detail: advice, ...context });
    }
  }

  async #route(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", "http://sim");
    const [root, id, action, ...rest] = url.pathname.split("/").filter(Boolean);
    if (root !== "stations" || rest.length > 0)
      throw new LoaError("NOT_FOUND", `there is nothing at ${url.pathname}`);
    if (id === undefined) return this.#stationList(request);
    const station = this.#stations.get(id);
    if (!station) throw new LoaError("NOT_FOUND", `there is no station ${id}`);
    const route = ROUTES[`${request.method} ${action ?? ""}`.trim()];
    if (!route) throw new LoaError("NOT_FOUND", `${request.method} ${url.pathname} is not offered`);
    return route(station, request, url);
  }

  #stationList(request: IncomingMessage): Answer {
    if (request.method !== "GET")
      throw new LoaError("NOT_FOUND", `${request.method} /stations is not offered`);
    return { status: 200, body: { items: [...this.#stations.values()].map((station) => station.view()) } };
  }
}

type Route = (station: Station, request: IncomingMessage, url: URL) => Answer | Promise<Answer>;

/** What can be asked of `/stations/:id`, by method and last part of the path. Actions answer with the new truth. */
const ROUTES: Readonly<Record<string, Route>> = {
  GET: (station) => ({ status: 200, body: station.view() }),
  "GET events": (station, _request, url) => ({
    status: 200,
    body: { items: station.events.since(sinceOf(url)) },
  }),
  "POST faults": async (station, request) => {
    const zones = station.options.zones.map((zone) => zone.id);
    station.inject(parseFault(await readJson(request), zones));
    return { status: 201, body: station.view() };
  },
  "DELETE faults": (station) => act(station, () => station.clearFaults()),
  "POST reset": (station) => act(station, () => station.reset()),
  "POST unplug": (station) => act(station, () => station.unplug()),
  "POST replug": (station) => act(station, () => station.replug()),
  "POST button": (station, _request, url) => act(station, () => station.pressButton(pressMsOf(url))),
};

function act(station: Station, action: () => void): Answer {
  action();
  return { status: 200, body: station.view() };
}

function sinceOf(url: URL): number {
  const since = Number(url.searchParams.get("since") ?? 0);
  if (Number.isFinite(since)) return since;
  throw new LoaError("BAD_REQUEST", "since must be Unix milliseconds");
}

function pressMsOf(url: URL): number {
  const ms = Number(url.searchParams.get("ms") ?? 1_000);
  if (ms > 0 && ms <= 600_000) return ms;
  throw new LoaError("BAD_REQUEST", "ms must be more than 0 and at most 600000");
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES)
      throw new LoaError("PAYLOAD_TOO_LARGE", `at most ${MAX_BODY_BYTES} bytes`, { limit: MAX_BODY_BYTES });
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
