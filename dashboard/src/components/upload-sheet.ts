import { html, nothing, type TemplateResult } from "lit";
import { ApiError, toApiError } from "../data/api-error.ts";
import { uploadAnnouncement } from "../data/upload.ts";
import { t } from "../locales/translate.ts";
import { number } from "../words/time-text.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** Same limit as the hub's AUDIO_TOO_LARGE: said before half a gigabyte has left the office. */
const LARGEST_BYTES = 500e6;

/** File name without its ending, as a first proposal for the title. */
const titleOf = (file: File): string => file.name.replace(/\.[^.]+$/, "").replace(/[_-]+/g, " ");

/** Asks for a sound file and its title and sends them; emits `uploaded` with the new announcement. */
export class UploadSheet extends View {
  #file: File | null = null;
  #sent: number | null = null;
  #error: ApiError | null = null;
  #missing: "file" | "title" | null = null;

  async open(file?: File): Promise<void> {
    this.#missing = null;
    this.#sent = null;
    this.#choose(file ?? null);
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
  }

  #choose(file: File | null): void {
    this.change(() => {
      this.#file = file;
      this.#error =
        file !== null && file.size > LARGEST_BYTES
          ? new ApiError("AUDIO_TOO_LARGE", "", { status: 0 })
          : null;
    });
    const title = this.#titleField();
    if (title && file) title.value = titleOf(file);
    if (title && !file) title.value = "";
  }

  #titleField(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("#upload-title");
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const title = this.#titleField()?.value.trim() ?? "";
    const missing = this.#file === null ? "file" : title === "" ? "title" : null;
    this.change(() => {
      this.#missing = missing;
    });
    if (this.#file === null || missing !== null || this.#sent !== null) return;
    await this.#send(title, this.#file);
  }

  async #send(title: string, file: File): Promise<void> {
    const show = (sent: number | null, error: ApiError | null = null) =>
      this.change(() => {
        this.#sent = sent;
        this.#error = error;
      });
    show(0);
    try {
      const made = await uploadAnnouncement(title, file, (sent) => show(sent));
      this.querySelector("dialog")?.close();
      show(null);
      emit(this, "uploaded", made);
    } catch (thrown) {
      show(null, toApiError(thrown));
    }
  }

  #chooser(): TemplateResult {
    const file = this.#file;
    return html`<div class="field">
      <span class="label" id="upload-file-label">${t("upload.file")}</span>
      <label
        class="drop-zone ${this.#missing === "file" ? "missing" : ""}"
        @dragover=${(event: Event) => event.preventDefault()}
        @drop=${(event: DragEvent) => {
          event.preventDefault();
          event.stopPropagation();
          this.#choose(event.dataTransfer?.files[0] ?? null);
        }}
      >
        <input
          type="file"
          class="visually-hidden"
          accept="audio/*,video/*,.opus,.flac"
          aria-labelledby="upload-file-label"
          @change=${(event: Event) => this.#choose((event.target as HTMLInputElement).files?.[0] ?? null)}
        />
        ${icon(file ? "announcement" : "upload")}
        ${
          file
            ? html`<span><b>${file.name}</b><small class="muted">${number(file.size / 1e6, 1)} MB · ${t("upload.other")}</small></span>`
            : html`<span><b>${t("upload.choose")}</b><small class="muted">${t("upload.kinds")}</small></span>`
        }
      </label>
      ${this.#missing === "file" ? html`<p class="error-text" role="alert">${t("upload.fileMissing")}</p>` : nothing}
    </div>`;
  }

  #progress(sent: number): TemplateResult {
    return html`<div role="status" class="field">
      <span class="label">${sent < 1 ? t("upload.sending", { n: Math.floor(sent * 100) }) : t("upload.sent")}</span>
      <div class="bar"><i style="width:${sent * 100}%"></i></div>
    </div>`;
  }

  protected override render(): TemplateResult {
    return html`<dialog class="sheet" aria-labelledby="upload-heading">
      <form novalidate @submit=${(event: Event) => void this.#submit(event)}>
        <h2 id="upload-heading">${t("upload.title")}</h2>
        ${this.#chooser()}
        <div class="field">
          <label for="upload-title">${t("upload.name")}</label>
          <input
            id="upload-title"
            type="text"
            maxlength="200"
            autocomplete="off"
            aria-invalid=${this.#missing === "title"}
          />
          ${this.#missing === "title" ? html`<p class="error-text" role="alert">${t("upload.nameMissing")}</p>` : nothing}
        </div>
        ${this.#error ? html`<div class="notice bad" role="alert">${icon("error")}<div>${errorText(this.#error)}</div></div>` : nothing}
        ${this.#sent === null ? nothing : this.#progress(this.#sent)}
        <div class="buttons">
          <button type="button" class="button" @click=${() => this.querySelector("dialog")?.close()}>
            ${t("confirm.no")}
          </button>
          <button class="button primary" data-testid="upload-send" ?disabled=${this.#sent !== null}>
            ${icon("upload")}${t("upload.send")}
          </button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-upload-sheet", UploadSheet);
