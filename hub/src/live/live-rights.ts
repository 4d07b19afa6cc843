import type { UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Target } from "@loa/protocol/http/schedules";
import type { StationId } from "@loa/protocol/identity";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { covers, demand, RIGHTS } from "../core/access.ts";
import { hoursOf, isOpen } from "../core/envelope.ts";
import type { LiveRecord } from "../core/live.ts";
import type { Reach, Territory } from "../core/targets.ts";
import type { Actor } from "../ports.ts";
import type { Database } from "../store/database.ts";
import { users } from "../store/repositories/users.ts";

/** As many as a commune has, and some more. */
const FEW_STATIONS = 200;

/** What judging who may speak needs. */
export interface LiveRightParts {
  readonly database: Database;
  readonly territory: () => Territory;
  readonly defaultEnvelope: TimeEnvelope;
}

/** Who may speak where and when, who may end it, and who sees it. */
export class LiveRights {
  readonly #parts: LiveRightParts;

  constructor(parts: LiveRightParts) {
    this.#parts = parts;
  }

  /** @throws NOT_FOUND a target is out of sight · FORBIDDEN */
  demandTargets(actor: Actor, targets: readonly Target[]): void {
    const territory = this.#parts.territory();
    for (const target of targets) {
      const path = "areaId" in target ? territory.path(target.areaId) : territory.pathOf(target.stationId);
      demand(actor, "live.speak", path);
    }
  }

  /** Stations judge for themselves; this spares people speaking to nobody. @throws OUTSIDE_ENVELOPE */
  demandHours(reach: Reach, now: UnixMs): void {
    const territory = this.#parts.territory();
    const open = [...territory.areasOf(reach.keys())].some((id) => {
      const area = territory.areas.get(id);
      const envelope = territory.envelope(id, this.#parts.defaultEnvelope);
      if (!area || envelope.maxMinutesPerDay <= 0) return false;
      return isOpen(hoursOf(envelope, area.timeZone, now, now + 1), { start: now, end: now + 1 });
    });
    if (!open) throw new LoaError("OUTSIDE_ENVELOPE", "none of these stations may sound at this time");
  }

  /** The stations whose speech the actor sees where they are few: speech to them is looked up, not looked for among all. Else null. */
  seenBy({ areaId }: Actor): readonly StationId[] | null {
    const below = this.#parts.territory().below(areaId);
    return below.length <= FEW_STATIONS ? below : null;
  }

  sees(actor: Actor, { reach, by }: LiveRecord): boolean {
    const territory = this.#parts.territory();
    return (
      by.id === actor.userId ||
      (RIGHTS[actor.role].has("live.read") &&
        reach.some(({ stationId }) => covers(actor, territory.pathOf(stationId))))
    );
  }

  /** Whoever speaks may end it, and those who may silence all of its stations. @throws FORBIDDEN */
  demandEnd(actor: Actor, record: LiveRecord): void {
    if (record.by.id === actor.userId) return;
    const action = record.alertId === null ? "broadcast.stop" : "alert.send";
    const territory = this.#parts.territory();
    const paths = record.reach.map(({ stationId }) => territory.pathOf(stationId));
    if (RIGHTS[actor.role].has(action) && paths.every((path) => path.length === 0 || covers(actor, path)))
      return;
    throw new LoaError("FORBIDDEN", "it is not yours to end; stop your own area instead", { action });
  }

  /** @throws FORBIDDEN */
  demandTranscript(actor: Actor): void {
    if (!RIGHTS[actor.role].has("live.speak"))
      throw new LoaError("FORBIDDEN", `the role ${actor.role} does not allow this`, { action: "live.speak" });
  }

  /** Whether the account still has what it had when it began to speak; a store that does not answer ends nobody's speech. */
  async stands({ userId, role, areaId }: Actor): Promise<boolean> {
    const account = await users.find(this.#parts.database, userId).catch(() => null);
    if (account === null) return true;
    return !account.disabled && account.role === role && account.areaId === areaId;
  }
}
