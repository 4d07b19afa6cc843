import type { AlertStation, AlertStationState, AlertTarget } from "@loa/protocol/http/alerts";
import { circle, layerGroup, polygon } from "leaflet";
import { html, type TemplateResult } from "lit";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { STATE_ORDER } from "../words/alert-rows.ts";
import { type Dot, Dots, type Ground, lookAt, openGround } from "./map-ground.ts";
import { View } from "./view.ts";

/** Size, edge and filling tell the state as well as the colour does. */
const LOOKS: Record<
  AlertStationState,
  readonly [colour: string, radius: number, weight: number, fill: number]
> = {
  failed: ["--bad", 9, 4, 0.15],
  unreachable: ["--bad", 9, 4, 0.15],
  sent: ["--ink-3", 5, 2, 0],
  received: ["--ink-3", 5, 2, 0],
  ready: ["--ink-3", 5, 2, 0.6],
  sounding: ["--brand", 9, 2, 1],
  done: ["--ok", 5, 2, 1],
};

/** How far an alert is, where the stations stand. */
export class AlertMap extends View {
  static override properties = { stations: { attribute: false }, targets: { attribute: false } };
  declare stations: readonly AlertStation[];
  declare targets: readonly AlertTarget[];
  #ground: Ground | null = null;
  #dots: Dots | null = null;
  #looks: Record<AlertStationState, Dot> | null = null;
  readonly #shapes = layerGroup();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#dots?.end();
    this.#ground?.end();
    this.#ground = null;
  }

  protected override firstUpdated(): void {
    this.#ground = openGround(this.querySelector(".map") as HTMLElement, () => {
      this.#looks = null;
      this.requestUpdate();
    });
    this.#dots = new Dots(this.#ground.map);
    this.#shapes.addTo(this.#ground.map);
    lookAt(
      this.#ground.map,
      this.#placed().map(({ lat, lon }) => [lat, lon]),
    );
  }

  protected override updated(): void {
    const style = getComputedStyle(this);
    this.#looks ??= Object.fromEntries(
      STATE_ORDER.map((state) => {
        const [colour, radius, weight, fillOpacity] = LOOKS[state];
        return [state, { color: style.getPropertyValue(colour), radius, weight, fillOpacity }];
      }),
    ) as Record<AlertStationState, Dot>;
    const looks = this.#looks;
    this.#dots?.show(this.#placed().map(({ id, lat, lon, state }) => ({ id, lat, lon, dot: looks[state] })));
    this.#drawTargets(style.getPropertyValue("--ink-2"));
  }

  #placed(): { id: string; lat: number; lon: number; state: AlertStationState }[] {
    return this.stations.flatMap(({ stationId: id, state }) => {
      const { lat = null, lon = null } = world.stations.get(id) ?? {};
      return lat === null || lon === null ? [] : [{ id, lat, lon, state }];
    });
  }

  #drawTargets(color: string): void {
    const line = { color, weight: 1.5, fillOpacity: 0.04, interactive: false };
    this.#shapes.clearLayers();
    for (const target of this.targets) {
      if ("circle" in target)
        this.#shapes.addLayer(
          circle([target.circle.lat, target.circle.lon], { ...line, radius: target.circle.radiusKm * 1_000 }),
        );
      if ("polygon" in target)
        this.#shapes.addLayer(
          polygon(
            target.polygon.map(({ lat, lon }): [number, number] => [lat, lon]),
            line,
          ),
        );
    }
  }

  #missing(): TemplateResult | string {
    const missing = this.stations.length - this.#placed().length;
    return missing > 0 ? html`<p class="small muted">${t("map.missing", { n: missing })}</p>` : "";
  }

  protected override render(): TemplateResult {
    return html`<div class="map" role="group" aria-label=${t("board.map")} data-testid="alert-map"></div>
      <ul class="map-key" aria-label=${t("board.mapKey")}>
        ${(["failed", "sent", "ready", "sounding", "done"] as const).map(
          (state) => html`<li><i class="dot ${state}" aria-hidden="true"></i>${t(`board.key.${state}`)}</li>`,
        )}
      </ul>
      ${this.#missing()}`;
  }
}
customElements.define("loa-alert-map", AlertMap);
