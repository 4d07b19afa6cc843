import type { Announcement } from "@loa/protocol/http/announcements";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { folded } from "../words/folded.ts";
import { playerTime } from "../words/time-text.ts";
import { skeleton } from "./error-text.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** How many announcements are offered at once; the search finds the others. */
const OFFERED = 6;

/** Puts approved announcements in an order; emits `programme-changed` with their ids. */
export class ProgrammePicker extends View {
  static override properties = { library: { attribute: false }, chosen: { attribute: false } };
  declare library: readonly Announcement[] | null;
  declare chosen: readonly string[];
  #query = "";

  #set(ids: readonly string[]): void {
    emit(this, "programme-changed", ids);
  }

  #move(place: number, by: number): void {
    const ids = [...this.chosen];
    const [id] = ids.splice(place, 1);
    if (id !== undefined) ids.splice(place + by, 0, id);
    this.#set(ids);
  }

  #item(id: string, place: number): TemplateResult {
    const item = this.library?.find((announcement) => announcement.id === id);
    const title = item?.title ?? id;
    const last = this.chosen.length - 1;
    const arrow = (by: -1 | 1) => html`<button
      type="button"
      class="button quiet icon-only"
      ?disabled=${by < 0 ? place === 0 : place === last}
      aria-label=${t(by < 0 ? "picker.up" : "picker.down", { title })}
      @click=${() => this.#move(place, by)}
    >
      ${icon(by < 0 ? "up" : "down")}
    </button>`;
    return html`<li class="picked">
      <span class="picked-title"><b>${title}</b><small class="muted">${playerTime(item?.durationMs ?? 0)}</small></span>
      ${last > 0 ? [arrow(-1), arrow(1)] : nothing}
      <button
        type="button"
        class="button quiet icon-only"
        aria-label=${t("picker.remove", { title })}
        @click=${() => this.#set(this.chosen.filter((_, other) => other !== place))}
      >
        ${icon("close")}
      </button>
    </li>`;
  }

  #offer(library: readonly Announcement[]): TemplateResult {
    const wanted = folded(this.#query);
    const offers = library.filter(
      ({ id, title }) => !this.chosen.includes(id) && folded(title).includes(wanted),
    );
    return html`<div class="search">
        ${icon("search")}
        <input
          type="search"
          aria-label=${t("picker.search")}
          placeholder=${t("picker.search")}
          .value=${this.#query}
          @input=${(event: Event) =>
            this.change(() => {
              this.#query = (event.target as HTMLInputElement).value;
            })}
        />
      </div>
      <ul class="offers" aria-label=${t("picker.offers")}>
        ${offers.slice(0, OFFERED).map(
          ({ id, title, durationMs }) => html`<li>
            <button type="button" class="offer" @click=${() => this.#set([...this.chosen, id])}>
              ${icon("plus")}<span>${title}</span><small class="muted">${playerTime(durationMs ?? 0)}</small>
            </button>
          </li>`,
        )}
      </ul>
      ${offers.length > OFFERED ? html`<p class="hint">${t("picker.more", { n: offers.length - OFFERED })}</p>` : nothing}
      ${offers.length === 0 && this.chosen.length === 0 ? html`<p class="hint">${t(this.#query === "" ? "picker.none" : "announcements.noMatch")}</p>` : nothing}`;
  }

  protected override render(): TemplateResult {
    if (this.library === null) return skeleton(3);
    return html`${
      this.chosen.length === 0
        ? nothing
        : html`<ol class="picks">
            ${this.chosen.map((id, place) => this.#item(id, place))}
          </ol>`
    }
    ${this.#offer(this.library)}`;
  }
}
customElements.define("loa-programme-picker", ProgrammePicker);
