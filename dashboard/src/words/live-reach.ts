import { type GeoPoint, kilometres } from "@loa/kernel/geography";
import type { Broadcast } from "@loa/protocol/http/broadcasts";
import type { Station } from "@loa/protocol/http/stations";
import { outranks, type Priority } from "@loa/protocol/priority";

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

/** Within this of a horn the microphone hears it. */
export const NEAR_METRES = 150;

/** Stations within 150 m of a place, nearest first. */
export function stationsNear(
  place: GeoPoint,
  stations: readonly Station[],
): { station: Station; metres: number }[] {
  return stations
    .flatMap((station) => {
      if (station.lat === null || station.lon === null) return [];
      const metres = 1_000 * kilometres(place, { lat: station.lat, lon: station.lon });
      return metres <= NEAR_METRES ? [{ station, metres }] : [];
    })
    .sort((a, b) => a.metres - b.metres);
}
