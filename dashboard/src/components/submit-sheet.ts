import type { Announcement, AnnouncementDiff } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { desk } from "../data/announcement-desk.ts";
import { toApiError } from "../data/api-error.ts";
import { t } from "../locales/translate.ts";
import { diffView } from "./announcement-diff.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { say } from "./toast.ts";
import { View } from "./view.ts";

/** Shows what a new version changes before it is handed in. */
export class SubmitSheet extends View {
  #announcement: Announcement | null = null;
  #diff: AnnouncementDiff | null = null;
  #error = "";
  #sending = false;

  open(announcement: Announcement, diff: AnnouncementDiff): void {
    this.change(() => {
      [this.#announcement, this.#diff, this.#error] = [announcement, diff, ""];
    });
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    this.change(() => {
      [this.#sending, this.#error] = [true, ""];
    });
    try {
      await desk.submit(this.#announcement?.id ?? "");
      this.#close();
      say(t("review.submitted"));
    } catch (thrown) {
      this.#error = errorText(toApiError(thrown));
    }
    this.change(() => {
      this.#sending = false;
    });
  }

  #close(): void {
    this.querySelector("dialog")?.close();
    this.change(() => {
      this.#diff = null;
    });
  }

  protected override render(): TemplateResult {
    const [announcement, diff] = [this.#announcement, this.#diff];
    return html`<dialog class="sheet wide" aria-labelledby="submit-title" @close=${() => this.#close()}>
      ${
        !announcement || !diff
          ? nothing
          : html`<form novalidate @submit=${(event: Event) => void this.#submit(event)}>
              <div>
                <h2 id="submit-title">${t("submit.title", { title: announcement.title })}</h2>
                <p class="muted">${announcement.approvedVersion === undefined ? t("review.submitHint") : t("submit.hint", { n: announcement.approvedVersion })}</p>
              </div>
              ${diffView(announcement.id, diff)}
              ${this.#error === "" ? nothing : html`<div class="notice bad" role="alert">${icon("error")}<div>${this.#error}</div></div>`}
              <div class="buttons">
                <button type="button" class="button" @click=${() => this.#close()}>${t("confirm.no")}</button>
                <button class="button primary" data-testid="submit-yes" ?disabled=${this.#sending}>${t("review.submit")}${icon("right")}</button>
              </div>
            </form>`
      }
    </dialog>`;
  }
}
customElements.define("loa-submit-sheet", SubmitSheet);
