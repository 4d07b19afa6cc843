import type { Area } from "@loa/protocol/http/areas";
import type { Schedule } from "@loa/protocol/http/schedules";
import type { Station } from "@loa/protocol/http/stations";
import { areaAndBelow } from "./area-rows.ts";

/** What the desk knows when somebody wants to move something. */
export interface Desk {
  readonly areas: readonly Area[];
  readonly stations: readonly Station[];
  readonly schedules: readonly Schedule[];
}

/** What a move does: who follows, which schedules follow, stop sounding there, or begin to. */
export interface Relocation {
  readonly stations: number;
  readonly areas: number;
  readonly following: readonly string[];
  readonly lost: readonly string[];
  readonly gained: readonly string[];
  /** The area whose time envelope will hold, when it is another one than now. */
  readonly envelopeFrom: Area | null;
}

const pathOf = (areas: readonly Area[], id: string | null): readonly string[] =>
  areas.find((area) => area.id === id)?.path ?? [];

/** The nearest area at or above `id` with an envelope of its own. */
export function envelopeOwner(areas: readonly Area[], id: string | null): Area | null {
  const byId = new Map(areas.map((area) => [area.id, area]));
  for (const above of [...pathOf(areas, id)].reverse()) {
    const area = byId.get(above);
    if (area && area.envelope !== null) return area;
  }
  return null;
}

const titlesAt = (schedules: readonly Schedule[], at: (target: Schedule["targets"][number]) => boolean) =>
  schedules.filter(({ targets }) => targets.some(at)).map(({ title }) => title);

function relocated(
  desk: Desk,
  moved: { stations: ReadonlySet<string>; areas: ReadonlySet<string>; ownEnvelope: boolean },
  from: string | null,
  to: string,
): Relocation {
  const before = pathOf(desk.areas, from);
  const after = pathOf(desk.areas, to);
  const reaches = (ids: readonly string[]) => (target: Schedule["targets"][number]) =>
    "areaId" in target && ids.includes(target.areaId);
  const owner = envelopeOwner(desk.areas, to);
  const another = !moved.ownEnvelope && envelopeOwner(desk.areas, from)?.id !== owner?.id;
  return {
    stations: moved.stations.size,
    areas: moved.areas.size,
    following: titlesAt(desk.schedules, (target) =>
      "areaId" in target ? moved.areas.has(target.areaId) : moved.stations.has(target.stationId),
    ),
    lost: titlesAt(desk.schedules, reaches(before.filter((id) => !after.includes(id)))),
    gained: titlesAt(desk.schedules, reaches(after.filter((id) => !before.includes(id)))),
    envelopeFrom: another ? owner : null,
  };
}

/** What happens when an area goes below another parent, with all below it. */
export function areaRelocation(desk: Desk, areaId: string, to: string): Relocation {
  const areas = areaAndBelow(desk.areas, areaId);
  const stations = desk.stations.filter((station) => areas.has(station.areaId)).map(({ id }) => id);
  const area = desk.areas.find(({ id }) => id === areaId);
  const moved = { areas, stations: new Set(stations), ownEnvelope: area?.envelope != null };
  return relocated(desk, moved, area?.parentId ?? null, to);
}

/** What happens when a station goes to another area. */
export function stationRelocation(desk: Desk, station: Station, to: string): Relocation {
  const moved = { areas: new Set<string>(), stations: new Set([station.id]), ownEnvelope: false };
  return relocated(desk, moved, station.areaId, to);
}
