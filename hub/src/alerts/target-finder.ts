import { LoaError } from "@loa/kernel/errors";
import type { AlertTarget } from "@loa/protocol/http/alerts";
import type { GroupMember } from "@loa/protocol/http/groups";
import type { Target } from "@loa/protocol/http/schedules";
import type { StationId } from "@loa/protocol/identity";
import { covers } from "../core/access.ts";
import { type PlacedStation, placedStations, stationsIn } from "../core/cap-area.ts";
import type { Territory } from "../core/targets.ts";
import type { Actor } from "../ports.ts";
import type { GroupRecord } from "../store/repositories/target-groups.ts";

/** What finding stations needs. */
export interface TargetFinderParts {
  readonly territory: () => Territory;
  readonly group: (id: string) => Promise<GroupRecord | null>;
}

/** Makes what people point at on a map, or saved under a name, into areas and stations. */
export class TargetFinder {
  readonly #parts: TargetFinderParts;

  constructor(parts: TargetFinderParts) {
    this.#parts = parts;
  }

  /**
   * Shapes reach no further than the actor's area; areas and stations stay as they are named.
   * @throws NOT_FOUND there is no such group in sight · NO_TARGETS a shape holds no station
   */
  async of(actor: Actor, targets: readonly AlertTarget[]): Promise<Target[]> {
    const found = await Promise.all(targets.map((target) => this.#one(actor, target)));
    return found.flat();
  }

  async #one(actor: Actor, target: AlertTarget): Promise<Target[]> {
    if (!("groupId" in target)) return this.shapes(actor, [target]);
    const group = await this.#parts.group(target.groupId);
    const path = group && this.#parts.territory().path(group.areaId);
    if (!group || !path || !covers(actor, path))
      throw new LoaError("NOT_FOUND", `there is no group ${target.groupId} in your area`, { ...target });
    return this.shapes(actor, group.targets);
  }

  /** The same without groups. @throws NO_TARGETS */
  shapes(actor: Actor, targets: readonly GroupMember[]): Target[] {
    const territory = this.#parts.territory();
    let placed: PlacedStation[] | null = null;
    return targets.flatMap((target): Target[] => {
      if ("areaId" in target || "stationId" in target) return [target];
      placed ??= placedStations(territory).filter(({ areas }) => covers(actor, areas));
      const inside = stationsWithin(target, placed);
      if (inside.length === 0)
        throw new LoaError("NO_TARGETS", "no station of your area stands within the shape");
      return inside.map((stationId) => ({ stationId }));
    });
  }
}

function stationsWithin(
  shape: Exclude<GroupMember, Target>,
  stations: readonly PlacedStation[],
): StationId[] {
  const shapes = "circle" in shape ? { circles: [shape.circle] } : { polygons: [closed(shape.polygon)] };
  const nowhere = { areaDesc: "", polygons: [], circles: [], geocodes: [], altitude: null, ceiling: null };
  return stationsIn({ ...nowhere, ...shapes }, stations, []);
}

/** A ring whose last point is its first. */
const closed = <Point>(points: readonly Point[]): Point[] => [...points, ...points.slice(0, 1)];
