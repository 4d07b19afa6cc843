import type { CreateStation, PatchStation, Station } from "@loa/protocol/http/stations";
import type { Zone } from "@loa/protocol/identity";
import { coordinatesText, readCoordinates } from "./coordinates.ts";

/** A station while its form is filled in. `place` is text as pasted. */
export interface StationDraft {
  readonly id: string;
  readonly name: string;
  readonly areaId: string;
  readonly place: string;
  readonly zones: readonly Zone[];
}

/** What keeps the form from being sent; keys below `station.wrong.`. */
export type Wrong = "name" | "id" | "idTaken" | "area" | "place" | "zones";

export const MOST_ZONES = 8;
const ID = /^[a-z0-9][a-z0-9-]{6,30}[a-z0-9]$/;

/** One speaker line with four horns: what most poles carry. `name` is its first name. */
export const firstZone = (name: string): Zone => ({ id: "z1", name, horns: 4 });

/** A stored station as a draft. */
export const stationDraft = ({ id, name, areaId, zones, lat, lon }: Station): StationDraft => ({
  id,
  name,
  areaId,
  zones,
  place: lat === null || lon === null ? "" : coordinatesText({ lat, lon }),
});

/** Adds a line under the first id that is free. */
export function withZone(zones: readonly Zone[], name: (n: number) => string): Zone[] {
  const taken = new Set(zones.map(({ id }) => id));
  let n = 1;
  while (taken.has(`z${n}`)) n++;
  return [...zones, { id: `z${n}`, name: name(n), horns: 2 }];
}

/** All that is wrong with the draft. `taken`: ids of other stations. */
export function wrongIn(draft: StationDraft, taken: ReadonlySet<string>): Wrong[] {
  const { id, name, areaId, place, zones } = draft;
  const zonesWrong =
    zones.length === 0 ||
    zones.some(
      ({ name: zone, horns }) => zone.trim() === "" || !Number.isInteger(horns) || horns < 0 || horns > 64,
    );
  const checks: [Wrong, boolean][] = [
    ["name", name.trim() === ""],
    ["area", areaId === ""],
    ["id", !ID.test(id)],
    ["idTaken", taken.has(id)],
    ["place", place.trim() !== "" && readCoordinates(place) === null],
    ["zones", zonesWrong],
  ];
  return checks.flatMap(([wrong, is]) => (is ? [wrong] : []));
}

const trimmed = (zones: readonly Zone[]): Zone[] =>
  zones.map((zone) => ({ ...zone, name: zone.name.trim() }));

/** The draft as the hub takes a new station. */
export function toCreate({ id, name, areaId, place, zones }: StationDraft): CreateStation {
  return { id, name: name.trim(), areaId, zones: trimmed(zones), ...readCoordinates(place) };
}

/** Only what the draft changes of a stored station; null when it changes nothing. */
export function toPatch(draft: StationDraft, stored: Station): PatchStation | null {
  const place = readCoordinates(draft.place);
  const before = stationDraft(stored);
  const patch: PatchStation = {
    ...(draft.name.trim() !== stored.name && { name: draft.name.trim() }),
    ...(JSON.stringify(trimmed(draft.zones)) !== JSON.stringify(stored.zones) && {
      zones: trimmed(draft.zones),
    }),
    ...(draft.place.trim() !== before.place && { lat: place?.lat ?? null, lon: place?.lon ?? null }),
  };
  return Object.keys(patch).length === 0 ? null : patch;
}

/** What has to be sent to make a patch undone. */
export const reverted = (patch: PatchStation, { name, zones, lat, lon }: Station): PatchStation => ({
  ...(patch.name !== undefined && { name }),
  ...(patch.zones !== undefined && { zones }),
  ...(patch.lat !== undefined && { lat, lon }),
});
