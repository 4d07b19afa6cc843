import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { desk } from "../data/announcement-desk.ts";
import { toApiError } from "../data/api-error.ts";
import { type MessageId, t } from "../locales/translate.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { say } from "./toast.ts";
import { View } from "./view.ts";

/** What approvers here send back most. */
const REASONS: readonly MessageId[] = [
  "reject.noise",
  "reject.quiet",
  "reject.wrongFact",
  "reject.tooLong",
  "reject.wording",
];

/** Sends an announcement back with a reason: one of those at hand, and what the approver adds. */
export class RejectSheet extends View {
  #announcement: Announcement | null = null;
  #reason = "";
  #missing = false;
  #error = "";

  open(announcement: Announcement): void {
    this.change(() => {
      [this.#announcement, this.#reason, this.#missing, this.#error] = [announcement, "", false, ""];
    });
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  #add(reason: string): void {
    this.change(() => {
      this.#reason = [this.#reason.trim(), reason].filter((text) => text !== "").join(" ");
    });
    this.querySelector("textarea")?.focus();
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const reason = this.#reason.trim();
    this.change(() => {
      this.#missing = reason === "";
    });
    if (reason === "") return this.querySelector("textarea")?.focus();
    const { id, version } = this.#announcement as Announcement;
    try {
      await desk.reject(id, version, reason);
      this.querySelector("dialog")?.close();
      say(t("review.rejected"));
    } catch (thrown) {
      this.change(() => {
        this.#error = errorText(toApiError(thrown));
      });
    }
  }

  #form({ title }: Announcement): TemplateResult {
    return html`<form novalidate @submit=${(event: Event) => void this.#submit(event)}>
      <div>
        <h2 id="reject-title">${t("review.rejectTitle", { title })}</h2>
        <p class="muted">${t("review.rejectFact")}</p>
      </div>
      <div class="chips reasons" role="group" aria-label=${t("reject.suggestions")}>
        ${REASONS.map((id) => html`<button type="button" class="chip" @click=${() => this.#add(t(id))}>${icon("plus")}${t(id)}</button>`)}
      </div>
      <div class="field">
        <label for="reject-reason">${t("review.reason")}</label>
        <textarea
          id="reject-reason"
          maxlength="1000"
          .value=${this.#reason}
          aria-invalid=${this.#missing}
          @input=${(event: Event) => {
            this.#reason = (event.target as HTMLTextAreaElement).value;
          }}
        ></textarea>
        ${this.#missing ? html`<p class="error-text" role="alert">${t("confirm.reasonMissing")}</p>` : nothing}
      </div>
      ${this.#error === "" ? nothing : html`<div class="notice bad" role="alert">${icon("error")}<div>${this.#error}</div></div>`}
      <div class="buttons">
        <button type="button" class="button" @click=${() => this.querySelector("dialog")?.close()}>${t("confirm.no")}</button>
        <button class="button primary" data-testid="confirm-yes">${t("review.reject")}</button>
      </div>
    </form>`;
  }

  protected override render(): TemplateResult {
    return html`<dialog class="sheet" aria-labelledby="reject-title">
      ${this.#announcement ? this.#form(this.#announcement) : nothing}
    </dialog>`;
  }
}
customElements.define("loa-reject-sheet", RejectSheet);
