import type { GeoPoint } from "@loa/kernel/geography";
import type { Station } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../locales/translate.ts";
import { stationsNear } from "../words/live-reach.ts";
import { number } from "../words/time-text.ts";
import { icon } from "./icon.ts";
import { View } from "./view.ts";

const WITHIN_MS = 10_000;

/** Says whether a station that would sound stands near the speaker; asks for the place only when told to. */
export class LiveNear extends View {
  static override properties = { stations: { attribute: false } };
  declare stations: readonly Station[];
  #place: GeoPoint | "asking" | "unknown" | null = null;

  #look(): void {
    const take = (place: GeoPoint | "asking" | "unknown") =>
      this.change(() => {
        this.#place = place;
      });
    take("asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => take({ lat: coords.latitude, lon: coords.longitude }),
      () => take("unknown"),
      { timeout: WITHIN_MS, enableHighAccuracy: true },
    );
  }

  #found(place: GeoPoint): TemplateResult {
    const [nearest] = stationsNear(place, this.stations);
    if (!nearest)
      return html`<p class="live-fact ok" data-testid="near" data-near="none">${icon("check")}${t("live.near.none")}</p>`;
    return html`<div class="notice warn" role="alert" data-testid="near" data-near=${nearest.station.id}>
      ${icon("warning")}
      <div>
        <strong>${t("live.near.found", { station: nearest.station.name, n: number(Math.round(nearest.metres / 10) * 10) })}</strong>
        ${t("live.near.advice")}
      </div>
    </div>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const place = this.#place;
    if (!("geolocation" in navigator)) return nothing;
    if (place !== null && typeof place === "object") return this.#found(place);
    return html`<div class="live-near">
      <button
        type="button"
        class="button quiet"
        data-testid="near-look"
        ?disabled=${place === "asking"}
        @click=${() => this.#look()}
      >
        ${icon("pin")}${t(place === "asking" ? "live.near.asking" : "live.near.look")}
      </button>
      <small class="muted">${t(place === "unknown" ? "live.near.unknown" : "live.near.why")}</small>
    </div>`;
  }
}
customElements.define("loa-live-near", LiveNear);
