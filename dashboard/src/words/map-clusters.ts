import type { Station } from "@loa/protocol/http/stations";
import Supercluster from "supercluster";
import { severity } from "./wall.ts";

/** How a place on the map stands, the gravest of its stations first. */
export type MapTone = "silent" | "trouble" | "air" | "idle" | "ok";

/** One station, or several that stand too close to be told apart at this zoom. */
export interface Place {
  readonly key: string;
  readonly lat: number;
  readonly lon: number;
  readonly tone: MapTone;
  readonly stations: readonly Station[];
  /** How many of them are silent, have another trouble, sound. */
  readonly silent: number;
  readonly trouble: number;
  readonly sounding: number;
}

interface Positioned {
  readonly id: string;
}

/** Stations closer than this on the screen are shown as one, CSS pixels. */
const RADIUS_PX = 58;
/** A tile of the map that draws them. */
const TILE_PX = 256;
/** The map shows no more of the world than this. */
const FARTHEST = 5;
/** From the zoom above on every position stands alone. */
const CLUSTERS_TO_ZOOM = 15;

/** Whether the station's place is known. */
export const hasPosition = (station: Station): boolean => station.lat !== null && station.lon !== null;

/** Groups stations for any part and zoom of the map. The index follows positions only; states are read when asked. */
export class MapClusters {
  readonly #index = new Supercluster<Positioned>({
    radius: RADIUS_PX,
    extent: TILE_PX,
    minZoom: FARTHEST,
    maxZoom: CLUSTERS_TO_ZOOM,
  });
  readonly #get: (id: string) => Station | undefined;

  constructor(stations: readonly Station[], get: (id: string) => Station | undefined) {
    this.#get = get;
    this.#index.load(
      stations.filter(hasPosition).map(({ id, lat, lon }) => ({
        type: "Feature" as const,
        properties: { id },
        geometry: { type: "Point" as const, coordinates: [lon as number, lat as number] },
      })),
    );
  }

  /** What to show between west, south, east and north. */
  places(bounds: readonly [number, number, number, number], zoom: number): Place[] {
    return this.#index.getClusters([...bounds], Math.floor(zoom)).map(({ properties, geometry }) => {
      const [lon = 0, lat = 0] = geometry.coordinates;
      if (!("cluster_id" in properties)) return place(properties.id, lat, lon, this.#stations([properties]));
      const leaves = this.#index.getLeaves(properties.cluster_id, Number.POSITIVE_INFINITY);
      const stations = this.#stations(leaves.map((leaf) => leaf.properties));
      return place(`c${properties.cluster_id}`, lat, lon, stations);
    });
  }

  #stations(positioned: readonly Positioned[]): Station[] {
    return positioned.flatMap(({ id }) => this.#get(id) ?? []);
  }
}

function place(key: string, lat: number, lon: number, stations: readonly Station[]): Place {
  let [silent, trouble, sounding, idle] = [0, 0, 0, 0];
  for (const station of stations) {
    const grade = severity(station);
    if (grade === 0) silent++;
    else if (grade < 3) trouble++;
    else if (grade === 3) idle++;
    if (station.onAir !== null) sounding++;
  }
  const all = stations.length;
  const tone =
    silent > 0 ? "silent" : trouble > 0 ? "trouble" : sounding > 0 ? "air" : idle === all ? "idle" : "ok";
  return { key, lat, lon, tone, stations, silent, trouble, sounding };
}
