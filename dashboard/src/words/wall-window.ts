import type { WallGroup } from "./wall.ts";

/** Heights of the wall's parts, CSS pixels; `row` with its gap. */
export interface WallSizes {
  readonly head: number;
  readonly row: number;
  readonly columns: number;
}

/** A group with where it stands on the wall, CSS pixels from the wall's top. */
export interface Placed {
  readonly group: WallGroup;
  readonly top: number;
  readonly height: number;
}

/** The part of a group that is drawn: its first tile's row and the stations from there. */
export interface Drawn extends Placed {
  readonly firstRow: number;
  readonly stationIds: readonly string[];
}

/** Where every group stands; a folded one is its heading only. */
export function placeGroups(
  groups: readonly WallGroup[],
  folded: ReadonlySet<string>,
  { head, row, columns }: WallSizes,
): Placed[] {
  let top = 0;
  return groups.map((group) => {
    const rows = folded.has(group.area.id) ? 0 : Math.ceil(group.stationIds.length / columns);
    const placed = { group, top, height: head + rows * row };
    top += placed.height;
    return placed;
  });
}

/** What lies between two heights of the wall; of a group only the rows that do. */
export function drawnBetween(
  placed: readonly Placed[],
  from: number,
  to: number,
  { head, row, columns }: WallSizes,
): Drawn[] {
  const drawn: Drawn[] = [];
  for (let i = firstBelow(placed, from); i < placed.length; i++) {
    const one = placed[i] as Placed;
    if (one.top >= to) break;
    const rows = Math.round((one.height - head) / row);
    const inside = one.top + head;
    const firstRow = Math.min(rows, Math.max(0, Math.floor((from - inside) / row)));
    const lastRow = Math.min(rows, Math.max(0, Math.ceil((to - inside) / row)));
    const stationIds = one.group.stationIds.slice(firstRow * columns, lastRow * columns);
    drawn.push({ ...one, firstRow, stationIds });
  }
  return drawn;
}

/** Index of the first group that ends below `from`. */
function firstBelow(placed: readonly Placed[], from: number): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = placed[middle] as Placed;
    if (one.top + one.height > from) high = middle;
    else low = middle + 1;
  }
  return low;
}
