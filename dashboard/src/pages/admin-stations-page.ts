import type { Station, StationStatus } from "@loa/protocol/http/stations";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { adminPage } from "../components/admin-frame.ts";
import { areaPathText } from "../components/area-field.ts";
import { askArea } from "../components/area-picker.ts";
import { STATION_STATUSES, stationBadge } from "../components/badge.ts";
import { skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { View } from "../components/view.ts";
import { may } from "../data/access.ts";
import { throttled } from "../data/signal.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { go } from "../router.ts";
import { pageOf, stationRows } from "../words/station-rows.ts";

const PAGE = 50;
/** A province's stations change many times a second; people read slower. */
const DRAW_EVERY_MS = 1_000;
/** Labels that one print run may hold; each makes a new code at the hub. */
const MOST_LABELS = 200;

/** Every station of the scope: find, filter, register, edit, and choose those whose labels are printed. */
export class AdminStationsPage extends View {
  static override properties = { areaId: {} };
  declare areaId: string;
  #words = "";
  #status: StationStatus | "" = "";
  #page = 0;
  readonly #picked = new Set<string>();

  protected override sources() {
    return [world.areas, world.loaded, throttled(world.stations, DRAW_EVERY_MS)];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("areaId")) this.#page = 0;
  }

  #filter(apply: () => void): void {
    this.change(() => {
      apply();
      this.#page = 0;
    });
  }

  #rows(status: StationStatus | "" = this.#status): Station[] {
    return stationRows(world.areas.all, world.stations.all, {
      words: this.#words,
      areaId: this.areaId,
      status,
    });
  }

  async #askArea(): Promise<void> {
    const id = await askArea({ title: t("stations.areaFilter"), yes: t("picker.choose") });
    if (id !== null) go(`/admin/stations?area=${id}`, { replace: true });
  }

  #pick(ids: readonly string[], on: boolean): void {
    this.change(() => {
      for (const id of ids) {
        if (on) this.#picked.add(id);
        else this.#picked.delete(id);
      }
    });
  }

  #chips(all: readonly Station[]): TemplateResult {
    const count = (status: StationStatus) => all.filter((station) => station.status === status).length;
    const chip = (status: StationStatus | "", text: string, n: number) => html`<button
      class="chip"
      aria-pressed=${this.#status === status}
      @click=${() =>
        this.#filter(() => {
          this.#status = status;
        })}
    >
      ${text} <span>${n}</span>
    </button>`;
    return html`<div class="chips" role="group" aria-label=${t("wall.filter")}>
      ${chip("", t("wall.all"), all.length)}
      ${STATION_STATUSES.map((status) => chip(status, t(`station.${status}`), count(status)))}
    </div>`;
  }

  #finder(): TemplateResult {
    return html`<div class="list-find">
      <div class="search">
        ${icon("search")}<input
          type="search"
          aria-label=${t("stations.find")}
          placeholder=${t("stations.find")}
          autocomplete="off"
          @input=${(event: Event) =>
            this.#filter(() => {
              this.#words = (event.target as HTMLInputElement).value;
            })}
        />
      </div>
      <div class="buttons nowrap">
        <button class="button" data-testid="area-filter" @click=${() => void this.#askArea()}>
          ${icon("tree")}<span class="clip">${this.areaId === "" ? t("stations.everywhere") : (world.areas.get(this.areaId)?.name ?? this.areaId)}</span>
        </button>
        ${
          this.areaId === ""
            ? nothing
            : html`<a class="button quiet icon-only" href="/admin/stations" aria-label=${t("stations.clearArea")}>${icon("close")}</a>`
        }
      </div>
    </div>`;
  }

  #row(station: Station): TemplateResult {
    const { id, name, areaId, status, zones } = station;
    const horns = zones.reduce((sum, zone) => sum + zone.horns, 0);
    return html`<tr data-testid="station-row" data-station=${id} data-status=${status}>
      <td class="pick">
        <label class="check"
          ><input
            type="checkbox"
            aria-label=${t("stations.pick", { name })}
            .checked=${this.#picked.has(id)}
            @change=${(event: Event) => this.#pick([id], (event.target as HTMLInputElement).checked)}
        /></label>
      </td>
      <th scope="row">
        <a href=${may("administer") ? `/admin/stations/${id}` : `/stations/${id}`}>${name}</a>
        <code class="muted">${id}</code>
      </th>
      <td class="place">${areaPathText(areaId)}</td>
      <td class="state">${stationBadge(status, station.onAir !== null)}</td>
      <td class="horns">${t("tile.horns", { n: horns, zones: zones.length })}</td>
    </tr>`;
  }

  #table(rows: readonly Station[], matching: readonly Station[]): TemplateResult {
    const ids = matching.map(({ id }) => id);
    const all = ids.length > 0 && ids.every((id) => this.#picked.has(id));
    return html`<table class="list stations-list">
      <caption class="visually-hidden">${t("admin.stations")}</caption>
      <thead>
        <tr>
          <td class="pick">
            <label class="check" title=${t("stations.pickAll", { n: ids.length })}
              ><input
                type="checkbox"
                aria-label=${t("stations.pickAll", { n: ids.length })}
                .checked=${all}
                .indeterminate=${!all && ids.some((id) => this.#picked.has(id))}
                @change=${() => this.#pick(ids, !all)}
            /></label>
          </td>
          <th scope="col">${t("proof.station")}</th>
          <th scope="col">${t("announcement.area")}</th>
          <th scope="col">${t("stations.state")}</th>
          <th scope="col">${t("zones.horns")}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((station) => this.#row(station))}
      </tbody>
    </table>`;
  }

  #pager(from: number, shown: number, total: number): TemplateResult | typeof nothing {
    if (total <= PAGE) return nothing;
    const turn = (by: number) => () => {
      this.change(() => {
        this.#page += by;
      });
      this.querySelector(".stations-list")?.scrollIntoView({ block: "start" });
    };
    return html`<nav class="pager" aria-label=${t("list.pages")}>
      <button class="button icon-only" aria-label=${t("list.before")} ?disabled=${from === 0} @click=${turn(-1)}>
        ${icon("left")}
      </button>
      <span>${t("list.range", { from: from + 1, until: from + shown, n: total })}</span>
      <button
        class="button icon-only"
        aria-label=${t("list.after")}
        ?disabled=${from + shown >= total}
        @click=${turn(1)}
      >
        ${icon("right")}
      </button>
    </nav>`;
  }

  #pickedBar(): TemplateResult | typeof nothing {
    const n = this.#picked.size;
    if (n === 0) return nothing;
    const ids = [...this.#picked].join(",");
    return html`<div class="picked-bar" role="status">
      <b>${t("stations.picked", { n })}</b>
      <button
        class="button quiet"
        @click=${() =>
          this.change(() => {
            this.#picked.clear();
          })}
      >
        ${t("stations.unpick")}
      </button>
      ${
        n > MOST_LABELS
          ? html`<span class="small">${t("labels.tooMany", { n: MOST_LABELS })}</span>`
          : html`<a class="button primary" data-testid="print-labels" href="/admin/stations/labels?ids=${ids}"
              >${icon("print")}${t("labels.print", { n })}</a
            >`
      }
    </div>`;
  }

  #empty(): TemplateResult {
    return html`<div class="card empty">
      ${icon("speaker")}<strong>${t("stations.none")}</strong>
      <p>${t(may("administer") ? "stations.noneHint" : "wall.noStations")}</p>
      ${may("administer") ? html`<a class="button primary" href="/admin/stations/new">${icon("plus")}${t("station.register")}</a>` : nothing}
    </div>`;
  }

  #body(): TemplateResult {
    if (!world.loaded.value) return skeleton(3, 3, 3, 3);
    if (world.stations.all.length === 0) return this.#empty();
    const matching = this.#rows();
    const { rows, page, from } = pageOf(matching, this.#page, PAGE);
    this.#page = page;
    return html`${this.#finder()} ${this.#chips(this.#rows(""))}
      <section class="card">
        ${
          rows.length === 0
            ? html`<div class="empty">${icon("search")}<p>${t("stations.noMatch")}</p></div>`
            : this.#table(rows, matching)
        }
      </section>
      ${this.#pager(from, rows.length, matching.length)} ${this.#pickedBar()}`;
  }

  #actions(): TemplateResult {
    if (!may("administer")) return html``;
    const query = this.areaId === "" ? "" : `?area=${this.areaId}`;
    return html`<a class="button primary" href="/admin/stations/new${query}" data-testid="create-station"
      >${icon("plus")}${t("station.register")}</a
    >`;
  }

  protected override render(): TemplateResult {
    return adminPage(
      "stations",
      "enrol",
      () => this.#actions(),
      () => this.#body(),
    );
  }
}
customElements.define("loa-admin-stations-page", AdminStationsPage);
