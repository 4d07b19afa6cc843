import { setImmediate } from "node:timers/promises";
import { LoaError } from "@loa/kernel/errors";
import type { AreaId, StationId } from "@loa/protocol/identity";
import { AreaTree } from "../core/area-tree.ts";
import type {
  AnnouncementRecord,
  AreaRecord,
  Registry,
  RegistryChange,
  RetiredStation,
  StationRecord,
} from "../ports.ts";
import type { Database } from "./database.ts";
import { announcements } from "./repositories/announcements.ts";
import { areas } from "./repositories/areas.ts";
import { goneAreas } from "./repositories/gone-areas.ts";
import { type AnyStation, stations } from "./repositories/stations.ts";

/** Writes that belong to a change: its audit entry, its history. */
export type AlsoWrite = (transaction: Database) => Promise<void>;

/** So many rows are read before others get a turn. */
const READ_AT_ONCE = 500;

const nothing: AlsoWrite = async () => {};

/**
 * Areas and stations, held in memory over the store (one process writes), and the announcements as planning sees them.
 * Every change of the desk's data that can change a plan goes through here and is told to the listeners.
 */
export class DeskRegistry implements Registry {
  readonly #database: Database;
  readonly #listeners: ((change: RegistryChange) => void | Promise<void>)[] = [];
  #tree = new AreaTree([]);
  #stations = new Map<StationId, StationRecord>();
  #retired = new Map<StationId, RetiredStation>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(database: Database) {
    this.#database = database;
  }

  static async load(database: Database): Promise<DeskRegistry> {
    const registry = new DeskRegistry(database);
    registry.#tree = new AreaTree(await areas.all(database));
    registry.#take(await stations.all(database));
    return registry;
  }

  /** The tree as it is now. */
  get tree(): AreaTree {
    return this.#tree;
  }

  /** Stations in service by id, as they are now. */
  get stationsNow(): ReadonlyMap<StationId, StationRecord> {
    return this.#stations;
  }

  /** Stations that were taken out of service, by id. */
  get retiredNow(): ReadonlyMap<StationId, RetiredStation> {
    return this.#retired;
  }

  async areas(): Promise<readonly AreaRecord[]> {
    return this.#tree.areas;
  }

  async area(id: AreaId): Promise<AreaRecord | null> {
    return this.#tree.find(id) ?? null;
  }

  /** The area itself, or the one that what became of it lies in now; null for an id that never was, or left nothing behind. */
  async standing(id: AreaId): Promise<AreaId | null> {
    let at: AreaId = id;
    while (!this.#tree.find(at)) {
      const under = await goneAreas.under(this.#database, at);
      if (under === null || under === undefined) return null;
      at = under;
    }
    return at;
  }

  async areaPath(id: AreaId): Promise<readonly AreaId[]> {
    return this.#tree.path(id);
  }

  async stations(): Promise<readonly StationRecord[]> {
    return [...this.#stations.values()];
  }

  async station(id: StationId): Promise<StationRecord | null> {
    return this.#stations.get(id) ?? null;
  }

  async announcement(id: string): Promise<AnnouncementRecord | null> {
    return (await this.announcements([id]))[0] ?? null;
  }

  announcements(ids: readonly string[]): Promise<readonly AnnouncementRecord[]> {
    return announcements.records(this.#database, ids);
  }

  onChange(listener: (change: RegistryChange) => void | Promise<void>): void {
    this.#listeners.push(listener);
  }

  /** Tells the listeners; resolves when they have followed. For announcements, whose rows others write. */
  async changed(change: RegistryChange): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener(change)));
  }

  /**
   * Changes areas or stations in one transaction; `work` says what changed, or null for nothing. Edits follow each other, so the tree
   * that `work` reads is the one it changes. Memory and listeners follow what is stored; between these steps others get a turn.
   */
  edit(work: (transaction: Database) => Promise<RegistryChange | null>): Promise<void> {
    const turn = this.#turn.then(async () => {
      const change = await this.#database.transaction().execute(work);
      if (change === null) return;
      await setImmediate();
      await this.#follow(change);
      await setImmediate();
      await this.changed(change);
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Adds a node. @throws CONFLICT when the id is taken or was once; NOT_FOUND for an unknown parent */
  addArea(area: AreaRecord, also: AlsoWrite = nothing): Promise<void> {
    return this.edit(async (transaction) => {
      const { id, parentId } = area;
      if (parentId !== null) this.#tree.path(parentId);
      if (this.#tree.find(id)) throw new LoaError("CONFLICT", `the area ${id} exists`, { areaId: id });
      if ((await goneAreas.under(transaction, id)) !== undefined)
        throw new LoaError("CONFLICT", `the id ${id} belonged to an area that is no more`, { areaId: id });
      await areas.insert(transaction, area);
      await also(transaction);
      return { kind: "area", id };
    });
  }

  /** Registers a station. @throws CONFLICT when the id was ever used; NOT_FOUND for an unknown area */
  addStation(station: StationRecord, now: number, also: AlsoWrite = nothing): Promise<void> {
    return this.edit(async (transaction) => {
      const { id } = station;
      this.#tree.path(station.areaId);
      if (this.#stations.has(id) || this.#retired.has(id))
        throw new LoaError("CONFLICT", `the station ${id} exists`, { stationId: id });
      await stations.insert(transaction, station, now);
      await also(transaction);
      return { kind: "station", id };
    });
  }

  /** Brings the memory up to what is stored. */
  async #follow(change: RegistryChange): Promise<void> {
    const database = this.#database;
    if (change.kind === "area" || change.kind === "merge")
      this.#tree = new AreaTree(await areas.all(database));
    const ids = await changedStations(database, change);
    for (let i = 0; i < ids.length; i += READ_AT_ONCE)
      this.#take(await stations.some(database, ids.slice(i, i + READ_AT_ONCE)));
  }

  #take(rows: readonly AnyStation[]): void {
    for (const { retiredAt, ...station } of rows) {
      if (retiredAt === null) this.#stations.set(station.id, station);
      else this.#stations.delete(station.id);
      if (retiredAt === null) this.#retired.delete(station.id);
      else this.#retired.set(station.id, { ...station, retiredAt });
    }
  }
}

async function changedStations(database: Database, change: RegistryChange): Promise<readonly StationId[]> {
  if (change.kind === "station") return [change.id];
  if (change.kind === "stations") return change.ids;
  return change.kind === "merge" ? stations.idsIn(database, change.into) : [];
}
