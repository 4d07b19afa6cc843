import type { AlertDetail } from "@loa/protocol/http/alerts";
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { readEveryMs } from "../words/alert-rows.ts";
import { alertDesk } from "./alerts.ts";
import { type ApiError, toApiError } from "./api-error.ts";
import { feed } from "./feed.ts";
import { hubNow } from "./hub-clock.ts";

/** Some time after its end the hub counts who never answered. */
const AFTER_END_MS = 1_500;

/**
 * One alert with all its stations. Acks come in bursts and the whole list is long, so it is read again at most as often as its length
 * allows, never twice at once; in between, the counts come with the events.
 */
export class AlertReading implements ReactiveController {
  value: AlertDetail | null = null;
  error: ApiError | null = null;
  readonly #host: ReactiveControllerHost;
  readonly #id: () => string;
  #turn = 0;
  #readAt = 0;
  #reading = false;
  #again = false;
  #next: ReturnType<typeof setTimeout> | undefined;
  #end: ReturnType<typeof setTimeout> | undefined;
  #unfollow: (() => void) | null = null;

  constructor(host: ReactiveControllerHost, id: () => string) {
    this.#host = host;
    this.#id = id;
    host.addController(this);
  }

  hostConnected(): void {
    this.#unfollow = feed.on((events) => {
      const about = events.some(
        (event) => event.kind === "reset" || (event.kind === "alert" && event.alert.id === this.#id()),
      );
      if (about) this.soon();
    });
    void this.read();
  }

  hostDisconnected(): void {
    this.#unfollow?.();
    this.#turn++;
    this.#reading = false;
    clearTimeout(this.#next);
    clearTimeout(this.#end);
    this.#next = undefined;
  }

  /** Another alert. */
  restart(): void {
    this.#turn++;
    [this.value, this.error, this.#reading] = [null, null, false];
    void this.read();
  }

  /** Takes what the hub answered to a deed. */
  take(detail: AlertDetail): void {
    this.#turn++;
    this.#reading = false;
    this.#took(detail);
  }

  /** Reads as soon as it may. */
  soon(): void {
    if (this.#reading) this.#again = true;
    else if (this.#next === undefined) {
      const wait = this.#readAt + readEveryMs(this.value?.stations.length ?? 0) - Date.now();
      this.#next = setTimeout(() => void this.read(), Math.max(0, wait));
    }
  }

  async read(): Promise<void> {
    clearTimeout(this.#next);
    this.#next = undefined;
    const turn = ++this.#turn;
    [this.#reading, this.#again, this.#readAt] = [true, false, Date.now()];
    try {
      const detail = await alertDesk.detail(this.#id());
      if (turn === this.#turn) this.#took(detail);
    } catch (thrown) {
      if (turn === this.#turn) this.error = toApiError(thrown);
    }
    if (turn !== this.#turn) return;
    this.#reading = false;
    if (this.#again) this.soon();
    this.#host.requestUpdate();
  }

  /** The hub says nothing when an alert's time is over: that is known here. */
  #took(detail: AlertDetail): void {
    [this.value, this.error] = [detail, null];
    clearTimeout(this.#end);
    const left = detail.expiresAt - hubNow();
    if (left > 0 && left < 2 ** 31 - AFTER_END_MS)
      this.#end = setTimeout(() => this.soon(), left + AFTER_END_MS);
    this.#host.requestUpdate();
  }
}
