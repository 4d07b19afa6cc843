import type { Area } from "@loa/protocol/http/areas";
import { folded } from "./folded.ts";

/** One visible line of the area tree. `position` and `siblings` are what a screen reader counts. */
export interface AreaRow {
  readonly area: Area;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  /** Null when nothing lies below. */
  readonly open: boolean | null;
}

/** Names as people sort them: xã 2 before xã 10. */
const byName = new Intl.Collator("vi", { numeric: true });

/** Areas by their parent, sorted by name; those whose parent is out of sight are under null. */
export function childrenOf(areas: readonly Area[]): ReadonlyMap<string | null, readonly Area[]> {
  const known = new Set(areas.map(({ id }) => id));
  const children = new Map<string | null, Area[]>();
  for (const area of areas) {
    const parent = area.parentId !== null && known.has(area.parentId) ? area.parentId : null;
    const list = children.get(parent);
    if (list) list.push(area);
    else children.set(parent, [area]);
  }
  for (const list of children.values()) list.sort((a, b) => byName.compare(a.name, b.name));
  return children;
}

/** Areas that match the words or lie above one that does; all of them for no words. */
export function matchingAreas(areas: readonly Area[], words: string): ReadonlySet<string> {
  const wanted = folded(words);
  const hits = areas.filter(({ id, name }) => folded(name).includes(wanted) || id.includes(wanted));
  return new Set(hits.flatMap(({ path }) => path));
}

/** The lines of the tree from top to bottom. While words are sought, every branch with a hit stands open. */
export function areaRows(areas: readonly Area[], opened: ReadonlySet<string>, words = ""): AreaRow[] {
  const children = childrenOf(areas);
  const kept = words.trim() === "" ? null : matchingAreas(areas, words);
  const rows: AreaRow[] = [];
  const walk = (parent: string | null, level: number) => {
    const list = (children.get(parent) ?? []).filter(({ id }) => kept === null || kept.has(id));
    list.forEach((area, i) => {
      const below = (children.get(area.id) ?? []).filter(({ id }) => kept === null || kept.has(id));
      const open = below.length === 0 ? null : kept !== null || opened.has(area.id);
      rows.push({ area, level, position: i + 1, siblings: list.length, open });
      if (open) walk(area.id, level + 1);
    });
  };
  walk(null, 1);
  return rows;
}

/** Ids of an area and of everything below it. */
export const areaAndBelow = (areas: readonly Area[], id: string): ReadonlySet<string> =>
  new Set(areas.filter(({ path }) => path.includes(id)).map((area) => area.id));
