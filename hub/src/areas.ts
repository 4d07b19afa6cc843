import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { Area, AreaEvent, CreateArea, MergeArea, PatchArea } from "@loa/protocol/http/areas";
import type { AreaId } from "@loa/protocol/identity";
import { reversedWindows, type TimeEnvelope } from "@loa/protocol/time-envelope";
import { demand } from "./core/access.ts";
import { EnvelopeProposals } from "./envelope-proposals.ts";
import type { EventFeed } from "./http/events.ts";
import type { Actor, AreaRecord } from "./ports.ts";
import { absorb } from "./store/area-merge.ts";
import type { ChainedAudit } from "./store/audit.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { areas as rows } from "./store/repositories/areas.ts";
import { goneAreas } from "./store/repositories/gone-areas.ts";
import { doer, history, type Turn } from "./store/repositories/history.ts";

type Kind = AreaEvent["kind"];

/** What areas live on. */
export interface AreaNeeds {
  readonly clock: Clock;
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly events: EventFeed;
  readonly audit: ChainedAudit;
  readonly log: Logger;
  /** Zone of new areas whose parent gives none. */
  readonly timeZone: string;
}

/** The life of areas: made, renamed, moved, merged, removed. Each step is stored with its history and its audit entry. */
export class Areas {
  readonly #needs: AreaNeeds;
  readonly #proposals: EnvelopeProposals;

  constructor(needs: AreaNeeds) {
    this.#needs = needs;
    this.#proposals = new EnvelopeProposals({ ...needs, effective: (id) => this.#told(id) });
  }

  /** Lets wider hours hold whose time came while the hub was down, and waits for those to come. */
  start(): Promise<void> {
    return this.#proposals.start();
  }

  stop(): Promise<void> {
    return this.#proposals.stop();
  }

