import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import { codeOf } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { minutes, seconds } from "@loa/kernel/units";
import type { CapSourceState } from "@loa/protocol/http/cap";
import { OLDEST_MS } from "../../core/cap-life.ts";
import { type carefulGet, LONGEST_GET_MS } from "./careful-get.ts";
import { type FeedEntry, readFeed } from "./read-feed.ts";
import type { CapSource } from "./source-schema.ts";
import { CAP_MEDIA_TYPE } from "./write-atom.ts";
import { MAX_XML_BYTES } from "./xml.ts";

const LONGEST_BACK_OFF_MS = minutes(5);
/** Of one round; the rest comes with the next. */
const MOST_DOCUMENTS = 40;
/** An entry whose document cannot be had is given up after so many rounds. */
const MOST_TRIES = 5;

/** What asking a source needs. */
export interface PollerParts {
  readonly source: CapSource;
  readonly get: typeof carefulGet;
  readonly clock: Clock;
  readonly log: Logger;
  /** Takes a message, whatever it is; what it makes of it is not waited for. */
  readonly receive: (xml: Uint8Array) => void;
}

/**
 * Asks one source for what is new, at its pace: the feed only when it changed (RFC 9110, 13), each document once. Rounds never overlap; after a
 * failure the source is left in peace for longer and longer. What other sources do makes no difference.
 */
export class CapPoller {
  readonly #parts: PollerParts;
  #next: { at: UnixMs; cancel: Cancel } | null = null;
  #validators: Record<string, string> = {};
  /** Rounds in which an entry of the feed was tried; `Infinity`: it is done. */
  #tried = new Map<string, number>();
  #failures = 0;
  #entries = 0;
  #lastSuccessAt: UnixMs | null = null;
  #lastError: { code: string; message: string; at: UnixMs } | null = null;
  #closed = false;

  constructor(parts: PollerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#wait(0);
  }

  close(): void {
    this.#closed = true;
    this.#next?.cancel();
  }

  /** How it goes. */
  state(): CapSourceState {
    const { name, url, areaId, everySeconds } = this.#parts.source;
    const { origin, pathname } = new URL(url);
    const settled = this.#lastSuccessAt === null ? ("starting" as const) : ("ok" as const);
    return {
      ...{ name, url: `${origin}${pathname}`, areaId, everySeconds },
      ...{
        state: this.#failures > 0 ? "failing" : settled,
        failures: this.#failures,
        entries: this.#entries,
      },
      ...(this.#lastSuccessAt !== null && { lastSuccessAt: this.#lastSuccessAt }),
      ...(this.#lastError && { lastError: this.#lastError }),
      ...(this.#next && { nextAt: this.#next.at }),
    };
  }

  #wait(ms: number): void {
    if (this.#closed) return;
    const { clock, source, log } = this.#parts;
    const at = clock.now() + ms;
    const cancel = clock.at(`ask ${source.name}`, at, () => {
      this.#round()
        .catch((error) => log.error({ source: source.name, err: error }, "a source was not asked"))
        .finally(() => this.#wait(this.#pause()));
    });
    this.#next = { at, cancel };
  }

  #pause(): number {
    const own = seconds(this.#parts.source.everySeconds);
    return this.#failures === 0
      ? own
      : Math.min(Math.max(LONGEST_BACK_OFF_MS, own), own * 2 ** this.#failures);
  }

  async #round(): Promise<void> {
    const { clock, log, source } = this.#parts;
    try {
      await this.#ask();
      this.#failures = 0;
      this.#lastSuccessAt = clock.now();
    } catch (error) {
      this.#failures++;
      this.#lastError = { code: codeOf(error), message: (error as Error).message, at: clock.now() };
      log.warn({ source: source.name, failures: this.#failures, err: error }, "a source of alerts fails");
    }
  }

  async #ask(): Promise<void> {
    const { source, get } = this.#parts;
    const { url, allowPrivate } = source;
    const accept = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8";
    const headers = { accept, ...this.#validators };
    const answer = await get(url, { maxBytes: MAX_XML_BYTES, allowPrivate, headers });
    if (answer.status === 304) return;
    const entries = readFeed(answer.body, answer.url).filter((entry) => !this.#isOld(entry));
    this.#entries = entries.length;
    const rest = await this.#fetchNew(entries);
    const { etag, "last-modified": modified } = answer.headers;
    this.#validators = rest ? {} : validators(etag, modified);
  }

  #isOld({ updated }: FeedEntry): boolean {
    return updated !== null && updated + OLDEST_MS < this.#parts.clock.now();
  }

  /** Gets documents that are new; whether something is left for the next round. */
  async #fetchNew(entries: readonly FeedEntry[]): Promise<boolean> {
    const keys = new Map(entries.map((entry) => [keyOf(entry), entry]));
    this.#tried = new Map([...this.#tried].filter(([key]) => keys.has(key)));
    const open = [...keys].filter(([key]) => (this.#tried.get(key) ?? 0) < MOST_TRIES);
    const now = open.slice(0, MOST_DOCUMENTS);
    const until = this.#parts.clock.now() + 3 * LONGEST_GET_MS;
    let left = open.length > now.length;
    for (const [key, entry] of now) {
      if (this.#closed || this.#parts.clock.now() > until) return true;
      const done = await this.#fetch(entry);
      const tries = done ? Number.POSITIVE_INFINITY : (this.#tried.get(key) ?? 0) + 1;
      this.#tried.set(key, tries);
      left ||= tries < MOST_TRIES;
    }
    return left;
  }

  async #fetch(entry: FeedEntry): Promise<boolean> {
    const { source, get, receive, log } = this.#parts;
    const { allowPrivate } = source;
    for (const url of entry.cap.slice(0, 3))
      try {
        const headers = { accept: `${CAP_MEDIA_TYPE}, application/xml;q=0.9, text/xml;q=0.8` };
        const { body } = await get(url, { maxBytes: MAX_XML_BYTES, allowPrivate, headers });
        receive(body);
        return true;
      } catch (error) {
        log.warn({ source: source.name, entry: entry.id, err: error }, "a message of a source was not had");
      }
    return entry.cap.length === 0;
  }
}

/** An entry that was updated counts as another. */
const keyOf = ({ id, updated }: FeedEntry) => `${updated} ${id}`;

const validators = (etag: string | undefined, modified: string | undefined) => ({
  ...(etag !== undefined && { "if-none-match": etag }),
  ...(modified !== undefined && { "if-modified-since": modified }),
});
