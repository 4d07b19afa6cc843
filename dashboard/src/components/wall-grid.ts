import type { Area } from "@loa/protocol/http/areas";
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { may } from "../data/access.ts";
import { narrow } from "../data/viewport.ts";
import { t } from "../locales/translate.ts";
import type { Tally, WallGroup } from "../words/wall.ts";
import { type Drawn, drawnBetween, placeGroups, type WallSizes } from "../words/wall-window.ts";
import { icon } from "./icon.ts";
import "./station-tile.ts";
import { stopArea } from "./stop.ts";
import { View } from "./view.ts";

/** In rem, as in wall.css: heading of an area, a tile, the gap between tiles, least width of a tile. */
const DESK = { head: 4, tile: 5.5, gap: 0.75, least: 13 };
const PHONE = { head: 4.25, tile: 6.75, gap: 0.5, least: 9 };
/** Scrolling less than this draws nothing anew. */
const STEP_PX = 300;

/**
 * The tiles, area by area. A province has thousands: only those within a screen's height of the view are in the page, at places that
 * follow from the counts, so that scrolling and tabbing go on as if all were there.
 */
export class WallGrid extends View {
  static override properties = { groups: { attribute: false }, tally: { attribute: false } };
  declare groups: readonly WallGroup[];
  declare tally: Tally;
  /** Ids of the areas that show their heading only. */
  readonly #folded = new Set<string>();
  #sizes: WallSizes = { head: 64, row: 108, columns: 4 };
  #from = 0;
  #to = 1_500;
  #width = new ResizeObserver(() => this.#measure());

  override connectedCallback(): void {
    super.connectedCallback();
    this.#width.observe(this);
    addEventListener("scroll", this.#look, { passive: true });
    addEventListener("resize", this.#look);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#width.disconnect();
    removeEventListener("scroll", this.#look);
    removeEventListener("resize", this.#look);
  }

  /** Folds every area, or unfolds all. */
  foldAll(fold: boolean): void {
    this.change(() => {
      this.#folded.clear();
      if (fold) for (const { area } of this.groups) this.#folded.add(area.id);
    });
  }

  #measure(): void {
    const { head, tile, gap, least } = narrow.value ? PHONE : DESK;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const fits = Math.floor((this.clientWidth + gap * rem) / ((least + gap) * rem));
    const sizes = { head: head * rem, row: (tile + gap) * rem, columns: Math.max(1, fits) };
    if (JSON.stringify(sizes) !== JSON.stringify(this.#sizes))
      this.change(() => {
        this.#sizes = sizes;
      });
    this.#look();
  }

  readonly #look = (): void => {
    const above = -this.getBoundingClientRect().top;
    const from = Math.floor((above - innerHeight) / STEP_PX) * STEP_PX;
    if (from === this.#from && this.#to >= above + innerHeight * 2) return;
    this.change(() => {
      this.#from = from;
      this.#to = above + innerHeight * 2 + STEP_PX;
    });
  };

  #fold(id: string): void {
    this.change(() => {
      if (!this.#folded.delete(id)) this.#folded.add(id);
    });
  }

  #stopButton(area: Area): TemplateResult | typeof nothing {
    if (!this.tally.byArea.get(area.id)?.sounding || !may("stop")) return nothing;
    return html`<button
      class="button quiet bad"
      data-testid="stop-area"
      aria-label=${`${t("stop.areaButton")}: ${area.name}`}
      @click=${() => void stopArea(area)}
    >
      ${icon("stop")}${t(narrow.value ? "stop.button" : "stop.areaButton")}
    </button>`;
  }

  #head({ area, above }: WallGroup): TemplateResult {
    const { ready = 0, total = 0 } = this.tally.byArea.get(area.id) ?? {};
    const open = !this.#folded.has(area.id);
    const count = t("wall.ready", { n: ready, of: total });
    return html`<div class="area-head">
      <h3>
        <button class="fold" aria-expanded=${open} @click=${() => this.#fold(area.id)}>
          ${icon(open ? "down" : "right")}
          <span><small class="muted">${narrow.value ? count : above.join(" › ")}</small><b>${area.name}</b></span>
        </button>
      </h3>
      ${narrow.value ? nothing : html`<span class="muted small ready ${ready === total ? "" : "short"}">${count}</span>`}
      ${this.#stopButton(area)}
    </div>`;
  }

  #group({ group, top, height, firstRow, stationIds }: Drawn): TemplateResult {
    const { row, columns } = this.#sizes;
    const all = group.stationIds.length;
    return html`<section class="area" aria-label=${group.area.name} style="top:${top}px;height:${height}px">
      ${this.#head(group)}
      <ul class="tiles" style="padding-top:${firstRow * row}px;grid-template-columns:repeat(${columns},minmax(0,1fr))">
        ${repeat(
          stationIds,
          (id) => id,
          (id, i) => html`<li aria-setsize=${all} aria-posinset=${firstRow * columns + i + 1}>
            <loa-station-tile .stationId=${id}></loa-station-tile>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  protected override render(): TemplateResult {
    const placed = placeGroups(this.groups, this.#folded, this.#sizes);
    const last = placed.at(-1);
    return html`<div class="wall" style="height:${last ? last.top + last.height : 0}px">
      ${repeat(
        drawnBetween(placed, this.#from, this.#to, this.#sizes),
        ({ group }) => group.area.id,
        (drawn) => this.#group(drawn),
      )}
    </div>`;
  }
}
customElements.define("loa-wall-grid", WallGrid);
