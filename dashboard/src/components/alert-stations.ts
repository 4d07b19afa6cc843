import type { AlertStation, AlertStationState } from "@loa/protocol/http/alerts";
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { hubNow } from "../data/hub-clock.ts";
import { narrow } from "../data/viewport.ts";
import { world } from "../data/world.ts";
import { t, tCode } from "../locales/translate.ts";
import { AlertRows, STATE_TONE } from "../words/alert-rows.ts";
import { clockSeconds, clockTime } from "../words/time-text.ts";
import { alertStationBadge } from "./alert-badge.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

/** In rem, as in alert-board.css. */
const ROW = { desk: 3.75, phone: 5.5 };
/** Scrolling less than this draws nothing anew. */
const STEP_PX = 300;

/** Every station of an alert, failures first; of thousands only those near the view are in the page. */
export class AlertStations extends View {
  static override properties = { stations: { attribute: false }, states: { attribute: false }, until: {} };
  declare stations: readonly AlertStation[];
  /** States to show; none: all. */
  declare states: ReadonlySet<AlertStationState>;
  /** Until when a station that comes back still sounds it, Unix ms. */
  declare until: number;
  readonly #rows = new AlertRows();
  #words = "";
  #from = 0;
  #to = 1_500;

  protected override sources() {
    return [world.areas, narrow];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("scroll", this.#look, { passive: true });
    addEventListener("resize", this.#look);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("scroll", this.#look);
    removeEventListener("resize", this.#look);
  }

  readonly #look = (): void => {
    const list = this.querySelector(".alert-rows");
    const above = -(list ?? this).getBoundingClientRect().top;
    const from = Math.floor((above - innerHeight) / STEP_PX) * STEP_PX;
    if (from === this.#from && this.#to >= above + innerHeight * 2) return;
    this.change(() => {
      this.#from = from;
      this.#to = above + innerHeight * 2 + STEP_PX;
    });
  };

  #why({ state, code }: AlertStation): string {
    if (code !== undefined) return tCode("error", code);
    if (state !== "unreachable") return "";
    return this.until > hubNow() ? t("board.comesBack", { time: clockTime(this.until) }) : t("error.OFFLINE");
  }

  #times({ receivedAt, soundingAt, doneAt }: AlertStation): TemplateResult | typeof nothing {
    const at = doneAt ?? soundingAt ?? receivedAt;
    if (at === undefined) return nothing;
    const words = doneAt !== undefined ? "doneAt" : soundingAt !== undefined ? "soundingAt" : "receivedAt";
    return html`${t(`alertStation.${words}`, { time: clockSeconds(at) })}`;
  }

  #row(row: AlertStation, i: number, all: number): TemplateResult {
    const { stationId, name, areaId, state } = row;
    const why = this.#why(row);
    return html`<li class=${STATE_TONE[state]} aria-setsize=${all} aria-posinset=${i + 1} data-testid="alert-station" data-station=${stationId} data-state=${state}>
      <span class="who"><a href="/stations/${stationId}">${name}</a><small class="muted">${world.areas.get(areaId)?.name ?? ""}</small></span>
      <span class="what">${alertStationBadge(state)}<small title=${why}>${why === "" ? this.#times(row) : why}</small></span>
    </li>`;
  }

  #find(): TemplateResult {
    return html`<div class="search">
      ${icon("search")}<input
        type="search"
        aria-label=${t("board.find")}
        placeholder=${t("board.find")}
        autocomplete="off"
        @input=${(event: Event) =>
          this.change(() => {
            this.#words = (event.target as HTMLInputElement).value;
          })}
      />
    </div>`;
  }

  protected override render(): TemplateResult {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const height = (narrow.value ? ROW.phone : ROW.desk) * rem;
    const areaName = (id: string) => world.areas.get(id)?.name ?? "";
    const rows = this.#rows.filtered(this.#rows.sorted(this.stations), this.states, this.#words, areaName);
    const first = Math.min(rows.length, Math.max(0, Math.floor(this.#from / height)));
    const last = Math.min(rows.length, Math.max(0, Math.ceil(this.#to / height)));
    const drawn = rows.slice(first, last).map((row, i) => ({ row, i: first + i }));
    return html`${this.#find()}
      ${rows.length === 0 ? html`<p class="empty">${t("board.noMatch")}</p>` : nothing}
      <ul class="alert-rows" aria-label=${t("board.stations")} style="height:${rows.length * height}px;padding-top:${first * height}px" data-total=${rows.length}>
        ${repeat(
          drawn,
          ({ row }) => row.stationId,
          ({ row, i }) => this.#row(row, i, rows.length),
        )}
      </ul>`;
  }
}
customElements.define("loa-alert-stations", AlertStations);
