import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import { minutes, seconds } from "@loa/kernel/units";
import type { CapSourceState } from "@loa/protocol/http/cap";
import { OLDEST_MS } from "../../core/cap-life.ts";
import { type carefulGet, LONGEST_GET_MS } from "./careful-get.ts";
import { type FeedEntry, readFeed } from "./read-feed.ts";
import { type CapSource, needsTls } from "./source-schema.ts";
import { CAP_MEDIA_TYPE } from "./write-atom.ts";
import { MAX_XML_BYTES } from "./xml.ts";

const LONGEST_BACK_OFF_MS = minutes(5);
/** Of one round; the rest comes with the next. */
const MOST_DOCUMENTS = 40;
/** After so many rounds an entry whose document cannot be had is tried less and less often, as long as the feed names it. */
const EAGER_TRIES = 5;
const LONGEST_PAUSE_MS = minutes(15);

/** Answers that a document, or a feed, will not come back. Source: RFC 9110, 15.5.11. */
const GONE = 410;

/** How it stands with the document of an entry. `change`: of the feed, with which it came. */
interface Fetching {
  readonly change: number;
  readonly done: boolean;
  readonly tries: number;
  readonly at: UnixMs;
}

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
 * Asks one source for what is new, at its pace: the feed only when it changed (RFC 9110, 13), each document once, the newest first. Rounds
 * never overlap; after a failure the source is left in peace for longer and longer, and at least as long as it asks for (10.2.3), up to a
 * quarter of an hour. What other sources do makes no difference.
 */