  /** The tree within the actor's area, parents first. */
  list(actor: Actor): Area[] {
    const { tree } = this.#needs.registry;
    const counts = this.#counts();
    return tree.areas
      .filter(({ id }) => tree.within(id, actor.areaId))
      .map((area) => this.#view(area, counts));
  }

  /** @throws NOT_FOUND */
  get(actor: Actor, id: AreaId): Area {
    const { tree } = this.#needs.registry;
    demand(actor, "area.read", tree.path(id));
    return this.#view(this.#found(id), this.#counts());
  }

  /** @throws CONFLICT the id is taken, or was once · NOT_FOUND · TIME_ZONE_INVALID · BAD_REQUEST an envelope that never opens */
  async create(actor: Actor, body: CreateArea): Promise<Area> {
    const { registry, audit } = this.#needs;
    const { id, name, parentId, timeZone, envelope = null } = body;
    checkEnvelope(envelope);
    demand(actor, "area.manage", parentId === null ? [actor.areaId] : registry.tree.path(parentId));
    const parent = parentId === null ? null : this.#found(parentId);
    const zone = timeZone ?? parent?.timeZone ?? this.#needs.timeZone;
    checkZone(zone);
    const area = { id, name, parentId, timeZone: zone, envelope: null, revision: 1 };
    await registry.addArea(area, async (transaction) => {
      if (envelope !== null) {
        const now = await this.#proposals.judge(transaction, actor, area, envelope);
        await rows.update(transaction, { ...area, envelope: now });
      }
      await this.#note(transaction, id, actor, "created", undefined, name);
      const detail = { name, parentId };
      await audit.recordIn(transaction, { actor: actor.userId, action: "area.create", subject: id, detail });
    });
    await this.#proposals.follow();
    return this.#told(id);
  }

  /** Renames, moves, gives another envelope; a wider one waits for a second person. @throws AREA_CYCLE · NOT_FOUND · BAD_REQUEST */
  async change(actor: Actor, id: AreaId, patch: PatchArea): Promise<Area> {
    const { registry, audit, events } = this.#needs;
    demand(actor, "area.manage", registry.tree.path(id));
    checkEnvelope(patch.envelope);
    if (patch.parentId !== undefined) demand(actor, "area.manage", registry.tree.path(patch.parentId));
    const pathBefore = registry.tree.path(id);
    await registry.edit(async (transaction) => {
      const { envelope: wished, ...rest } = patch;
      const before = this.#found(id);
      const area = { ...before, ...rest };
      if (area.parentId !== before.parentId) await this.#move(transaction, actor, before, area.parentId!);
      const detail: PatchArea = { ...rest };
      if (wished !== undefined) {
        area.envelope = await this.#proposals.judge(transaction, actor, area, wished);
        if (area.envelope === wished) detail.envelope = wished;
        else if (Object.keys(rest).length === 0) return null;
      }
      await rows.update(transaction, { ...area, revision: this.#revisionAfter(before, area) });
      if (area.name !== before.name)
        await this.#note(transaction, id, actor, "renamed", before.name, area.name);
      await audit.recordIn(transaction, { actor: actor.userId, action: "area.change", subject: id, detail });
      return { kind: "area", id };
    });
    await this.#proposals.follow();
    if (registry.tree.path(id).join() !== pathBefore.join())
      events.publish({ kind: "reset" }, [...pathBefore.filter((one) => one !== id), id]);
    return this.#told(id);
  }

  /** Confirms the wider hours that somebody else proposed: they hold in 24 h. @throws SAME_PERSON · CONFLICT · NOT_FOUND */
  confirmEnvelope(actor: Actor, id: AreaId): Promise<Area> {
    return this.#decide(actor, id, (transaction) => this.#proposals.confirm(transaction, actor, id));
  }

  /** Takes wider hours back before they hold. @throws FORBIDDEN for all but the two persons · CONFLICT · NOT_FOUND */
  withdrawEnvelope(actor: Actor, id: AreaId): Promise<Area> {
    return this.#decide(actor, id, (transaction) => this.#proposals.withdraw(transaction, actor, id));
  }

  /** Lets `id` go up in another area. @throws AREA_CYCLE · NOT_FOUND */
  async merge(actor: Actor, id: AreaId, { into, name }: MergeArea): Promise<Area> {
    const { registry, audit, events, clock } = this.#needs;
    for (const one of [id, into]) demand(actor, "area.manage", registry.tree.path(one));
    const pathBefore = registry.tree.path(id);
    await registry.edit(async (transaction) => {
      const { tree } = registry;
      const [from, to] = [this.#found(id), this.#found(into)];
      refuseCycle(tree.within(into, id), id, into);
      const by = { at: clock.now(), by: doer(actor) };
      await this.#proposals.drop(transaction, actor, [...tree.below(id), into], "merged");
      await absorb(transaction, {
        from,
        into: { ...to, name: name ?? to.name },
        below: tree.below(id),
        ...by,
      });
      if (name !== undefined && name !== to.name)
        await this.#note(transaction, into, actor, "renamed", to.name, name);
      const detail = { into, name };
      await audit.recordIn(transaction, { actor: actor.userId, action: "area.merge", subject: id, detail });
      return { kind: "merge", id, into };
    });
    await this.#proposals.follow();
    events.regroup(id);
    events.publish({ kind: "reset" }, [...pathBefore.filter((one) => one !== id), into]);
    return this.#told(into);
  }

  /** Removes an area that was made by mistake. @throws CONFLICT when anything lies in it or it has no area above */
  async remove(actor: Actor, id: AreaId): Promise<void> {
    const { registry, audit, events, clock } = this.#needs;
    demand(actor, "area.manage", registry.tree.path(id));
    const { parentId } = this.#found(id);
    await registry.edit(async (transaction) => {
      const { name } = this.#found(id);
      await this.#proposals.drop(transaction, actor, [id], "removed");
      await this.#refuseFilled(transaction, id);
      await this.#note(transaction, id, actor, "removed", name);
      await goneAreas.insert(transaction, id, parentId, clock.now());
      await rows.delete(transaction, id);
      const detail = { name, parentId };
      await audit.recordIn(transaction, { actor: actor.userId, action: "area.remove", subject: id, detail });
      return { kind: "area", id };
    });
    await this.#proposals.follow();
    if (parentId !== null) events.publish({ kind: "gone", areaId: id }, [parentId]);
  }

  /** What became of an area, also of one that is no more: people of the area it went up in may read it. @throws NOT_FOUND */
  async history(actor: Actor, id: AreaId): Promise<Turn<Kind>[]> {
    const { database, registry } = this.#needs;
    demand(actor, "area.read", registry.tree.path((await registry.standing(id)) ?? missing(id)));
    return history.of<Kind>(database, "area", id);
  }

  async #decide(actor: Actor, id: AreaId, decide: (transaction: Database) => Promise<void>): Promise<Area> {
    const { registry } = this.#needs;
    demand(actor, "area.manage", registry.tree.path(id));
    await registry.edit(async (transaction) => {
      this.#found(id);
      await decide(transaction);
      return null;
    });
    await this.#proposals.follow();
    return this.#told(id);
  }

  async #move(transaction: Database, actor: Actor, area: AreaRecord, parentId: AreaId): Promise<void> {
    const { tree } = this.#needs.registry;
    refuseCycle(tree.within(parentId, area.id), area.id, parentId);
    const name = (id: AreaId | null) => (id === null ? undefined : this.#found(id).name);
    await this.#proposals.drop(transaction, actor, tree.below(area.id), "moved");
    const below = tree.below(area.id).filter((id) => id !== area.id);
    if (below.length > 0) await rows.raise(transaction, below);
    await this.#note(transaction, area.id, actor, "moved", name(area.parentId), name(parentId));
  }

  /** Rises when the path to the area changes. */
  #revisionAfter(before: AreaRecord, after: AreaRecord): number {
    return before.revision + (after.parentId === before.parentId ? 0 : 1);
  }

  async #refuseFilled(transaction: Database, id: AreaId): Promise<void> {
    const { tree } = this.#needs.registry;
    const child = tree.areas.find(({ parentId }) => parentId === id);
    const held = child ? "areas" : await rows.heldIn(transaction, id);
    if (held)
      throw new LoaError("CONFLICT", `${held} still lie in ${id}; move them, or merge the area`, { held });
    if (this.#found(id).parentId === null) throw new LoaError("CONFLICT", "a root stays");
  }

  async #note(
    transaction: Database,
    id: AreaId,
    actor: Actor,
    kind: Kind,
    from?: string,
    to?: string,
  ): Promise<void> {
    const turn = { at: this.#needs.clock.now(), by: doer(actor), kind };
    await history.add(transaction, "area", [id], { ...turn, from: from ?? null, to: to ?? null });
  }

  /** Tells dashboards how it is now. */
  #told(id: AreaId): Area {
    const area = this.#view(this.#found(id), this.#counts());
    this.#needs.events.publish({ kind: "area", area }, [id]);
    return area;
  }

  #view({ id, name, parentId, timeZone, envelope }: AreaRecord, counts: ReadonlyMap<AreaId, number>): Area {
    const path = [...this.#needs.registry.tree.path(id)];
    const pendingEnvelope = this.#proposals.of(id);
    return {
      ...{ id, name, parentId, path, timeZone, envelope, stations: counts.get(id) ?? 0 },
      ...(pendingEnvelope && { pendingEnvelope }),
    };
  }

  /** Stations in each area and all below it. */
  #counts(): ReadonlyMap<AreaId, number> {
    const { tree, stationsNow } = this.#needs.registry;
    const counts = new Map<AreaId, number>();
    for (const station of stationsNow.values())
      for (const id of tree.path(station.areaId)) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  #found(id: AreaId): AreaRecord {
    return this.#needs.registry.tree.find(id) ?? missing(id);
  }
}

function missing(id: AreaId): never {
  throw new LoaError("NOT_FOUND", `there is no area ${id}`, { areaId: id });
}

function refuseCycle(closes: boolean, id: AreaId, under: AreaId): void {
  if (closes) throw new LoaError("AREA_CYCLE", `${under} lies in ${id}`, { areaId: id, under });
}

/** @throws BAD_REQUEST when a window would never open */
function checkEnvelope(envelope: TimeEnvelope | null | undefined): void {
  const reversed = reversedWindows(envelope?.windows ?? {});
  if (reversed.length === 0) return;
  const problems = reversed.map((window) => ({
    path: "/envelope/windows",
    message: `${window} ends before it begins`,
  }));
  throw new LoaError("BAD_REQUEST", `${reversed.join(", ")} would never open`, { problems });
}

function checkZone(name: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch (cause) {
    throw new LoaError("TIME_ZONE_INVALID", `${name} is no time zone`, { timeZone: name }, { cause });
  }
}
