import { LoaError } from "@loa/kernel/errors";
import type { Target } from "@loa/protocol/http/schedules";
import type { StationId } from "@loa/protocol/identity";
import { covers, demand, RIGHTS } from "../core/access.ts";
import type { AlertRecord } from "../core/alert.ts";
import type { Territory } from "../core/targets.ts";
import type { Actor, Registry } from "../ports.ts";
import type { Database } from "../store/database.ts";
import type { AlertHead } from "../store/repositories/line-alerts.ts";
import { users } from "../store/repositories/users.ts";

/** What judging who may send needs. */
export interface AlertRightParts {
  readonly database: Database;
  readonly territory: () => Territory;
  readonly registry: Pick<Registry, "announcement">;
  /** Whoever sends needs a second factor. */
  readonly secondFactor: boolean;
}

/** Who may send alerts where, and who sees them. */
export class AlertRights {
  readonly #parts: AlertRightParts;

  constructor(parts: AlertRightParts) {
    this.#parts = parts;
  }

  /** @throws NOT_FOUND a target is out of sight · FORBIDDEN · SECOND_FACTOR_NEEDED */
  async demandTargets(actor: Actor, targets: readonly Target[]): Promise<void> {
    const territory = this.#parts.territory();
    for (const target of targets) {
      const path = "areaId" in target ? territory.path(target.areaId) : territory.pathOf(target.stationId);
      demand(actor, "alert.send", path);
    }
    await this.#demandFactor(actor);
  }

  /**
   * For what is done to an alert that was made: it must lie in the actor's area with all its stations.
   * @throws as above · CONFLICT the alarm button of a pole made it, and only there it is ended
   */
  async demandWhole(actor: Actor, { id, reach, origin }: AlertRecord): Promise<void> {
    this.#demandStations(
      actor,
      reach.map(({ stationId }) => stationId),
    );
    if (origin === "button")
      throw new LoaError("CONFLICT", "an alarm of the button is ended at the pole, not from here", { id });
    await this.#demandFactor(actor);
  }

  /** For what is to reach stations later: all of them must lie in the actor's area. @throws FORBIDDEN · SECOND_FACTOR_NEEDED */
  async demandAll(actor: Actor, stations: readonly StationId[]): Promise<void> {
    this.#demandStations(actor, stations);
    await this.#demandFactor(actor);
  }

  #demandStations(actor: Actor, stations: readonly StationId[]): void {
    if (!RIGHTS[actor.role].has("alert.send"))
      throw new LoaError("FORBIDDEN", `the role ${actor.role} does not allow this`, { action: "alert.send" });
    const territory = this.#parts.territory();
    const paths = stations.map((id) => territory.pathOf(id));
    if (paths.some((path) => path.length > 0 && !covers(actor, path)))
      throw new LoaError("FORBIDDEN", "the alert reaches beyond your area");
  }

  /** Of the actor's area, of one above it or of one below it; null: none is asked for. @throws NOT_FOUND */
  async demandAnnouncement(actor: Actor, id: string | null): Promise<void> {
    const found = id === null ? null : await this.#parts.registry.announcement(id);
    if (id === null) return;
    const territory = this.#parts.territory();
    const shared = found && territory.path(actor.areaId).includes(found.areaId);
    if (!found || !(shared || covers(actor, territory.path(found.areaId))))
      throw new LoaError("NOT_FOUND", `there is no announcement ${id} in your area`, { id });
  }

  sees(actor: Actor, { createdBy, reach }: AlertRecord): boolean {
    return this.seesHead(actor, { createdBy: createdBy.id, reach });
  }

  /** Whoever made it sees it, and whoever looks after one of its stations now. */
  seesHead(actor: Actor, { createdBy, reach }: AlertHead): boolean {
    const territory = this.#parts.territory();
    return (
      RIGHTS[actor.role].has("alert.read") &&
      (createdBy === actor.userId ||
        reach.some(({ stationId }) => covers(actor, territory.pathOf(stationId))))
    );
  }

  async #demandFactor(actor: Actor): Promise<void> {
    if (!this.#parts.secondFactor) return;
    const account = await users.find(this.#parts.database, actor.userId);
    if (!account?.totp)
      throw new LoaError("SECOND_FACTOR_NEEDED", "whoever sends alerts here needs a second factor");
  }
}
