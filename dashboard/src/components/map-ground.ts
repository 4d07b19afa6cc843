import "leaflet/dist/leaflet.css";
import "../styles/map.css";
import {
  canvas,
  circleMarker,
  control,
  DomUtil,
  type LatLngBoundsExpression,
  type Map as LeafletMap,
  latLngBounds,
  map as leafletMap,
  tileLayer,
} from "leaflet";
import { theme } from "../data/preferences.ts";
import { mapTiles } from "../data/session.ts";
import { t } from "../locales/translate.ts";
import { ALL_NAMES_ZOOM, landLayer, nameLayer } from "./map-outline.ts";

/** What the bundled outline covers. */
const REGION: LatLngBoundsExpression = [
  [6.2, 101.7],
  [23.6, 117.8],
];
const CLOSEST = 17;
const FIRST_LOOK = 13;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** A map with land, names and tiles but without stations, and how to end it. */
export interface Ground {
  readonly map: LeafletMap;
  readonly end: () => void;
}

/** Opens a map in a box; `recoloured` is called when the theme changed. */
export function openGround(box: HTMLElement, recoloured: () => void): Ground {
  const map = leafletMap(box, {
    renderer: canvas({ padding: 0.3 }),
    ...{ maxBounds: REGION, maxZoom: CLOSEST, minZoom: 5, zoomSnap: 0.5 },
    ...{ zoomControl: false, scrollWheelZoom: false, doubleClickZoom: false, fadeAnimation: false },
  });
  map.attributionControl.setPrefix(false);
  control.zoom({ zoomInTitle: t("map.closer"), zoomOutTitle: t("map.farther") }).addTo(map);
  map.createPane("land").style.zIndex = "150";
  map.fitBounds(REGION);
  const land = () => {
    const style = getComputedStyle(box);
    return landLayer((name) => style.getPropertyValue(name)).addTo(map);
  };
  let ground = land();
  nameLayer().addTo(map);
  const tiles = mapTiles.value;
  if (tiles) tileLayer(tiles.url, { maxZoom: CLOSEST }).addTo(map);
  map.attributionControl.addAttribution(t("map.outline"));
  map.on("zoomend", () =>
    DomUtil[map.getZoom() >= ALL_NAMES_ZOOM ? "addClass" : "removeClass"](map.getContainer(), "near"),
  );
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  const recolour = () =>
    requestAnimationFrame(() => {
      ground.remove();
      ground = land();
      recoloured();
    });
  dark.addEventListener("change", recolour);
  const endTheme = theme.subscribe(recolour);
  return {
    map,
    end: () => {
      dark.removeEventListener("change", recolour);
      endTheme();
      map.remove();
    },
  };
}

/** Looks at all these places. */
export function lookAt(map: LeafletMap, places: readonly (readonly [number, number])[]): void {
  if (places.length === 0) return;
  map.fitBounds(latLngBounds(places.map(([lat, lon]) => [lat, lon])), {
    ...{ padding: [28, 28], maxZoom: FIRST_LOOK, animate: false },
  });
}

/** A dot's looks: what it is must be seen without its colour too. */
export interface Dot {
  readonly radius: number;
  readonly weight: number;
  readonly color: string;
  readonly fillOpacity: number;
}

/** A place with its looks. */
export interface Dotted {
  readonly id: string;
  readonly lat: number;
  readonly lon: number;
  readonly dot: Dot;
}

/** So many dots are made or changed within a frame. */
const PER_FRAME = 400;

/** Thousands of dots, brought to what they should be a frame's worth at a time. */
export class Dots {
  readonly #map: LeafletMap;
  readonly #shown = new Map<string, { marker: ReturnType<typeof circleMarker>; dot: Dot }>();
  #waiting: Dotted[] = [];
  #frame = 0;

  constructor(map: LeafletMap) {
    this.#map = map;
  }

  /** These and no others; dots whose looks are the same object stay untouched. */
  show(wanted: readonly Dotted[]): void {
    const ids = new Set(wanted.map(({ id }) => id));
    for (const [id, { marker }] of this.#shown)
      if (!ids.has(id)) {
        marker.remove();
        this.#shown.delete(id);
      }
    this.#waiting = wanted.filter(({ id, dot }) => this.#shown.get(id)?.dot !== dot);
    cancelAnimationFrame(this.#frame);
    this.#work();
  }

  end(): void {
    cancelAnimationFrame(this.#frame);
  }

  readonly #work = (): void => {
    for (const { id, lat, lon, dot } of this.#waiting.splice(0, PER_FRAME)) {
      const known = this.#shown.get(id);
      const style = { ...dot, fillColor: dot.color };
      if (known) known.marker.setStyle(style).setRadius(dot.radius);
      const marker = known?.marker ?? circleMarker([lat, lon], { ...style, interactive: false });
      if (!known) marker.addTo(this.#map);
      this.#shown.set(id, { marker, dot });
    }
    if (this.#waiting.length > 0) this.#frame = requestAnimationFrame(this.#work);
  };
}
