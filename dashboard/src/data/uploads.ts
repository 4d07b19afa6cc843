import type { Announcement } from "@loa/protocol/http/announcements";
import { refusalOf, titleOf } from "../words/sound-file.ts";
import { ApiError, toApiError } from "./api-error.ts";
import { feed } from "./feed.ts";
import { user } from "./session.ts";
import { Signal } from "./signal.ts";
import { sendSound } from "./upload.ts";
import { world } from "./world.ts";

/** A file that was chosen, on its way to become an announcement. */
export interface PendingUpload {
  readonly id: string;
  readonly file: File;
  readonly title: string;
  /** `waiting`: the link broke, and it is sent again once the hub answers. */
  readonly state: "chosen" | "sending" | "waiting" | "refused" | "sent";
  /** 0..1 of its bytes. */
  readonly sent: number;
  readonly error: ApiError | null;
  readonly announcement: Announcement | null;
  readonly path: string;
}

const RETRY_MS = 5_000;
/** A slow line is not made faster by sharing it. */
const AT_ONCE = 2;

/** Files on their way; they go on while the user looks at other pages. */
export class Uploads {
  readonly list = new Signal<readonly PendingUpload[]>([]);
  readonly #running = new Map<string, AbortController>();
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** Takes over chosen files; what cannot be sound is refused at once. `path`: where they go. */
  add(files: readonly File[], path = "/announcements"): void {
    const added = files.map((file): PendingUpload => {
      const refusal = refusalOf(file);
      return {
        id: crypto.randomUUID(),
        file,
        title: titleOf(file.name),
        state: refusal === null ? "chosen" : "refused",
        sent: 0,
        error: refusal === null ? null : new ApiError(refusal, "", { status: 0 }),
        announcement: null,
        path,
      };
    });
    this.list.set([...this.list.value, ...added]);
  }

  rename(id: string, title: string): void {
    this.#change(id, { title });
  }

  /** Sends what has a title; two at a time. */
  sendAll(): void {
    for (const { id, state, title } of this.list.value)
      if (state === "chosen" && title.trim() !== "") this.#change(id, { state: "waiting", error: null });
    this.#next();
  }

  /** Stops it if it is under way, and takes it off the list. */
  remove(id: string): void {
    this.#running.get(id)?.abort();
    this.list.set(this.list.value.filter((upload) => upload.id !== id));
  }

  /** Stops everything and empties the list: somebody else sits at the desk. */
  clear(): void {
    for (const { id } of this.list.value) this.remove(id);
  }

  /** Whether leaving the page would lose something. */
  get busy(): boolean {
    return this.list.value.some(({ state }) => state === "sending" || state === "waiting");
  }

  #next(): void {
    clearTimeout(this.#retry);
    for (const upload of this.list.value)
      if (upload.state === "waiting" && this.#running.size < AT_ONCE) void this.#send(upload);
  }

  async #send({ id, file, title, path }: PendingUpload): Promise<void> {
    const abort = new AbortController();
    this.#running.set(id, abort);
    this.#change(id, { state: "sending", sent: 0, error: null });
    const upload = { path, fields: { title: title.trim(), source: "upload" }, audio: file, name: file.name };
    try {
      const announcement = await sendSound(
        { ...upload, idempotencyKey: id },
        (sent) => this.#change(id, { sent }),
        abort.signal,
      );
      world.announcements.merge([announcement]);
      this.#change(id, { state: "sent", sent: 1, announcement });
    } catch (thrown) {
      if (!abort.signal.aborted) this.#failed(id, toApiError(thrown));
    }
    this.#running.delete(id);
    if (this.list.value.find((other) => other.id === id)?.state !== "waiting") this.#next();
  }

  /** A broken link mends; a refusal stays. */
  #failed(id: string, error: ApiError): void {
    const away = error.code === "HUB_AWAY";
    this.#change(id, { state: away ? "waiting" : "refused", error });
    if (!away) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#next(), RETRY_MS);
  }

  #change(id: string, change: Partial<PendingUpload>): void {
    this.list.set(this.list.value.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)));
  }

  /** Sends at once what waits for the link. */
  hurry(): void {
    this.#next();
  }
}

/** The uploads of this page. */
export const uploads = new Uploads();

feed.link.subscribe(() => {
  if (feed.link.value.state === "live") uploads.hurry();
});
let owner = user.value?.id;
user.subscribe(() => {
  const now = user.value?.id;
  if (now !== undefined && now !== owner) uploads.clear();
  owner = now ?? owner;
});
addEventListener("beforeunload", (event) => {
  if (uploads.busy) event.preventDefault();
});
