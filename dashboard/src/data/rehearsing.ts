import type { Rehearsal } from "@loa/protocol/http/alerts";
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { type ActualBody, alertDesk, type DrillBody } from "./alerts.ts";
import { type ApiError, toApiError } from "./api-error.ts";

/** So long nobody types. */
const AFTER_MS = 600;
/** Stations come and go; older than this it is asked anew. */
const FRESH_MS = 45_000;

/** Keeps asking what a draft would do, whenever it changed. Only an answer to exactly what is on the page counts. */
export class Rehearsing implements ReactiveController {
  value: Rehearsal | null = null;
  error: ApiError | null = null;
  asking = false;
  readonly #host: ReactiveControllerHost;
  #body: ActualBody | DrillBody | null = null;
  #json = "";
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#turn++;
    this.#json = "";
  }

  /** What is on the page now; null while it is not whole. */
  follow(body: ActualBody | DrillBody | null): void {
    const json = body === null ? "" : JSON.stringify(body);
    if (json === this.#json) return;
    this.#json = json;
    this.#body = body;
    this.#turn++;
    clearTimeout(this.#timer);
    [this.value, this.error, this.asking] = [null, null, body !== null];
    if (body !== null) this.#timer = setTimeout(() => void this.ask(), AFTER_MS);
    this.#host.requestUpdate();
  }

  /** Asks at once; what is shown stays until the answer is there. */
  async ask(): Promise<void> {
    const body = this.#body;
    if (body === null) return;
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    const answer = await alertDesk.rehearse(body).then(
      (value) => ({ value, error: null }),
      (thrown: unknown) => ({ value: null, error: toApiError(thrown) }),
    );
    if (turn !== this.#turn) return;
    [this.value, this.error, this.asking] = [answer.value, answer.error, false];
    this.#timer = setTimeout(() => void this.ask(), FRESH_MS);
    this.#host.requestUpdate();
  }
}
