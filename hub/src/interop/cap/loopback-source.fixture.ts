import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { writeAtom } from "./write-atom.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real source on loopback: a feed at `/feed`, documents beside it, and whatever else a test has it answer. */
export class LoopbackSource {
  readonly asked: { url: string; headers: IncomingMessage["headers"] }[] = [];
  readonly answers = new Map<string, Answer>();
  readonly #server: Server;
  #documents = new Map<string, { xml: string; updated: number }>();
  #version = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const url = request.url ?? "/";
      this.asked.push({ url, headers: request.headers });
      const answer = this.answers.get(url) ?? this.#answer;
      answer(request, response);
    });
  }

  static async start(): Promise<LoopbackSource> {
    const source = new LoopbackSource();
    source.#server.listen(0, "127.0.0.1");
    await once(source.#server, "listening");
    return source;
  }

  get base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  publish(name: string, xml: string, updated: number): void {
    this.#documents.set(`/${name}`, { xml, updated });
    this.#version++;
  }

  count(url: string): number {
    return this.asked.filter((one) => one.url === url).length;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #answer: Answer = (request, response) => {
    const document = this.#documents.get(request.url ?? "");
    if (document) response.setHeader("content-type", "application/cap+xml").end(document.xml);
    else if (request.url === "/feed") this.#feed(request, response);
    else response.writeHead(404).end();
  };

  #feed(request: IncomingMessage, response: ServerResponse): void {
    const etag = `"v${this.#version}"`;
    response.setHeader("etag", etag);
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
    const entries = [...this.#documents].map(([path, { updated }]) => ({
      ...{ id: `urn:${path}`, title: path, updated, cap: `${this.base}${path}`, summary: null },
    }));
    const about = { id: "urn:feed", title: "Cảnh báo", author: "Đài", self: `${this.base}/feed` };
    response.end(writeAtom(about, entries, 0));
  }
}
