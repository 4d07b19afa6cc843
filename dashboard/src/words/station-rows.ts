import type { Area } from "@loa/protocol/http/areas";
import type { Station, StationStatus } from "@loa/protocol/http/stations";
import { folded } from "./folded.ts";

/** Which stations the list shows. Empty words and ids leave all. */
export interface StationFilter {
  readonly words: string;
  readonly areaId: string;
  readonly status: StationStatus | "";
}

/** Names as people sort them: xóm 2 before xóm 10. */
const byName = new Intl.Collator("vi", { numeric: true });

/** Stations that match, by area in the order of the tree, then by name. */
export function stationRows(
  areas: readonly Area[],
  stations: readonly Station[],
  { words, areaId, status }: StationFilter,
): Station[] {
  const order = new Map(areas.map(({ id }, i) => [id, i]));
  const within = new Set(
    areas.filter(({ path }) => areaId === "" || path.includes(areaId)).map(({ id }) => id),
  );
  const wanted = folded(words);
  return stations
    .filter(
      (station) =>
        within.has(station.areaId) &&
        (status === "" || station.status === status) &&
        (wanted === "" || station.id.includes(wanted) || folded(station.name).includes(wanted)),
    )
    .sort(
      (a, b) => (order.get(a.areaId) ?? 0) - (order.get(b.areaId) ?? 0) || byName.compare(a.name, b.name),
    );
}

/** One page of a list. `page` counts from 0 and is brought into the list when it lies beyond. */
export function pageOf<T>(
  rows: readonly T[],
  page: number,
  size: number,
): { rows: readonly T[]; page: number; from: number } {
  const last = Math.max(0, Math.ceil(rows.length / size) - 1);
  const shown = Math.min(Math.max(0, page), last);
  return { rows: rows.slice(shown * size, (shown + 1) * size), page: shown, from: shown * size };
}
