import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { desk } from "../data/announcement-desk.ts";
import { toApiError } from "../data/api-error.ts";
import { t } from "../locales/translate.ts";
import { errorText } from "./error-text.ts";
import { say } from "./toast.ts";
import { View } from "./view.ts";

/** What was handed in or approved keeps its title; another one makes a new version. */
const editable = (state: Announcement["state"]): boolean => state === "draft" || state === "rejected";

/** Gives an announcement another title. */
export class RenameSheet extends View {
  #announcement: Announcement | null = null;
  #error = "";

  open(announcement: Announcement): void {
    this.change(() => {
      [this.#announcement, this.#error] = [announcement, ""];
    });
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    const title = this.querySelector<HTMLInputElement>("#rename-title")?.value.trim() ?? "";
    const fail = (error: string) =>
      this.change(() => {
        this.#error = error;
      });
    if (title === "") return fail(t("upload.nameMissing"));
    const { id, state } = this.#announcement as Announcement;
    try {
      await (editable(state) ? desk.patch(id, { title }) : desk.revise(id, { title }));
      this.querySelector("dialog")?.close();
      say(t("rename.saved"));
    } catch (thrown) {
      fail(errorText(toApiError(thrown)));
    }
  }

  protected override render(): TemplateResult {
    const announcement = this.#announcement;
    return html`<dialog class="sheet" aria-labelledby="rename-heading">
      ${
        announcement === null
          ? nothing
          : html`<form novalidate @submit=${(event: Event) => void this.#save(event)}>
              <div>
                <h2 id="rename-heading">${t("rename.title")}</h2>
                ${editable(announcement.state) ? nothing : html`<p class="muted">${t("rename.newVersion")}</p>`}
              </div>
              <div class="field">
                <label for="rename-title">${t("upload.name")}</label>
                <input id="rename-title" type="text" maxlength="200" autocomplete="off" .value=${announcement.title} aria-invalid=${this.#error !== ""} />
                ${this.#error === "" ? nothing : html`<p class="error-text" role="alert">${this.#error}</p>`}
              </div>
              <div class="buttons">
                <button type="button" class="button" @click=${() => this.querySelector("dialog")?.close()}>${t("confirm.no")}</button>
                <button class="button primary" data-testid="rename-save">${t("rename.save")}</button>
              </div>
            </form>`
      }
    </dialog>`;
  }
}
customElements.define("loa-rename-sheet", RenameSheet);
