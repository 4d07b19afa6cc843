import { LoaError } from "@loa/kernel/errors";
import type { AreaId } from "@loa/protocol/identity";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import type { AreaRecord } from "../ports.ts";

const byName = new Intl.Collator("vi");

/** The administrative tree, of any depth. A value: made anew when an area changes. */
export class AreaTree {
  readonly areas: readonly AreaRecord[];
  readonly #byId: ReadonlyMap<AreaId, AreaRecord>;
  readonly #paths = new Map<AreaId, readonly AreaId[]>();

  /** Puts parents before children, siblings by name. */
  constructor(areas: readonly AreaRecord[]) {
    this.#byId = new Map(areas.map((area) => [area.id, area]));
    const children = Map.groupBy(areas, (area) => area.parentId);
    const sorted: AreaRecord[] = [];
    const visit = (parentId: AreaId | null, path: readonly AreaId[]) => {
      for (const area of (children.get(parentId) ?? []).toSorted((a, b) => byName.compare(a.name, b.name))) {
        sorted.push(area);
        this.#paths.set(area.id, [...path, area.id]);
        visit(area.id, [...path, area.id]);
      }
    };
    visit(null, []);
    this.areas = sorted;
  }

  /** Root first, `id` last. @throws NOT_FOUND */
  path(id: AreaId): readonly AreaId[] {
    const path = this.#paths.get(id);
    if (!path) throw new LoaError("NOT_FOUND", `there is no area ${id}`, { areaId: id });
    return path;
  }

  find(id: AreaId): AreaRecord | undefined {
    return this.#byId.get(id);
  }

  /** The envelope in force in an area: its own, or the nearest above it; null where none has one. */
  envelope(id: AreaId | null): TimeEnvelope | null {
    if (id === null) return null;
    const owner = this.path(id).findLast((one) => this.find(one)?.envelope != null);
    return owner === undefined ? null : this.#byId.get(owner)!.envelope;
  }

  /** `id` and all below it, parents first. */
  below(id: AreaId): readonly AreaId[] {
    return this.areas.filter((area) => this.within(area.id, id)).map((area) => area.id);
  }

  /** Whether `id` is `above` or lies below it; false for unknown areas. */
  within(id: AreaId, above: AreaId): boolean {
    return this.#paths.get(id)?.includes(above) ?? false;
  }
}
