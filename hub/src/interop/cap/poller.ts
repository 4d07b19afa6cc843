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
/** After so many rounds an entry whose document cannot be had is tried less and less often, as long as the feed names it. */
const EAGER_TRIES = 5;
const LONGEST_PAUSE_MS = minutes(15);

/** How it stands with the document of an entry. */
type Fetching = "done" | { readonly tries: number; readonly at: UnixMs };

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
  /** What the feed named last. */
  #feed: readonly FeedEntry[] = [];
  readonly #fetching = new Map<string, Fetching>();
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
    if (answer.status === 200) {
      const { etag, "last-modified": modified } = answer.headers;
      this.#feed = readFeed(answer.body, answer.url);
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
    const triesOf = (key: string) => this.#fetching.get(key) ?? { tries: 0, at: from };
    const due = [...keys].flatMap(([key, entry]) => {
      const fetching = triesOf(key);
      return fetching === "done" || fetching.at > from ? [] : [{ key, entry, tries: fetching.tries }];
    });
    // What was never tried goes first: old trouble must not hold it up.
    const first = due.sort((a, b) => a.tries - b.tries).slice(0, MOST_DOCUMENTS);
    for (const { key, entry, tries } of first) {
      if (this.#closed || clock.now() > from + 3 * LONGEST_GET_MS) return;
      const done = await this.#fetch(entry);
      this.#fetching.set(key, done ? "done" : { tries: tries + 1, at: clock.now() + this.#patience(tries) });
    }
  }

  /** How long an entry waits that failed once more; less than a round: until the next. */
  #patience(tries: number): number {
    const rounds = 2 ** Math.min(20, tries - EAGER_TRIES);
    return tries < EAGER_TRIES
      ? 0
      : Math.min(LONGEST_PAUSE_MS, seconds(this.#parts.source.everySeconds) * rounds);
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
