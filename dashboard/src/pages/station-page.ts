import "../styles/proof.css";
import "../styles/station.css";
import type { DashboardEvent } from "@loa/protocol/http/events";
import type { StationDetail } from "@loa/protocol/http/stations";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { stationBadge } from "../components/badge.ts";
import { failureNotice, skeleton } from "../components/error-text.ts";
import { icon } from "../components/icon.ts";
import { switchMaintenance } from "../components/station-deeds.ts";
import { planCard, upcomingCard } from "../components/station-plan.ts";
import { playoutsCard } from "../components/station-playouts.ts";
import { faultNotices, lineCard, readingsCard } from "../components/station-readings.ts";
import { sayError } from "../components/toast.ts";
import { View } from "../components/view.ts";
import { may } from "../data/access.ts";
import { api } from "../data/api.ts";
import { feed } from "../data/feed.ts";
import { everyQuarterMinute, hubNow } from "../data/hub-clock.ts";
import { Resource } from "../data/resource.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { dayAndTime, roughLength } from "../words/time-text.ts";

/** Why a station sounds or does not: faults, readings, lines, plan, and what it played. */
export class StationPage extends View {
  static override properties = { stationId: {} };
  declare stationId: string;
  readonly #stored = new Resource<StationDetail>(this, () => api.get(`/stations/${this.stationId}`));

  #all = false;

  protected override sources() {
    return [world.areas, everyQuarterMinute, { subscribe: () => feed.on((events) => this.#follow(events)) }];
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.get("stationId") !== undefined) void this.#stored.restart();
  }

  /** Health is put in at once; what changes plan or receipts is read again. */
  #follow(events: readonly DashboardEvent[]): void {
    for (const event of events) {
      const shown = this.#stored.value;
      if (event.kind === "health" && event.stationId === this.stationId && shown) {
        this.#stored.value = { ...shown, health: event.health };
        this.requestUpdate();
      }
      const again =
        event.kind === "reset" ||
        (event.kind === "station" && event.station.id === this.stationId) ||
        (event.kind === "playout" && event.playout.stationId === this.stationId);
      if (again) this.#stored.refreshSoon();
    }
  }

  #showAll(): void {
    this.#all = true;
  }

  async #maintain(station: StationDetail): Promise<void> {
    try {
      await switchMaintenance(station);
      await this.#stored.refresh();
    } catch (thrown) {
      sayError(thrown);
    }
  }

  async #label(station: StationDetail): Promise<void> {
    try {
      const { showEnrolmentLabel } = await import("../components/enrolment-sheet.ts");
      await showEnrolmentLabel(station);
    } catch (thrown) {
      sayError(thrown);
    }
  }

  #head(station: StationDetail): TemplateResult {
    const path = world.areas.get(station.areaId)?.path ?? [];
    const names = path.map((id) => world.areas.get(id)?.name ?? id).join(" › ");
    const seen = station.lastSeenAt;
    return html`<header class="page-head" data-testid="station" data-status=${station.status}>
      <div>
        <p class="kicker">${names}</p>
        <h1 tabindex="-1">${station.name}</h1>
        <p class="badges">
          ${stationBadge(station.status, station.onAir !== null, true)}
          ${station.onAir !== null && station.status !== "online" ? stationBadge(station.status, false, true) : nothing}
          <span class="small muted">
            ${seen === null ? t("station.neverSeen") : t("station.seen", { time: dayAndTime(seen), ago: roughLength(hubNow() - seen) })}
          </span>
        </p>
      </div>
      <div class="buttons">
        ${
          may("administer")
            ? html`<a class="button" href="/admin/stations/${station.id}" data-testid="edit-station">
                ${icon("edit")}${t("station.edit")}
              </a>`
            : nothing
        }
        ${
          may("maintain")
            ? html`<button class="button" data-testid="maintenance" @click=${() => void this.#maintain(station)}>
                ${icon("wrench")}${t(station.status === "maintenance" ? "maintain.end" : "maintain.begin")}
              </button>`
            : nothing
        }
        ${
          may("enrol")
            ? html`<button class="button" data-testid="enrolment" @click=${() => void this.#label(station)}>
                ${icon("qr")}${t("enrol.button")}
              </button>`
            : nothing
        }
      </div>
    </header>`;
  }

  #shown(station: StationDetail): TemplateResult {
    return html`${this.#head(station)}
      <div class="station">
        <div class="station-main">
          ${faultNotices(station)} ${readingsCard(station)} ${lineCard(station)}
        </div>
        <aside class="station-side">${upcomingCard(station)} ${planCard(station)}</aside>
      </div>
      ${playoutsCard(station, this.#all ? null : () => this.change(() => this.#showAll()))}`;
  }

  protected override render(): TemplateResult {
    const { value, error } = this.#stored;
    return html`<a class="back" href="/">${icon("left")}${t("nav.overview")}</a>
      ${error ? failureNotice(error, () => void this.#stored.refresh()) : nothing}
      ${value ? this.#shown(value) : error ? nothing : skeleton(4, 8, 14)}`;
  }
}
customElements.define("loa-station-page", StationPage);
