import { backoffMs } from "@loa/kernel/retry";
import type { DashboardEvent } from "@loa/protocol/http/events";
import { address } from "./api.ts";
import { FrameBatch } from "./frame-batch.ts";
import { hubNow } from "./hub-clock.ts";
import { Signal } from "./signal.ts";

const KINDS = [
  "station",
  "health",
  "announcement",
  "broadcast",
  "playout",
  "live",
  "alert",
  "schedule",
  "area",
  "gone",
  "reset",
] as const satisfies readonly DashboardEvent["kind"][];

/** How the line to the hub is. `since`: when it was last known good, Unix ms. */
export interface LinkState {
  readonly state: "connecting" | "live" | "away";
  readonly since: number;
}

type Listener = (events: readonly DashboardEvent[]) => void;

/** The one event stream of the page. It reconnects by itself and says when it had to begin anew. */
class Feed {
  readonly link = new Signal<LinkState>({ state: "connecting", since: hubNow() });
  readonly #listeners = new Set<Listener>();
  readonly #batch = new FrameBatch<DashboardEvent>((events) => this.#deliver(events));
  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  /** When the data on the page was good, as long as this page itself has not heard from the hub. */
  #knownFrom: number | null = null;

  /** Events in the order of their arrival, a frame's worth at a time. */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The page shows what was kept at `at`, Unix ms. */
  knownFrom(at: number): void {
    this.#knownFrom = at;
    if (this.link.value.state !== "live") this.link.set({ state: "away", since: at });
  }

  open(): void {
    this.close();
    const source = new EventSource(address("/events"));
    this.#source = source;
    source.onopen = () => this.#opened();
    source.onerror = () => this.#broken(source);
    for (const kind of KINDS)
      source.addEventListener(kind, (message) => this.#take(kind, (message as MessageEvent<string>).data));
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
    this.#knownFrom = null;
  }

  #opened(): void {
    const wasAway = this.link.value.state === "away";
    this.#attempt = 0;
    this.#knownFrom = null;
    this.link.set({ state: "live", since: hubNow() });
    if (wasAway) this.#batch.push({ kind: "reset" });
  }

  #take(kind: DashboardEvent["kind"], data: string): void {
    this.#batch.push({ ...(data === "" ? {} : JSON.parse(data)), kind } as DashboardEvent);
  }

  /** The browser itself retries a broken line; a refusal closes the stream for good, so a new one is opened. */
  #broken(source: EventSource): void {
    if (this.link.value.state !== "away")
      this.link.set({ state: "away", since: this.#knownFrom ?? hubNow() });
    if (source.readyState !== EventSource.CLOSED) return;
    this.#retry = setTimeout(() => this.open(), 500 + backoffMs(this.#attempt++, Math.random()));
  }

  #deliver(events: readonly DashboardEvent[]): void {
    for (const listener of [...this.#listeners]) listener(events);
  }
}

/** The page's event stream. */
export const feed = new Feed();
