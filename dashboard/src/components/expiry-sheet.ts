import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { desk } from "../data/announcement-desk.ts";
import { toApiError } from "../data/api-error.ts";
import { hubNow } from "../data/hub-clock.ts";
import { hubZone } from "../data/zone.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime } from "../words/time-text.ts";
import { addDays, instantOf, wallTime } from "../words/zoned.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { say } from "./toast.ts";
import { View } from "./view.ts";

/** Sets until when an announcement may sound, or takes that limit away. */
export class ExpirySheet extends View {
  #announcement: Announcement | null = null;
  #date = "";
  #time = "23:59";
  #error = "";

  open(announcement: Announcement): void {
    const at = wallTime(announcement.expiresAt ?? hubNow(), hubZone());
    this.change(() => {
      this.#announcement = announcement;
      this.#date = announcement.expiresAt === undefined ? addDays(at.date, 1) : at.date;
      this.#time = announcement.expiresAt === undefined ? "23:59" : at.time;
      this.#error = "";
    });
    void this.updateComplete.then(() => this.querySelector("dialog")?.showModal());
  }

  get #at(): number {
    return instantOf(this.#date, this.#time, hubZone());
  }

  async #save(expiresAt: number | null): Promise<void> {
    if (expiresAt !== null && !(expiresAt > hubNow()))
      return this.change(() => {
        this.#error = t(Number.isNaN(expiresAt) ? "expiry.missing" : "expiry.past");
      });
    try {
      await desk.patch(this.#announcement?.id ?? "", { expiresAt });
      this.querySelector("dialog")?.close();
      say(expiresAt === null ? t("expiry.removed") : t("expiry.saved", { time: dayAndTime(expiresAt) }));
    } catch (thrown) {
      this.change(() => {
        this.#error = errorText(toApiError(thrown));
      });
    }
  }

  #form({ expiresAt }: Announcement): TemplateResult {
    const value = (event: Event) => (event.target as HTMLInputElement).value;
    const at = this.#at;
    return html`<form
      novalidate
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#save(this.#at);
      }}
    >
      <div>
        <h2 id="expiry-title">${t("expiry.title")}</h2>
        <p class="muted">${t("expiry.hint")}</p>
      </div>
      <div class="two-fields">
        <div class="field">
          <label for="expiry-date">${t("form.date")}</label>
          <input id="expiry-date" type="date" .value=${this.#date} @input=${(event: Event) =>
            this.change(() => {
              this.#date = value(event);
            })} />
        </div>
        <div class="field">
          <label for="expiry-time">${t("form.time")}</label>
          <input id="expiry-time" type="time" .value=${this.#time} @input=${(event: Event) =>
            this.change(() => {
              this.#time = value(event);
            })} />
        </div>
      </div>
      ${Number.isNaN(at) ? nothing : html`<p>${t("expiry.meaning", { time: dayAndTime(at) })}</p>`}
      ${this.#error === "" ? nothing : html`<p class="error-text" role="alert">${icon("error")}${this.#error}</p>`}
      <div class="buttons">
        <button type="button" class="button" @click=${() => this.querySelector("dialog")?.close()}>${t("confirm.no")}</button>
        ${expiresAt === undefined ? nothing : html`<button type="button" class="button" @click=${() => void this.#save(null)}>${t("expiry.remove")}</button>`}
        <button class="button primary" data-testid="expiry-save">${t("expiry.save")}</button>
      </div>
    </form>`;
  }

  protected override render(): TemplateResult {
    return html`<dialog class="sheet" aria-labelledby="expiry-title">
      ${this.#announcement ? this.#form(this.#announcement) : nothing}
    </dialog>`;
  }
}
customElements.define("loa-expiry-sheet", ExpirySheet);
