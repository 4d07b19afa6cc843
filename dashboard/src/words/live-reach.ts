import type { AlertTarget } from "@loa/protocol/http/alerts";
import type { Broadcast } from "@loa/protocol/http/broadcasts";
import type { Group } from "@loa/protocol/http/groups";
import type { Target } from "@loa/protocol/http/schedules";
import type { Station } from "@loa/protocol/http/stations";
import { outranks, type Priority } from "@loa/protocol/priority";
import { coverOf, type Tree } from "./targets.ts";

/** What the tree shows: areas and stations. */
export const isPlain = (target: AlertTarget): target is Target => "areaId" in target || "stationId" in target;

/** Ids of the stations that targets reach; what groups draw on the map is the hub's to know. */
export function reachedBy(
  targets: readonly AlertTarget[],
  tree: Tree,
  groups: readonly Group[],
): ReadonlySet<string> {
  const plain = targets.flatMap((target): readonly AlertTarget[] =>
    "groupId" in target ? (groups.find(({ id }) => id === target.groupId)?.targets ?? []) : [target],
  );
  return coverOf(tree, plain.filter(isPlain)).stations;
}

/** What speaking to stations would do to what sounds there. */
export interface Interruption {
  /** Broadcasts that would be interrupted, with how many of the stations. */
  readonly silenced: readonly { readonly title: string | null; readonly stations: number }[];
  /** Stations with something more important, where speech would not be heard yet. */
  readonly kept: number;
  /** Stations that are not connected. */
  readonly away: number;
}

/** Judges by what is on air now at the stations. */
export function interruptionOf(
  stations: readonly Station[],
  broadcast: (id: string) => Pick<Broadcast, "title"> | undefined,
  own: Priority,
): Interruption {
  const silenced = new Map<string, { title: string | null; stations: number }>();
  let [kept, away] = [0, 0];
  for (const { onAir, status } of stations) {
    if (status === "offline" || status === "registered") away += 1;
    if (onAir === null) continue;
    if (!outranks(own, onAir.priority)) kept += 1;
    else {
      const id = onAir.broadcastId ?? "";
      const entry = silenced.get(id) ?? { title: broadcast(id)?.title ?? null, stations: 0 };
      silenced.set(id, { ...entry, stations: entry.stations + 1 });
    }
  }
  return { silenced: [...silenced.values()], kept, away };
}

/** A place, degrees. */
export interface Place {
  readonly lat: number;
  readonly lon: number;
}

/** Within this of a horn the microphone hears it. */
export const NEAR_METRES = 150;
const METRES_A_DEGREE = 111_195;

/** Stations within 150 m of a place, nearest first. The earth is flat over such distances. */
export function stationsNear(
  place: Place,
  stations: readonly Station[],
): { station: Station; metres: number }[] {
  const east = Math.cos((place.lat * Math.PI) / 180);
  return stations
    .flatMap((station) => {
      if (station.lat === null || station.lon === null) return [];
      const metres = METRES_A_DEGREE * Math.hypot(station.lat - place.lat, (station.lon - place.lon) * east);
      return metres <= NEAR_METRES ? [{ station, metres }] : [];
    })
    .sort((a, b) => a.metres - b.metres);
}
