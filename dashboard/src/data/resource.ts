import type { ReactiveController, ReactiveControllerHost } from "lit";
import { type ApiError, toApiError } from "./api-error.ts";

/** Something a page reads from the hub, with its loading and its failure. */
export class Resource<T> implements ReactiveController {
  value: T | undefined;
  error: ApiError | undefined;
  readonly #host: ReactiveControllerHost;
  readonly #read: () => Promise<T>;
  #turn = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, read: () => Promise<T>) {
    this.#host = host;
    this.#read = read;
    host.addController(this);
  }

  hostConnected(): void {
    void this.refresh();
  }

  hostDisconnected(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
  }

  /** Forgets the value, for another subject. */
  restart(): Promise<void> {
    this.value = undefined;
    this.error = undefined;
    return this.refresh();
  }

  /** Reads again; what is shown stays until the answer is there. Only the latest answer counts. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const value = await this.#read();
      if (turn !== this.#turn) return;
      this.value = value;
      this.error = undefined;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.error = toApiError(thrown);
    }
    this.#host.requestUpdate();
  }

  /** Reads again within a second, however often it is asked. */
  refreshSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.refresh();
    }, 700);
  }
}
