import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CapMessage } from "@loa/protocol/http/cap";
import { capAlert, capArea, capInfo } from "../core/cap-alert.fixture.ts";
import { type CapAlert, type CapInfo, capTime } from "../core/cap-alert.ts";
import type { CapSource } from "../interop/cap/source-schema.ts";
import { writeAtom } from "../interop/cap/write-atom.ts";
import { writeCap } from "../interop/cap/write-cap.ts";
import { hub } from "./alerts.fixture.ts";

export const KIM_LIEN = { valueName: "GSO", value: "17950" };
export const BUREAU = "bao@example.vn";

/** An info block over Kim Liên that holds for an hour from now. */
export const storm = (more: Partial<CapInfo> = {}): CapInfo =>
  capInfo({
    expires: inMinutes(60),
    headline: "Bão số 7",
    description: "Bão đang vào bờ.",
    areas: [capArea({ areaDesc: "Xã Kim Liên", geocodes: [KIM_LIEN] })],
    ...more,
  });

let sent = 0;
/** A message of its own, sent now. */
export const message = (more: Partial<CapAlert> = {}): CapAlert =>
  capAlert({
    identifier: `VN-${++sent}`,
    sender: BUREAU,
    sent: inMinutes(0),
    infos: [storm()],
    ...more,
  });

export const inMinutes = (minutes: number) => capTime(hub.clock.now() + minutes * 60_000, 420);

/** One that refers to others. */
export const about = (others: readonly CapAlert[], more: Partial<CapAlert>): CapAlert =>
  message({
    references: others.map(({ sender, identifier, sent: at }) => ({ sender, identifier, sent: at })),
    ...more,
  });

/** Rules that air what the bureau calls severe. */
export const AIRING = {
  rules: [
    { verdict: "air" as const, senders: [BUREAU], severity: ["Severe" as const] },
    { verdict: "wait" as const, status: ["Exercise" as const, "Test" as const] },
  ],
  otherwise: "wait" as const,
  geocodes: [{ ...KIM_LIEN, areaId: "kim-lien" }],
  languages: ["vi", "en"],
};

export const post = async (alert: CapAlert) => (await hub.post(writeCap(alert))).body as CapMessage;
export const listed = async (query = "") =>
  (await hub.ask("GET", `/alerts/cap${query}`)).body.items as CapMessage[];
export const listedOne = async (id: string) => (await listed()).find((one) => one.id === id);

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

  /** As `hub.yaml` names it. */
  config(more: Partial<CapSource> = {}): CapSource {
    const own = { name: "Đài khí tượng", url: `${this.base}/feed`, everySeconds: 5, areaId: "nghe-an" };
    return { ...own, allowPrivate: true, ...AIRING, ...more };
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
