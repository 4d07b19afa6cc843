import "leaflet/dist/leaflet.css";
import "../styles/map.css";
import {
  canvas,
  control,
  DomUtil,
  divIcon,
  type LatLngBoundsExpression,
  type Layer,
  type Map as LeafletMap,
  latLngBounds,
  map as leafletMap,
  type Marker,
  marker,
  tileLayer,
} from "leaflet";
import { html, type TemplateResult } from "lit";
import { theme } from "../data/preferences.ts";
import { mapTiles } from "../data/session.ts";
import { throttled } from "../data/signal.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { go } from "../router.ts";
import { hasPosition, MapClusters, type Place } from "../words/map-clusters.ts";
import { ALL_NAMES_ZOOM, landLayer, nameLayer } from "./map-outline.ts";
import { drawPlace, placeList, placeWords } from "./map-place.ts";
import { View } from "./view.ts";

/** What the bundled outline covers. */
const REGION: LatLngBoundsExpression = [
  [6.2, 101.7],
  [23.6, 117.8],
];
const CLOSEST = 17;
/** Closer than this the outline gives no bearings any more. */
const FIRST_LOOK = 11;
/** Stations closer than this stand at one spot at any zoom. */
const ONE_SPOT_M = 20;
const STATES_EVERY_MS = 1_000;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Plain text for where the library takes markup. */
function asMarkup(text: string): string {
  const span = document.createElement("span");
  span.textContent = text;
  return span.innerHTML;
}

/** Stations where they stand, over an outline that needs no network, or over the tiles of a configured server. */
export class StationMap extends View {
  #map: LeafletMap | null = null;
  #land: Layer | null = null;
  #clusters: MapClusters | null = null;
  #positions = "";
  readonly #markers = new Map<string, { marker: Marker; place: Place }>();
  #ends: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const recolour = () => this.#drawLand();
    dark.addEventListener("change", recolour);
    this.#ends = [
      throttled(world.stations, STATES_EVERY_MS).subscribe(() => this.#follow()),
      theme.subscribe(() => requestAnimationFrame(recolour)),
      () => dark.removeEventListener("change", recolour),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends) end();
    this.#map?.remove();
    this.#map = null;
    this.#markers.clear();
  }

  protected override firstUpdated(): void {
    this.#open(this.querySelector(".map") as HTMLElement);
  }

  protected override updated(): void {
    for (const { marker: one, place } of this.#markers.values()) this.#describe(one, place);
  }

  #open(box: HTMLElement): void {
    const map = leafletMap(box, {
      renderer: canvas({ padding: 0.3 }),
      maxBounds: REGION,
      maxBoundsViscosity: 0.8,
      maxZoom: CLOSEST,
      minZoom: 5,
      zoomSnap: 0.5,
      zoomControl: false,
      scrollWheelZoom: false,
      fadeAnimation: false,
    });
    this.#map = map;
    map.attributionControl.setPrefix(false);
    control.zoom({ zoomInTitle: t("map.closer"), zoomOutTitle: t("map.farther") }).addTo(map);
    map.createPane("land").style.zIndex = "150";
    this.#showAll();
    this.#drawLand();
    nameLayer().addTo(map);
    this.#addTiles(map);
    map.on("moveend", () => this.#draw());
    map.on("focus click", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    // The index of thousands takes its time; land and names are drawn before.
    setTimeout(() => this.#follow());
  }

  #addTiles(map: LeafletMap): void {
    const tiles = mapTiles.value;
    map.attributionControl.addAttribution(t("map.outline"));
    if (!tiles) return;
    map.getContainer().classList.add("tiled");
    tileLayer(tiles.url, { attribution: asMarkup(tiles.attribution), maxZoom: CLOSEST }).addTo(map);
  }

  #drawLand(): void {
    const map = this.#map;
    if (!map) return;
    const style = getComputedStyle(this);
    this.#land?.remove();
    this.#land = landLayer((name) => style.getPropertyValue(name)).addTo(map);
  }

  /** Shows every station that has a place. */
  #showAll(): void {
    const at = world.stations.all.filter(hasPosition).map(({ lat, lon }) => [lat, lon] as [number, number]);
    this.#map?.fitBounds(at.length === 0 ? REGION : latLngBounds(at), {
      padding: [36, 36],
      maxZoom: FIRST_LOOK,
    });
  }

  #follow(): void {
    const stations = world.stations.all;
    const positions = stations.map(({ id, lat, lon }) => `${id} ${lat} ${lon}`).join();
    if (positions !== this.#positions) {
      this.#positions = positions;
      this.#clusters = new MapClusters(stations, (id) => world.stations.get(id));
    }
    this.#draw();
  }

  /** Brings the markers to what is to be seen now; those that stay are changed in place and keep the focus. */
  #draw(): void {
    const map = this.#map;
    if (!map || !this.#clusters) return;
    DomUtil[map.getZoom() >= ALL_NAMES_ZOOM ? "addClass" : "removeClass"](map.getContainer(), "near");
    const bounds = map.getBounds().pad(0.15);
    const places = this.#clusters.places(
      [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()],
      map.getZoom(),
    );
    const wanted = new Set(places.map(({ key }) => key));
    for (const [key, { marker: old }] of this.#markers) if (!wanted.has(key)) this.#remove(key, old);
    for (const place of places) this.#show(map, place);
  }

  #remove(key: string, old: Marker): void {
    if (old.getElement() === document.activeElement) this.#map?.getContainer().focus({ preventScroll: true });
    old.remove();
    this.#markers.delete(key);
  }

  #show(map: LeafletMap, place: Place): void {
    const known = this.#markers.get(place.key);
    if (known) {
      known.place = place;
      this.#describe(known.marker, place);
      return;
    }
    const made = marker([place.lat, place.lon], {
      icon: divIcon({ className: "map-place", iconSize: [44, 44] }),
      zIndexOffset: place.silent * 1_000 + place.trouble * 100,
      riseOnHover: true,
    }).addTo(map);
    this.#markers.set(place.key, { marker: made, place });
    const choose = () => this.#choose(this.#markers.get(place.key)?.place ?? place);
    made.on("click", choose);
    made.getElement()?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose();
    });
    this.#describe(made, place);
  }

  #describe(one: Marker, place: Place): void {
    const element = one.getElement();
    if (!element) return;
    const words = placeWords(place);
    element.setAttribute("aria-label", words);
    element.title = words;
    element.dataset.testid = place.stations.length > 1 ? "map-cluster" : "map-station";
    element.dataset.tone = place.tone;
    drawPlace(place, element);
  }

  /** A station opens its page; a group comes closer, or, where all stand at one spot, offers its list. */
  #choose(place: Place): void {
    const { stations } = place;
    const bounds = latLngBounds(stations.map(({ lat, lon }) => [lat as number, lon as number]));
    const apartM = bounds.getNorthEast().distanceTo(bounds.getSouthWest());
    const map = this.#map;
    if (stations.length === 1) go(`/stations/${stations[0]?.id}`);
    else if (apartM < ONE_SPOT_M || map?.getZoom() === CLOSEST)
      map?.openPopup(placeList(place), [place.lat, place.lon], { closeButton: false });
    else
      map?.setView(
        bounds.getCenter(),
        Math.min(CLOSEST, Math.max(map.getBoundsZoom(bounds), map.getZoom() + 1)),
      );
  }

  protected override render(): TemplateResult {
    return html`<div class="map" role="group" aria-label=${t("map.label")} data-testid="map"></div>
      <button class="button map-all" @click=${() => this.#showAll()}>${t("map.all")}</button>`;
  }
}
customElements.define("loa-station-map", StationMap);
