import type { Area, AreaEvent } from "@loa/protocol/http/areas";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { api, getAll } from "../data/api.ts";
import { Resource } from "../data/resource.ts";
import { user } from "../data/session.ts";
import { loadAreas, world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { go } from "../router.ts";
import "./area-envelope.ts";
import { confirmed } from "./confirm.ts";
import { historyCard } from "./history-card.ts";
import { icon } from "./icon.ts";
import { mergeArea, moveArea } from "./relocate.ts";
import { say, sayError } from "./toast.ts";
import { View } from "./view.ts";

/** One area: its name, what can be done with it, its hours, and what became of it. */
export class AreaDetail extends View {
  static override properties = { area: { attribute: false } };
  declare area: Area;
  readonly #history = new Resource<AreaEvent[]>(this, () => getAll(`/areas/${this.area.id}/history`));
  #naming = false;

  protected override sources() {
    return [world.areas, world.stations];
  }

  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get("area");
    if (before === undefined) return;
    if (before.id !== this.area.id) {
      this.#naming = false;
      void this.#history.restart();
    } else void this.#history.refresh();
  }

  async #doing(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      sayError(thrown);
    }
  }

  async #rename(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.querySelector<HTMLInputElement>("#rename")?.value.trim() ?? "";
    if (name !== "" && name !== this.area.name) {
      await api.patch(`/areas/${this.area.id}`, { name });
      await loadAreas();
      say(t("area.renamed", { name }));
    }
    this.change(() => {
      this.#naming = false;
    });
  }

  async #startNaming(): Promise<void> {
    this.change(() => {
      this.#naming = true;
    });
    await this.updateComplete;
    this.querySelector<HTMLInputElement>("#rename")?.select();
  }

  async #merge(): Promise<void> {
    const { name } = this.area;
    const into = await mergeArea(this.area);
    if (into === null) return;
    say(t("merge.done", { name, area: world.areas.get(into)?.name ?? into }));
    go(`/admin/areas/${into}`);
  }

  async #delete(): Promise<void> {
    const { id, name, parentId } = this.area;
    const yes = await confirmed({
      title: t("area.deleteTitle", { name }),
      facts: [t("area.deleteFact"), t("area.deleteId", { id })],
      yes: t("area.delete"),
    });
    if (!yes) return;
    await api.delete(`/areas/${id}`);
    await loadAreas();
    say(t("area.deleted", { name }));
    go(`/admin/areas/${parentId ?? ""}`, { replace: true });
  }

  #heading(): TemplateResult {
    const { area } = this;
    if (this.#naming)
      return html`<form class="rename" @submit=${(event: Event) => void this.#doing(() => this.#rename(event))}>
        <label class="visually-hidden" for="rename">${t("area.name")}</label>
        <input
          id="rename"
          type="text"
          maxlength="120"
          .value=${area.name}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === "Escape")
              this.change(() => {
                this.#naming = false;
              });
          }}
        />
        <button class="button primary">${t("form.saveShort")}</button>
      </form>`;
    return html`<h2>
      ${area.name}
      <button
        class="button quiet icon-only"
        data-testid="rename-area"
        aria-label=${t("area.rename", { name: area.name })}
        @click=${() => void this.#startNaming()}
      >
        ${icon("edit")}
      </button>
    </h2>`;
  }

  #facts(below: number, stations: number): TemplateResult {
    const { area } = this;
    return html`<p class="area-facts">
      <a href="/admin/stations?area=${area.id}">${icon("speaker")}${t("stations", { n: stations })}</a>
      <span>${icon("tree")}${t("area.below", { n: below })}</span>
      <span class="muted">${t("area.idShown")} <code>${area.id}</code></span>
    </p>`;
  }

  #actions(empty: boolean, below: number, stations: number): TemplateResult {
    const top = this.area.id === user.value?.areaId || this.area.parentId === null;
    return html`<div class="buttons">
        <a class="button" href="/admin/stations/new?area=${this.area.id}">${icon("plus")}${t("station.registerHere")}</a>
        ${
          top
            ? nothing
            : html`<button class="button" data-testid="move-area" @click=${() => void this.#doing(() => moveArea(this.area))}>
                  ${icon("move")}${t("move.button")}
                </button>
                <button class="button" data-testid="merge-area" @click=${() => void this.#doing(() => this.#merge())}>
                  ${icon("merge")}${t("merge.button")}
                </button>
                <button
                  class="button quiet bad"
                  data-testid="delete-area"
                  aria-describedby=${empty ? nothing : "why-not-delete"}
                  ?disabled=${!empty}
                  @click=${() => void this.#doing(() => this.#delete())}
                >
                  ${icon("trash")}${t("area.delete")}
                </button>`
        }
      </div>
      ${empty || top ? nothing : html`<p class="hint" id="why-not-delete">${t("area.notEmpty", { areas: below, stations })}</p>`}`;
  }

  protected override render(): TemplateResult {
    const { area } = this;
    const above = area.path.slice(0, -1).map((id) => world.areas.get(id)?.name ?? id);
    const inside = world.areas.all.filter(({ path }) => path.includes(area.id));
    const ids = new Set(inside.map(({ id }) => id));
    const stations = world.stations.all.filter(({ areaId }) => ids.has(areaId)).length;
    const below = inside.length - 1;
    return html`<section class="card area-detail" data-testid="area" data-area=${area.id}>
        <div class="body">
          <p class="kicker">${above.join(" › ")}</p>
          ${this.#heading()} ${this.#facts(below, stations)} ${this.#actions(below === 0 && stations === 0, below, stations)}
        </div>
      </section>
      <loa-area-envelope .area=${area}></loa-area-envelope>
      ${historyCard(this.#history)}`;
  }
}
customElements.define("loa-area-detail", AreaDetail);
