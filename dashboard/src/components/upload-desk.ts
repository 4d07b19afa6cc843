import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { type PendingUpload, uploads } from "../data/uploads.ts";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { number } from "../words/time-text.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

const sizeText = ({ size }: File): string =>
  size < 1e6 ? `${number(Math.ceil(size / 1e3))} kB` : `${number(size / 1e6, 1)} MB`;

/**
 * Sound files on their way to the hub, one announcement each: choose or drop, name, send, watch. Emits `made` when the only file has
 * arrived. `path`: where files go; `single`: a new version takes one file.
 */
export class UploadDesk extends View {
  static override properties = { path: {}, single: { type: Boolean } };
  declare path: string;
  declare single: boolean;
  #missing = false;

  constructor() {
    super();
    this.path = "/announcements";
    this.single = false;
  }

  protected override sources() {
    return [uploads.list, world.announcements];
  }

  get #mine(): readonly PendingUpload[] {
    return uploads.list.value.filter(({ path }) => path === this.path);
  }

  #choose(files: FileList | null | undefined): void {
    if (!files || files.length === 0) return;
    if (this.single) for (const { id } of this.#mine) uploads.remove(id);
    uploads.add([...files].slice(0, this.single ? 1 : undefined), this.path);
  }

  async #send(event: Event): Promise<void> {
    event.preventDefault();
    const chosen = this.#mine.filter(({ state }) => state === "chosen");
    this.change(() => {
      this.#missing = chosen.some(({ title }) => title.trim() === "");
    });
    if (this.#missing) return;
    uploads.sendAll();
    if (this.#mine.length === 1 && chosen[0]) await this.#arrival(chosen[0].id);
  }

  /** Opens what was sent alone; several are watched here. */
  #arrival(id: string): Promise<void> {
    return new Promise((resolve) => {
      const end = uploads.list.subscribe(() => {
        const upload = uploads.list.value.find((other) => other.id === id);
        if (upload && upload.state !== "sent" && upload.state !== "refused") return;
        end();
        resolve();
        if (!upload?.announcement || !this.isConnected || this.#mine.length !== 1) return;
        uploads.remove(id);
        emit<Announcement>(this, "made", upload.announcement);
      });
    });
  }

  #chooser(): TemplateResult {
    return html`<label
      class="drop-zone"
    >
      <input
        type="file"
        class="visually-hidden"
        data-testid="upload-file"
        ?multiple=${!this.single}
        accept="audio/*,video/*,.opus,.flac,.amr,.m4a"
        aria-label=${t("upload.file")}
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          this.#choose(input.files);
          input.value = "";
        }}
      />
      ${icon("upload")}
      <span><b>${t(this.single ? "upload.chooseOne" : "upload.choose")}</b><small class="muted">${t("upload.kinds")}</small></span>
    </label>`;
  }

  #progress({ state, sent, announcement }: PendingUpload): TemplateResult | typeof nothing {
    const bar = (fraction: number, text: string) =>
      html`<div role="status" class="field">
        <span class="label">${text}</span>
        <div class="bar"><i style="width:${Math.max(3, fraction * 100)}%"></i></div>
      </div>`;
    if (state === "sending")
      return bar(sent, sent < 1 ? t("upload.sending", { n: Math.floor(sent * 100) }) : t("upload.sent"));
    if (state === "waiting") return bar(sent, t("upload.waiting"));
    const ingest = world.announcements.get(announcement?.id ?? "")?.ingest ?? announcement?.ingest;
    if (!ingest) return nothing;
    if (ingest.state === "failed")
      return html`<p class="error-text" role="alert">${icon("error")}${tCode("error", ingest.code ?? "INGEST_FAILED")}</p>`;
    return ingest.state === "ready"
      ? html`<p class="badge ok" role="status">${icon("check")}${t("upload.ready")}</p>`
      : bar(ingest.progress, t("ingest.working", { n: Math.round(ingest.progress * 100) }));
  }

  #name(upload: PendingUpload): TemplateResult {
    const { id, title, state, announcement } = upload;
    if (announcement) return html`<a href="/announcements/${announcement.id}"><b>${title}</b></a>`;
    if (state !== "chosen") return html`<b>${title}</b>`;
    const missing = this.#missing && title.trim() === "";
    return html`<div class="field">
      <label for="upload-${id}">${t("upload.name")}</label>
      <input
        id="upload-${id}"
        type="text"
        maxlength="200"
        autocomplete="off"
        .value=${title}
        aria-invalid=${missing}
        @input=${(event: Event) => uploads.rename(id, (event.target as HTMLInputElement).value)}
      />
      ${missing ? html`<p class="error-text" role="alert">${t("upload.nameMissing")}</p>` : nothing}
    </div>`;
  }

  #row(upload: PendingUpload): TemplateResult {
    const { id, file, state, error } = upload;
    const running = state === "sending" || state === "waiting";
    return html`<li class="upload-row" data-testid="upload-row" data-state=${state}>
      ${icon(state === "refused" ? "error" : "announcement")}
      <div class="upload-what">
        ${this.#name(upload)}
        <small class="muted">${file.name} · ${sizeText(file)}</small>
        ${error && state !== "waiting" ? html`<p class="error-text" role="alert">${errorText(error)}</p>` : nothing}
        ${this.#progress(upload)}
      </div>
      ${state === "waiting" && error ? html`<button class="button" type="button" @click=${() => uploads.hurry()}>${t("upload.retryNow")}</button>` : nothing}
      <button
        class="button quiet icon-only"
        type="button"
        aria-label=${t(running ? "upload.cancel" : "upload.remove", { name: file.name })}
        @click=${() => uploads.remove(id)}
      >
        ${icon("close")}
      </button>
    </li>`;
  }

  protected override render(): TemplateResult {
    const mine = this.#mine;
    const chosen = mine.filter(({ state }) => state === "chosen").length;
    return html`<form class="upload-desk" novalidate @submit=${(event: Event) => void this.#send(event)}>
      ${this.#chooser()}
      ${
        mine.length === 0
          ? nothing
          : html`<ul class="upload-rows">${repeat(
              mine,
              ({ id }) => id,
              (upload) => this.#row(upload),
            )}</ul>`
      }
      ${
        chosen === 0
          ? nothing
          : html`<div class="buttons end">
              <button class="button primary" data-testid="upload-send">
                ${icon("upload")}${chosen === 1 ? t("upload.send") : t("upload.sendMany", { n: chosen })}
              </button>
            </div>`
      }
    </form>`;
  }
}
customElements.define("loa-upload-desk", UploadDesk);
