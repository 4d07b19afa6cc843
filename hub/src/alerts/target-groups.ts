import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { CreateGroup, Group, GroupMember, UpdateGroup } from "@loa/protocol/http/groups";
import { covers } from "../core/access.ts";
import type { Territory } from "../core/targets.ts";
import type { Actor, Audit } from "../ports.ts";
import type { Database } from "../store/database.ts";
import { type GroupRecord, targetGroups } from "../store/repositories/target-groups.ts";
import type { AlertRights } from "./alert-rights.ts";
import type { TargetFinder } from "./target-finder.ts";

/** What groups live on. */
export interface GroupParts {
  readonly clock: Clock;
  readonly database: Database;
  readonly audit: Audit;
  readonly rights: AlertRights;
  readonly finder: TargetFinder;
  readonly territory: () => Territory;
}

/** Targets under a name. Whoever may send alerts to all of them may change them; those of the area and above use them. */
export class TargetGroups {
  readonly #parts: GroupParts;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  /** Those that lie in the actor's area, by name. */
  async list(actor: Actor): Promise<Group[]> {
    const found = await targetGroups.all(this.#parts.database);
    return found
      .filter((group) => this.#sees(actor, group))
      .sort((a, b) => a.name.localeCompare(b.name, "vi"))
      .map((group) => this.#shown(actor, group));
  }

  /** @throws NO_TARGETS · NOT_FOUND · FORBIDDEN · SECOND_FACTOR_NEEDED */
  async create(actor: Actor, { name, targets }: CreateGroup): Promise<Group> {
    const areaId = await this.#areaOf(actor, targets);
    const now = this.#parts.clock.now();
    return this.#keep(actor, "create", { id: newId("grp", now), name, areaId, targets, updatedAt: now });
  }

  /** @throws as creating */
  async change(actor: Actor, id: string, body: UpdateGroup): Promise<Group> {
    const found = await this.#own(actor, id);
    const { name = found.name, targets = found.targets } = body;
    const areaId = await this.#areaOf(actor, targets);
    return this.#keep(actor, "change", { id, name, areaId, targets, updatedAt: this.#parts.clock.now() });
  }

  /** @throws NOT_FOUND · FORBIDDEN */
  async remove(actor: Actor, id: string): Promise<void> {
    const { database, audit } = this.#parts;
    const group = await this.#own(actor, id);
    await database.transaction().execute(async (transaction) => {
      await targetGroups.remove(transaction, id);
      await audit.recordIn(transaction, entry(actor, "remove", group));
    });
  }

  async #keep(actor: Actor, what: string, group: GroupRecord): Promise<Group> {
    const { database, audit } = this.#parts;
    await database.transaction().execute(async (transaction) => {
      await targetGroups.save(transaction, group);
      await audit.recordIn(transaction, entry(actor, what, group));
    });
    return this.#shown(actor, group);
  }

  /** The deepest area that holds all that the targets reach. */
  async #areaOf(actor: Actor, targets: readonly GroupMember[]): Promise<string> {
    const { finder, rights, territory } = this.#parts;
    const plain = finder.shapes(actor, targets);
    await rights.demandTargets(actor, plain);
    const reach = territory().reach(plain);
    return territory().commonArea(reach.keys()) ?? actor.areaId;
  }

  async #own(actor: Actor, id: string): Promise<GroupRecord> {
    const found = await targetGroups.find(this.#parts.database, id);
    if (!found || !this.#sees(actor, found))
      throw new LoaError("NOT_FOUND", `there is no group ${id} in your area`, { id });
    await this.#parts.rights.demandTargets(actor, [{ areaId: found.areaId }]);
    return found;
  }

  #sees(actor: Actor, { areaId }: GroupRecord): boolean {
    return covers(actor, this.#parts.territory().path(areaId));
  }

  #shown(actor: Actor, { id, name, areaId, targets, updatedAt }: GroupRecord): Group {
    return { id, name, areaId, targets: [...targets], stations: this.#count(actor, targets), updatedAt };
  }

  /** Stations may have gone since it was saved. */
  #count(actor: Actor, targets: readonly GroupMember[]): number {
    const { finder, territory } = this.#parts;
    const plain = targets.flatMap((target) => {
      try {
        return finder.shapes(actor, [target]);
      } catch {
        return [];
      }
    });
    return territory().reachNow(plain).size;
  }
}

const entry = (actor: Actor, what: string, { id, name, areaId }: GroupRecord) => ({
  ...{ actor: actor.userId, action: `group.${what}`, subject: id, detail: { name, areaId } },
});
