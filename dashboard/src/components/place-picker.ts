import "leaflet/dist/leaflet.css";
import "../styles/map.css";
import {
  canvas,
  circleMarker,
  control,
  type LatLngBoundsExpression,
  type Map as LeafletMap,
  map as leafletMap,
  tileLayer,
} from "leaflet";
import { html, type TemplateResult } from "lit";
import { mapTiles } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { coordinatesText, type Place } from "../words/coordinates.ts";
import { icon } from "./icon.ts";
import { landLayer, nameLayer } from "./map-outline.ts";
import { View } from "./view.ts";

const REGION: LatLngBoundsExpression = [
  [8.2, 101.7],
  [23.6, 110.3],
];
const CLOSEST = 17;
const AROUND_A_PLACE = 14;
const AROUND_NEIGHBOURS = 12;

/** The map under a cross that stands still: what lies below the cross is the place. So fingers, mouse and arrow keys all do. */
class PlacePicker extends View {
  answer: (place: Place | null) => void = () => undefined;
  #map: LeafletMap | null = null;
  #place: Place | null = null;

  async open(first: Place | null, areaId: string): Promise<void> {
    await this.updateComplete;
    this.querySelector("dialog")?.showModal();
    this.#draw(this.querySelector(".map") as HTMLElement, first, areaId);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#map?.remove();
    this.#map = null;
  }

  #draw(box: HTMLElement, first: Place | null, areaId: string): void {
    const map = leafletMap(box, {
      renderer: canvas({ padding: 0.3 }),
      maxBounds: REGION,
      maxZoom: CLOSEST,
      minZoom: 5,
      zoomControl: false,
      fadeAnimation: false,
    });
    this.#map = map;
    map.attributionControl.setPrefix(false);
    control.zoom({ zoomInTitle: t("map.closer"), zoomOutTitle: t("map.farther") }).addTo(map);
    map.createPane("land").style.zIndex = "150";
    map.fitBounds(REGION);
    this.#look(map, first, areaId);
    const style = getComputedStyle(this);
    landLayer((name) => style.getPropertyValue(name)).addTo(map);
    nameLayer().addTo(map);
    const tiles = mapTiles.value;
    if (tiles) tileLayer(tiles.url, { maxZoom: CLOSEST }).addTo(map);
    map.attributionControl.addAttribution(t("map.outline"));
    this.#neighbours(map, style.getPropertyValue("--brand"));
    map.on("click", ({ latlng }) => map.panTo(latlng));
    map.on("move", () => this.#take(map));
    this.#take(map);
  }

  /** Where to look first: the place so far, else where other stations of the area stand. */
  #look(map: LeafletMap, first: Place | null, areaId: string): void {
    if (first) return void map.setView([first.lat, first.lon], AROUND_A_PLACE);
    const path = new Set(world.areas.get(areaId)?.path ?? []);
    const near = [...world.stations.all]
      .filter(({ lat, lon }) => lat !== null && lon !== null)
      .sort((a, b) => this.#shared(b.areaId, path) - this.#shared(a.areaId, path))[0];
    if (near) map.setView([near.lat ?? 0, near.lon ?? 0], AROUND_NEIGHBOURS);
  }

  #shared(areaId: string, path: ReadonlySet<string>): number {
    return (world.areas.get(areaId)?.path ?? []).filter((id) => path.has(id)).length;
  }

  #neighbours(map: LeafletMap, color: string): void {
    for (const { lat, lon } of world.stations.all)
      if (lat !== null && lon !== null)
        circleMarker([lat, lon], { radius: 5, weight: 2, color, interactive: false }).addTo(map);
  }

  #take(map: LeafletMap): void {
    const { lat, lng: lon } = map.getCenter();
    this.change(() => {
      this.#place = { lat, lon };
    });
  }

  #close(place: Place | null): void {
    this.answer(place);
    this.remove();
  }

  protected override render(): TemplateResult {
    return html`<dialog class="sheet place-picker" aria-labelledby="place-title" @close=${() => this.#close(null)}>
      <form
        method="dialog"
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#close(this.#place);
        }}
      >
        <h2 id="place-title">${t("place.title")}</h2>
        <p class="hint">${t("place.hint")}</p>
        <div class="under-cross">
          <div class="map" role="application" aria-label=${t("place.title")}></div>
          <span class="cross" aria-hidden="true">${icon("plus")}</span>
        </div>
        <p class="mono" role="status">${this.#place ? coordinatesText(this.#place) : ""}</p>
        <div class="buttons">
          <button type="button" class="button" @click=${() => this.#close(null)}>${t("confirm.no")}</button>
          <button class="button primary" data-testid="place-yes">${icon("pin")}${t("place.yes")}</button>
        </div>
      </form>
    </dialog>`;
  }
}
customElements.define("loa-place-picker", PlacePicker);

/** Asks for a place on the map; null when the user turned back. `areaId`: whose stations to look near. */
export function askPlace(first: Place | null, areaId: string): Promise<Place | null> {
  const picker = document.createElement("loa-place-picker") as PlacePicker;
  document.body.append(picker);
  void picker.open(first, areaId);
  return new Promise((resolve) => {
    picker.answer = resolve;
  });
}
