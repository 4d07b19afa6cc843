import { html, nothing, type TemplateResult } from "lit";
import { may } from "../data/access.ts";
import { throttled } from "../data/signal.ts";
import { world } from "../data/world.ts";
import { type MessageId, t } from "../locales/translate.ts";
import { groupByArea, type Tally, tally, type WallFilter, type WallGroup } from "../words/wall.ts";
import { type IconName, icon } from "./icon.ts";
import { View } from "./view.ts";
import "./wall-grid.ts";
import type { WallGrid } from "./wall-grid.ts";

const FILTERS: readonly { filter: WallFilter; text: MessageId; drawing?: IconName }[] = [
  { filter: "all", text: "wall.all" },
  { filter: "trouble", text: "wall.trouble", drawing: "warning" },
  { filter: "onAir", text: "wall.onAir", drawing: "air" },
];
const EMPTY: Record<WallFilter, MessageId> = {
  all: "wall.noStations",
  trouble: "wall.noTrouble",
  onAir: "wall.noneOnAir",
};

/** Counts may lag behind the tiles by this: thousands of stations are counted anew each time. */
const COUNT_EVERY_MS = 1_000;
/** Tiles that change their place are hard to follow. */
const SORT_EVERY_MS = 5_000;
/** With fewer areas there is nothing to fold. */
const MANY_AREAS = 4;

/** Every station as a tile, by area, worst first, with filter and search. */
export class StationWall extends View {
  filter: WallFilter = "all";
  query = "";
  #folded = false;
  #groups: readonly WallGroup[] = [];
  #sortedAt = Number.NEGATIVE_INFINITY;
  #sortedFor = "";

  protected override sources() {
    return [throttled(world.stations, COUNT_EVERY_MS), world.areas];
  }

  /** The order of the wall; it stays while the keyboard is in it, and for some seconds. */
  #sorted(): readonly WallGroup[] {
    const wanted = [this.filter, this.query, world.stations.all.length, world.areas.all.length].join();
    const now = performance.now();
    const busy = this.querySelector("loa-wall-grid")?.contains(document.activeElement) ?? false;
    if (wanted === this.#sortedFor && (busy || now - this.#sortedAt < SORT_EVERY_MS)) return this.#groups;
    this.#sortedFor = wanted;
    this.#sortedAt = now;
    this.#groups = groupByArea(world.areas.all, world.stations.all, this.filter, this.query);
    return this.#groups;
  }

  #chips(counts: Tally): TemplateResult {
    return html`<div class="chips" role="group" aria-label=${t("wall.filter")}>
      ${FILTERS.map(
        ({ filter, text, drawing }) => html`<button
          class="chip"
          aria-pressed=${this.filter === filter}
          @click=${() =>
            this.change(() => {
              this.filter = filter;
            })}
        >
          ${drawing ? icon(drawing) : nothing}${t(text)} ${counts[filter]}
        </button>`,
      )}
    </div>`;
  }

  #find(): TemplateResult {
    return html`<label class="search wall-find">
      <span class="visually-hidden">${t("wall.find")}</span>${icon("search")}
      <input
        type="search"
        data-search
        autocomplete="off"
        placeholder=${t("wall.find")}
        .value=${this.query}
        @input=${(event: InputEvent) =>
          this.change(() => {
            this.query = (event.target as HTMLInputElement).value;
          })}
      />
    </label>`;
  }

  #foldAll(): TemplateResult {
    const words = t(this.#folded ? "wall.unfoldAll" : "wall.foldAll");
    return html`<button
      class="button quiet icon-only"
      aria-label=${words}
      title=${words}
      @click=${() => {
        this.change(() => {
          this.#folded = !this.#folded;
        });
        this.querySelector<WallGrid>("loa-wall-grid")?.foldAll(this.#folded);
      }}
    >
      ${icon(this.#folded ? "unfold" : "fold")}
    </button>`;
  }

  /** Why no tile is shown, and what to do about it. */
  #empty(): TemplateResult {
    const found = this.query.trim() === "";
    const text = found ? t(EMPTY[this.filter]) : t("wall.noMatch", { query: this.query.trim() });
    const good = found && this.filter === "trouble";
    return html`<div class="card empty">
      ${icon(good ? "check" : found ? "speaker" : "search")}<strong>${text}</strong>
      ${
        found && this.filter === "all"
          ? html`<p>${t(may("enrol") ? "wall.noStationsHint" : "wall.noStationsAsk")}</p>`
          : nothing
      }
      ${
        found && this.filter === "all"
          ? nothing
          : html`<button
              class="button"
              @click=${() =>
                this.change(() => {
                  this.filter = "all";
                  this.query = "";
                })}
            >
              ${t("wall.showAll")}
            </button>`
      }
    </div>`;
  }

  protected override render(): TemplateResult {
    const counts = tally(world.stations.all);
    const groups = this.#sorted();
    const shown = groups.reduce((sum, { stationIds }) => sum + stationIds.length, 0);
    return html`<section aria-labelledby="wall-title">
      <div class="section-head wall-head">
        <h2 id="wall-title">${t("wall.title")}</h2>
        ${this.#chips(counts)} ${counts.all > 0 ? this.#find() : nothing}
        ${groups.length >= MANY_AREAS ? this.#foldAll() : nothing}
      </div>
      <p class="visually-hidden" role="status">${this.query === "" ? "" : t("wall.found", { n: shown })}</p>
      ${
        groups.length === 0
          ? this.#empty()
          : html`<loa-wall-grid .groups=${groups} .tally=${counts}></loa-wall-grid>`
      }
    </section>`;
  }
}
customElements.define("loa-station-wall", StationWall);
