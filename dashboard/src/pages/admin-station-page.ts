import type { DashboardEvent } from "@loa/protocol/http/events";
import type { StationDetail, StationHistoryEntry } from "@loa/protocol/http/stations";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { adminSubpage } from "../components/admin-frame.ts";
import { areaPathText } from "../components/area-field.ts";
import { stationBadge } from "../components/badge.ts";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { historyCard } from "../components/history-card.ts";
import { icon } from "../components/icon.ts";
import { moveStation } from "../components/relocate.ts";
import { retireStation, switchMaintenance } from "../components/station-deeds.ts";
import "../components/station-form.ts";
import { stationSteps } from "../components/station-steps.ts";
import { sayError } from "../components/toast.ts";
import { View } from "../components/view.ts";
import { api, getAll } from "../data/api.ts";
import { feed } from "../data/feed.ts";
import { Resource } from "../data/resource.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { go } from "../router.ts";

/** Registers a station (`new`), or puts one into service and changes what people decide about it. */
export class AdminStationPage extends View {
  static override properties = { stationId: {}, areaId: {} };
  declare stationId: string;
  /** Where a new station is proposed to stand. */
  declare areaId: string;
  readonly #stored = new Resource<StationDetail | null>(this, async () =>
    this.stationId === "new" ? null : api.get(`/stations/${this.stationId}`),
  );
  readonly #history = new Resource<StationHistoryEntry[]>(this, async () =>
    this.stationId === "new" ? [] : getAll(`/stations/${this.stationId}/history`),
  );

  protected override sources() {
    return [world.areas, world.loaded, { subscribe: () => feed.on((events) => this.#follow(events)) }];
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.get("stationId") === undefined) return;
    void this.#stored.restart();
    void this.#history.restart();
  }

  #follow(events: readonly DashboardEvent[]): void {
    const again = events.some(
      (event) => event.kind === "reset" || (event.kind === "station" && event.station.id === this.stationId),
    );
    if (again) this.#again();
  }

  #again(): void {
    this.#stored.refreshSoon();
    this.#history.refreshSoon();
  }

  async #doing(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#again();
    } catch (thrown) {
      sayError(thrown);
    }
  }

  async #retire(station: StationDetail): Promise<void> {
    if (await retireStation(station)) go("/admin/stations");
  }

  #register(): TemplateResult {
    if (!world.loaded.value) return skeleton(3, 12);
    return html`<header class="page-head"><div><h1 tabindex="-1">${t("station.register")}</h1></div></header>
      <div class="admin-form">
        <loa-station-form
          .areaId=${this.areaId}
          @registered=${(event: CustomEvent<string>) => go(`/admin/stations/${event.detail}`)}
        ></loa-station-form>
      </div>`;
  }

  #head(station: StationDetail): TemplateResult {
    const { id, name, status, onAir } = station;
    return html`<header class="page-head" data-testid="admin-station" data-status=${status}>
      <div>
        <p class="kicker">${areaPathText(station.areaId)}</p>
        <h1 tabindex="-1">${name}</h1>
        <p class="badges">${stationBadge(status, onAir !== null, true)} <code class="muted">${id}</code></p>
      </div>
      <div class="buttons">
        <a class="button" href="/stations/${id}">${icon("gauge")}${t("station.openReadings")}</a>
      </div>
    </header>`;
  }

  #deeds(station: StationDetail): TemplateResult {
    const { status } = station;
    return html`<section class="card deeds" aria-labelledby="deeds-title">
      <header><h2 id="deeds-title">${t("station.deeds")}</h2></header>
      <div class="body">
        <button class="button" data-testid="move-station" @click=${() => void this.#doing(() => moveStation(station))}>
          ${icon("move")}${t("move.button")}
        </button>
        <button class="button" data-testid="maintenance" @click=${() => void this.#doing(() => switchMaintenance(station))}>
          ${icon("wrench")}${t(status === "maintenance" ? "maintain.end" : "maintain.begin")}
        </button>
        <a class="button" href="/admin/stations/labels?ids=${station.id}">${icon("qr")}${t("enrol.button")}</a>
        <button class="button quiet bad" data-testid="retire-station" @click=${() => void this.#doing(() => this.#retire(station))}>
          ${icon("trash")}${t("retire.button")}
        </button>
      </div>
    </section>`;
  }

  #edit(station: StationDetail): TemplateResult {
    if (station.retiredAt !== undefined)
      return html`${this.#head(station)}
        <div class="notice">${icon("info")}<div>${t("retire.is")}</div></div>
        ${historyCard(this.#history)}`;
    return html`${this.#head(station)}
      <div class="admin-station">
        <div class="admin-main">
          ${stationSteps(station)}
          <loa-station-form .stored=${station} @saved=${() => this.#again()}></loa-station-form>
        </div>
        <aside class="admin-side">${this.#deeds(station)} ${historyCard(this.#history)}</aside>
      </div>`;
  }

  #body(): TemplateResult {
    if (this.stationId === "new") return this.#register();
    const { value, error } = this.#stored;
    return html`${error ? failureNotice(error, () => void this.#stored.refresh()) : nothing}
    ${value ? this.#edit(value) : error ? nothing : skeleton(4, 8, 10)}`;
  }

  protected override render(): TemplateResult {
    return adminSubpage("stations", "administer", () => this.#body());
  }
}
customElements.define("loa-admin-station-page", AdminStationPage);
