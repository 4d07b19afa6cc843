import type { Broadcast } from "@loa/protocol/http/broadcasts";
import { html, nothing, type TemplateResult } from "lit";
import { getAll } from "../data/api.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { Resource } from "../data/resource.ts";
import { narrow } from "../data/viewport.ts";
import { world } from "../data/world.ts";
import { hubZone } from "../data/zone.ts";
import { t } from "../locales/translate.ts";
import { shortDate } from "../words/time-text.ts";
import { addDays, instantOf, mondayOf, wallTime } from "../words/zoned.ts";
import { failureNotice, skeleton } from "./error-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";
import { weekAgenda } from "./week-agenda.ts";
import { weekGrid } from "./week-grid.ts";

/** One week of broadcasts: a grid on a desk, a list by day on a phone. */
export class WeekView extends View {
  #monday = mondayOf(wallTime(hubNow(), hubZone()).date);
  readonly #rows = new Resource<Broadcast[]>(this, () =>
    getAll("/broadcasts", {
      from: new Date(this.#at(this.#monday)).toISOString(),
      to: new Date(this.#at(addDays(this.#monday, 7))).toISOString(),
    }),
  );

  protected override sources() {
    const again = { subscribe: () => world.broadcasts.subscribe(() => this.#rows.refreshSoon()) };
    return [world.broadcasts, world.areas, narrow, everyQuarterMinute, again];
  }

  #at(date: string): number {
    return instantOf(date, "00:00", hubZone());
  }

  #go(monday: string): void {
    this.#monday = monday;
    void this.#rows.restart();
    this.requestUpdate();
  }

  #head(): TemplateResult {
    const thisWeek = mondayOf(wallTime(hubNow(), hubZone()).date);
    const from = shortDate(this.#at(this.#monday));
    const until = shortDate(this.#at(addDays(this.#monday, 6)));
    return html`<header>
      <h2 id="week-title">${t("week.title", { from, until })}</h2>
      <div class="buttons nowrap">
        ${
          this.#monday === thisWeek
            ? nothing
            : html`<button class="button quiet" @click=${() => this.#go(thisWeek)}>${t("week.now")}</button>`
        }
        <button class="button quiet icon-only" aria-label=${t("week.before")} @click=${() => this.#go(addDays(this.#monday, -7))}>
          ${icon("left")}
        </button>
        <button class="button quiet icon-only" aria-label=${t("week.after")} @click=${() => this.#go(addDays(this.#monday, 7))}>
          ${icon("right")}
        </button>
      </div>
    </header>`;
  }

  #body(): TemplateResult {
    const { value, error } = this.#rows;
    if (error) return failureNotice(error, () => void this.#rows.refresh());
    if (!value) return html`<div class="body">${skeleton(20)}</div>`;
    const rows = value.map((row) => world.broadcasts.get(row.id) ?? row);
    return narrow.value ? weekAgenda(this.#monday, rows) : weekGrid(this.#monday, rows);
  }

  protected override render(): TemplateResult {
    return html`<section class="card week" aria-labelledby="week-title">${this.#head()} ${this.#body()}</section>`;
  }
}
customElements.define("loa-week-view", WeekView);
