import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type {
  CreateStation,
  EnrolmentLabel,
  PatchStation,
  Station,
  StationDetail,
  StationHistoryEntry,
} from "@loa/protocol/http/stations";
import type { AreaId, StationId, Zone } from "@loa/protocol/identity";
import type { Static } from "typebox";
import { type Action, covers, demand } from "./core/access.ts";
import { retiredView, stationView } from "./core/station-view.ts";
import type { Actor, EventSink, Line, RetiredStation, StationRecord } from "./ports.ts";
import type { ChainedAudit } from "./store/audit.ts";
import type { Database } from "./store/database.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { doer, history, type Turn } from "./store/repositories/history.ts";
import { schedules } from "./store/repositories/line-schedules.ts";
import { lineDatabase } from "./store/repositories/line-tables.ts";
import { stations as rows } from "./store/repositories/stations.ts";

type Kind = StationHistoryEntry["kind"];

/** What stations live on. */
export interface StationNeeds {
  readonly clock: Clock;
  readonly database: Database;
  readonly registry: DeskRegistry;
  readonly line: Line;
  readonly audit: ChainedAudit;
  readonly events: EventSink;
}

/** The life of stations: registered, renamed, moved, retired, brought back. Each step is stored with its history and its audit entry. */
export class Stations {
  readonly #needs: StationNeeds;

  constructor(needs: StationNeeds) {
    this.#needs = needs;
  }

  view(record: StationRecord): Station {
    return stationView(record, this.#needs.line.glance(record.id));
  }

  /** Those of an area and all below it, in service or out of it, by id from `after` on. @throws NOT_FOUND */
  *within(actor: Actor, area: AreaId, retired: boolean, after: StationId): Generator<Station> {
    const { registry, line } = this.#needs;
    demand(actor, "station.read", registry.tree.path(area));
    const records = retired ? registry.retiredNow : registry.stationsNow;
    for (const id of [...records.keys()].sort()) {
      if (id <= after || !registry.tree.within(records.get(id)!.areaId, area)) continue;
      const gone = registry.retiredNow.get(id);
      yield gone ? retiredView(gone, line.glance(id)) : this.view(records.get(id)!);
    }
  }

  /** @throws NOT_FOUND */
  async get(actor: Actor, id: StationId): Promise<StationDetail> {
    this.seen(actor, id);
    return this.#detail(id);
  }

  /** One in service, in the actor's area. @throws NOT_FOUND · FORBIDDEN */
  inService(actor: Actor, id: StationId, action: Action): StationRecord {
    const record = this.#needs.registry.stationsNow.get(id);
    if (!record) throw missing(id);
    demand(actor, action, this.#needs.registry.tree.path(record.areaId));
    return record;
  }

  /** @throws CONFLICT the id was ever used · NOT_FOUND · BAD_REQUEST two zones have one id */
  async register(actor: Actor, body: CreateStation): Promise<StationDetail> {
    const { registry, audit, clock } = this.#needs;
    const { lat = null, lon = null, ...rest } = body;
    demand(actor, "station.manage", registry.tree.path(rest.areaId));
    refuseTwins(rest.zones);
    const record: StationRecord = { ...rest, lat, lon, maintenance: false };
    const entry = {
      actor: actor.userId,
      action: "station.register",
      subject: record.id,
      detail: { ...rest },
    };
    await registry.addStation(record, clock.now(), async (transaction) => {
      await this.#note(transaction, record.id, actor, "registered", { to: this.#areaName(record.areaId) });
      await audit.recordIn(transaction, entry);
    });
    this.#tell(record, record.areaId);
    return this.#detail(record.id);
  }

  /** @throws CONFLICT with `problems` when schedules sound on a zone that would go · NOT_FOUND · FORBIDDEN · BAD_REQUEST */
  async change(actor: Actor, id: StationId, patch: PatchStation): Promise<StationDetail> {
    const { registry, audit } = this.#needs;
    this.#demandChange(actor, id, patch);
    let [before, after]: (StationRecord | null)[] = [null, null];
    await registry.edit(async (transaction) => {
      before = this.#standing(id);
      after = { ...before, ...patch };
      registry.tree.path(after.areaId);
      if (patch.zones) await refuseUsed(transaction, id, goneZones(before.zones, patch.zones));
      await rows.update(transaction, after);
      await this.#noteChanges(transaction, actor, before, after);
      const entry = { actor: actor.userId, action: "station.change", subject: id, detail: { ...patch } };
      await audit.recordIn(transaction, entry);
      return { kind: "station", id };
    });
    if (before && after) this.#tell(after as StationRecord, (before as StationRecord).areaId);
    return this.#detail(id);
  }

  /** Takes a station out of service: its certificate is worth nothing, its history stays, its id is never given again. @throws NOT_FOUND */
  async retire(actor: Actor, id: StationId): Promise<void> {
    const { registry, audit, clock, events } = this.#needs;
    const { areaId } = this.inService(actor, id, "station.manage");
    await registry.edit(async (transaction) => {
      this.#standing(id);
      await rows.retire(transaction, id, clock.now());
      await this.#note(transaction, id, actor, "retired", {});
      await audit.recordIn(transaction, { actor: actor.userId, action: "station.retire", subject: id });
      return { kind: "station", id };
    });
    events.publish({ kind: "gone", stationId: id }, [areaId]);
  }

  /** Makes the one-time code of its label. A station out of service comes back by it. @throws NOT_FOUND · FORBIDDEN */
  async label(actor: Actor, id: StationId): Promise<Static<typeof EnrolmentLabel>> {
    const { registry, audit, line } = this.#needs;
    if (registry.retiredNow.has(id)) await this.#restore(actor, id);
    this.inService(actor, id, "station.enrol");
    const label = await line.enrolmentLabel(id);
    await audit.record({ actor: actor.userId, action: "station.enrolment", subject: id });
    return label;
  }

  /** What became of a station, newest first. @throws NOT_FOUND */
  async history(actor: Actor, id: StationId): Promise<Turn<Kind>[]> {
    this.seen(actor, id);
    return history.of<Kind>(this.#needs.database, "station", id);
  }

  /** One in the actor's area, in service or out of it. @throws NOT_FOUND */
  seen(actor: Actor, id: StationId): StationRecord | RetiredStation {
    const { stationsNow, retiredNow, tree } = this.#needs.registry;
    const record = stationsNow.get(id) ?? retiredNow.get(id);
    if (!record || !covers(actor, tree.path(record.areaId))) throw missing(id);
    return record;
  }

  async #restore(actor: Actor, id: StationId): Promise<void> {
    const { registry, audit } = this.#needs;
    demand(actor, "station.manage", registry.tree.path(this.seen(actor, id).areaId));
    await registry.edit(async (transaction) => {
      if (!registry.retiredNow.has(id)) return null;
      await rows.retire(transaction, id, null);
      await this.#note(transaction, id, actor, "restored", {});
      await audit.recordIn(transaction, { actor: actor.userId, action: "station.restore", subject: id });
      return { kind: "station", id };
    });
    const record = this.#standing(id);
    this.#tell(record, record.areaId);
  }

  #demandChange(actor: Actor, id: StationId, { maintenance, ...rest }: PatchStation): void {
    const { tree } = this.#needs.registry;
    const { areaId } = this.inService(actor, id, "station.read");
    if (maintenance !== undefined) demand(actor, "station.maintain", tree.path(areaId));
    if (Object.keys(rest).length > 0) demand(actor, "station.manage", tree.path(areaId));
    if (rest.areaId !== undefined) demand(actor, "station.manage", tree.path(rest.areaId));
    if (rest.zones) refuseTwins(rest.zones);
  }

  async #noteChanges(
    transaction: Database,
    actor: Actor,
    before: StationRecord,
    after: StationRecord,
  ): Promise<void> {
    if (before.name !== after.name)
      await this.#note(transaction, after.id, actor, "renamed", { from: before.name, to: after.name });
    const [from, to] = [this.#areaName(before.areaId), this.#areaName(after.areaId)];
    if (before.areaId !== after.areaId) await this.#note(transaction, after.id, actor, "moved", { from, to });
  }

  async #note(
    transaction: Database,
    id: StationId,
    actor: Actor,
    kind: Kind,
    names: { from?: string; to?: string },
  ): Promise<void> {
    const turn = { at: this.#needs.clock.now(), by: doer(actor), kind, ...names };
    await history.add(transaction, "station", [id], turn);
  }

  /** Tells dashboards how it is now; those that see only the area it left, that it is gone. */
  #tell(record: StationRecord, leftAreaId: AreaId): void {
    const { events } = this.#needs;
    if (leftAreaId !== record.areaId) events.publish({ kind: "gone", stationId: record.id }, [leftAreaId]);
    events.publish({ kind: "station", station: this.view(record) }, [record.areaId]);
  }

