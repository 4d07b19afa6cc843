import { countries } from "virtual:outline";
import {
  divIcon,
  type LatLngTuple,
  type Layer,
  layerGroup,
  marker,
  type PolylineOptions,
  polygon,
} from "leaflet";
import { ISLANDS, SEATS } from "../words/seats.ts";

const PER_DEGREE = 1_000;
/** From this zoom on every seat is named; below it towns only. */
export const ALL_NAMES_ZOOM = 9;

function ringOf(steps: readonly number[]): LatLngTuple[] {
  let [lon, lat] = [0, 0];
  return Array.from({ length: steps.length / 2 }, (_, i) => {
    lon += steps[2 * i] ?? 0;
    lat += steps[2 * i + 1] ?? 0;
    return [lat / PER_DEGREE, lon / PER_DEGREE];
  });
}

/** Land and borders without any network; `colour` reads a custom property of the page. */
export function landLayer(colour: (name: string) => string): Layer {
  const style = (own: boolean): PolylineOptions => ({
    interactive: false,
    fillRule: "evenodd",
    weight: own ? 1.5 : 1,
    color: colour("--map-border"),
    fillColor: colour(own ? "--map-own" : "--map-land"),
    fillOpacity: 1,
    smoothFactor: 1.2,
  });
  const land = [...countries].sort((a, b) => Number(a.own) - Number(b.own));
  return layerGroup(land.map(({ own, rings }) => polygon(rings.map(ringOf), style(own))));
}

/** Names of towns, district seats and islands. */
export function nameLayer(): Layer {
  return layerGroup(
    [...SEATS, ...ISLANDS].map(({ name, lat, lon, town }) =>
      marker([lat, lon], {
        interactive: false,
        keyboard: false,
        zIndexOffset: -1_000,
        icon: divIcon({
          className: `map-name ${town ? "town" : ""}`,
          html: `<i aria-hidden="true"></i>${name}`,
          iconSize: undefined,
        }),
      }),
    ),
  );
}