export class CapPoller {
  readonly #parts: PollerParts;
  #next: { at: UnixMs; cancel: Cancel } | null = null;
  #validators: Record<string, string> = {};
  /** What the feed named last. */
  #feed: readonly FeedEntry[] = [];
  #changes = 0;
  readonly #fetching = new Map<string, Fetching>();
  #failures = 0;
  /** How long the last failure wants it left in peace, ms. */
  #peace = 0;
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
        .finally(() => this.#wait(this.#pause(clock.now() - at)));
    });
    this.#next = { at, cancel };
  }

  /** The pace counts from the beginning of a round, however long that took. */
  #pause(tookMs: number): number {
    const own = seconds(this.#parts.source.everySeconds);
    if (this.#failures === 0) return Math.min(own, Math.max(0, own - tookMs));
    return Math.max(this.#peace, Math.min(LONGEST_BACK_OFF_MS, own * 2 ** this.#failures));
  }

  async #round(): Promise<void> {
    const { clock, log, source } = this.#parts;
    try {
      await this.#ask();
      this.#failures = 0;
      this.#lastSuccessAt = clock.now();
    } catch (error) {
      this.#failures++;
      this.#peace = statusOf(error) === GONE ? LONGEST_BACK_OFF_MS : askedPause(error, clock.now());
      this.#lastError = { code: codeOf(error), message: (error as Error).message, at: clock.now() };
      log.warn({ source: source.name, failures: this.#failures, err: error }, "a source of alerts fails");
    }
  }

  async #ask(): Promise<void> {
    const { source, get } = this.#parts;
    const { url, allowPrivate } = source;
    const tlsOnly = needsTls(source);
    const accept = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8";
    const headers = { accept, ...this.#validators };
    const answer = await get(url, { maxBytes: MAX_XML_BYTES, allowPrivate, tlsOnly, headers });
    if (answer.status === 200) {
      const { etag, "last-modified": modified } = answer.headers;
      this.#feed = readFeed(answer.body, answer.url);
      this.#changes++;
      this.#validators = validators(etag, modified);
    }
    const entries = this.#feed.filter((entry) => !this.#isOld(entry));
    this.#entries = entries.length;
    await this.#fetchNew(entries);
  }

  #isOld({ updated }: FeedEntry): boolean {
    return updated !== null && updated + OLDEST_MS < this.#parts.clock.now();
  }

  /** Gets documents that are new; what is left over comes with the next round. */
  async #fetchNew(entries: readonly FeedEntry[]): Promise<void> {
    const { clock } = this.#parts;
    const keys = new Map(entries.map((entry) => [keyOf(entry), entry]));
    for (const key of this.#fetching.keys()) if (!keys.has(key)) this.#fetching.delete(key);
    const from = clock.now();
    for (const key of keys.keys())
      if (!this.#fetching.has(key))
        this.#fetching.set(key, { change: this.#changes, done: false, tries: 0, at: from });
    const due = [...keys].flatMap(([key, entry]) => {
      const fetching = this.#fetching.get(key);
      return !fetching || fetching.done || fetching.at > from ? [] : [{ key, entry, fetching }];
    });
    for (const { key, entry, fetching } of due.sort(newestFirst).slice(0, MOST_DOCUMENTS)) {
      if (this.#closed || clock.now() > from + 3 * LONGEST_GET_MS) return;
      this.#fetching.set(key, await this.#fetch(entry, fetching));
    }
  }

  /** How long an entry waits that failed once more; less than a round: until the next. */
  #patience(tries: number): number {
    const rounds = 2 ** Math.min(20, tries - EAGER_TRIES);
    return tries < EAGER_TRIES
      ? 0
      : Math.min(LONGEST_PAUSE_MS, seconds(this.#parts.source.everySeconds) * rounds);
  }

  async #fetch(entry: FeedEntry, before: Fetching): Promise<Fetching> {
    const { source, get, receive, log, clock } = this.#parts;
    const { allowPrivate } = source;
    const tlsOnly = needsTls(source);
    const addresses = entry.cap.slice(0, 3);
    let [gone, pause] = [0, this.#patience(before.tries)];
    for (const url of addresses)
      try {
        const headers = { accept: `${CAP_MEDIA_TYPE}, application/xml;q=0.9, text/xml;q=0.8` };
        const { body } = await get(url, { maxBytes: MAX_XML_BYTES, allowPrivate, tlsOnly, headers });
        receive(body);
        return { ...before, done: true };
      } catch (error) {
        if (statusOf(error) === GONE) gone++;
        pause = Math.max(pause, askedPause(error, clock.now()));
        log.warn({ source: source.name, entry: entry.id, err: error }, "a message of a source was not had");
      }
    const done = gone === addresses.length;
    return { ...before, done, tries: before.tries + 1, at: clock.now() + pause };
  }
}

interface Due {
  readonly entry: FeedEntry;
  readonly fetching: Fetching;
}

/** What was never tried goes first, because old trouble must not hold it up; of that, what the feed had last, and what is newest by its word. */
const newestFirst = (a: Due, b: Due) =>
  a.fetching.tries - b.fetching.tries ||
  b.fetching.change - a.fetching.change ||
  (b.entry.updated ?? 0) - (a.entry.updated ?? 0);

const contextOf = (error: unknown) =>
  (error instanceof LoaError ? error.context : {}) as { status?: number; retryAfter?: string };

const statusOf = (error: unknown) => contextOf(error).status;

/** How long an answer wants to be left in peace, ms; 0 when it does not say. Source: RFC 9110, 10.2.3. */
function askedPause(error: unknown, now: UnixMs): number {
  const { retryAfter = "" } = contextOf(error);
  const ms = /^\s*\d+\s*$/.test(retryAfter) ? seconds(Number(retryAfter)) : Date.parse(retryAfter) - now;
  return ms > 0 ? Math.min(ms, LONGEST_PAUSE_MS) : 0;
}

/** An entry that was updated counts as another. */
const keyOf = ({ id, updated }: FeedEntry) => `${updated} ${id}`;

const validators = (etag: string | undefined, modified: string | undefined) => ({
  ...(etag !== undefined && { "if-none-match": etag }),
  ...(modified !== undefined && { "if-modified-since": modified }),
});