  async #detail(id: StationId): Promise<StationDetail> {
    const { registry, line } = this.#needs;
    const live = await line.live(id);
    const gone = registry.retiredNow.get(id);
    const station = gone ? retiredView(gone, live) : stationView(this.#standing(id), live);
    const { software, health, enrolment, plan, playouts } = live;
    return { ...station, software, health, enrolment, plan, playouts };
  }

  #standing(id: StationId): StationRecord {
    const record = this.#needs.registry.stationsNow.get(id);
    if (!record) throw missing(id);
    return record;
  }

  #areaName(id: AreaId): string {
    return this.#needs.registry.tree.find(id)?.name ?? id;
  }
}

/** @throws BAD_REQUEST */
export function refuseTwins(zones: readonly Zone[]): void {
  if (new Set(zones.map(({ id }) => id)).size < zones.length)
    throw new LoaError("BAD_REQUEST", "two zones have one id");
}

function goneZones(before: readonly Zone[], after: readonly Zone[]): Set<string> {
  return new Set(before.map(({ id }) => id)).difference(new Set(after.map(({ id }) => id)));
}

async function refuseUsed(transaction: Database, id: StationId, zones: ReadonlySet<string>): Promise<void> {
  if (zones.size === 0) return;
  const problems = (await schedules.mentioning(lineDatabase(transaction), id)).flatMap((schedule) =>
    schedule.targets.flatMap((target) => {
      const used = "stationId" in target && target.stationId === id ? (target.zones ?? []) : [];
      return used
        .filter((zone) => zones.has(zone))
        .map((zone) => ({ path: "/zones", message: `${zone}: ${schedule.title} (${schedule.id})` }));
    }),
  );
  if (problems.length > 0)
    throw new LoaError("CONFLICT", "schedules sound on zones that would go", { problems });
}

const missing = (id: StationId) =>
  new LoaError("NOT_FOUND", `there is no station ${id} in your area`, { stationId: id });
