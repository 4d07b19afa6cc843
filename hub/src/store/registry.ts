import { LoaError } from "@loa/kernel/errors";
import type { AreaId, StationId } from "@loa/protocol/identity";
import { AreaTree } from "../core/area-tree.ts";
import type { AnnouncementRecord, AreaRecord, Registry, RegistryChange, StationRecord } from "../ports.ts";
import type { Database } from "./database.ts";
import { announcements } from "./repositories/announcements.ts";
import { areas } from "./repositories/areas.ts";
import { stations } from "./repositories/stations.ts";

/**
 * Areas and stations, held in memory over the store (one process writes), and the announcements as planning sees them.
 * Every change of the desk's data that can change a plan goes through here and is told to the listeners.
 */
export class DeskRegistry implements Registry {
  readonly #database: Database;
  readonly #listeners: ((change: RegistryChange) => void)[] = [];
  #tree = new AreaTree([]);
  #stations = new Map<StationId, StationRecord>();

  private constructor(database: Database) {
    this.#database = database;
  }

  static async load(database: Database): Promise<DeskRegistry> {
    const registry = new DeskRegistry(database);
    registry.#tree = new AreaTree(await areas.all(database));
    registry.#stations = new Map((await stations.all(database)).map((record) => [record.id, record]));
    return registry;
  }

  /** The tree as it is now. */
  get tree(): AreaTree {
    return this.#tree;
  }

  /** Registered stations by id, as they are now. */
  get stationsNow(): ReadonlyMap<StationId, StationRecord> {
    return this.#stations;
  }

  async areas(): Promise<readonly AreaRecord[]> {
    return this.#tree.areas;
  }

  async area(id: AreaId): Promise<AreaRecord | null> {
    return this.#tree.areas.find((area) => area.id === id) ?? null;
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

  onChange(listener: (change: RegistryChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Tells the listeners. For announcements, whose rows others write. */
  changed(change: RegistryChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** Adds a node. @throws CONFLICT when the id is taken; NOT_FOUND for an unknown parent */
  async addArea(area: AreaRecord): Promise<void> {
    if (area.parentId !== null) this.#tree.path(area.parentId);
    if (await this.area(area.id))
      throw new LoaError("CONFLICT", `the area ${area.id} exists`, { areaId: area.id });
    await areas.insert(this.#database, area);
    await this.#reloadAreas(area.id);
  }

  /** Writes name and envelope of a node. */
  async changeArea(area: AreaRecord): Promise<void> {
    await areas.update(this.#database, area);
    await this.#reloadAreas(area.id);
  }

  /** Registers a station. @throws CONFLICT when the id was ever used; NOT_FOUND for an unknown area */
  async addStation(station: StationRecord, now: number): Promise<void> {
    this.#tree.path(station.areaId);
    if (this.#stations.has(station.id))
      throw new LoaError("CONFLICT", `the station ${station.id} exists`, { stationId: station.id });
    await stations.insert(this.#database, station, now);
    this.#setStation(station);
  }

  /**
   * Registers many stations in one transaction, in which `record` may write too. None of them may be registered already.
   * @throws NOT_FOUND for an unknown area
   */
  async addStations(
    list: readonly StationRecord[],
    now: number,
    record: (transaction: Database) => Promise<void>,
  ): Promise<void> {
    for (const station of list) this.#tree.path(station.areaId);
    await this.#database.transaction().execute(async (transaction) => {
      for (const station of list) await stations.insert(transaction, station, now);
      await record(transaction);
    });
    for (const station of list) this.#stations.set(station.id, station);
    this.changed({ kind: "stations", ids: list.map(({ id }) => id) });
  }

  /** Writes name, place or maintenance of a station. @throws NOT_FOUND for an unknown area */
  async changeStation(station: StationRecord): Promise<void> {
    this.#tree.path(station.areaId);
    await stations.update(this.#database, station);
    this.#setStation(station);
  }

  async #reloadAreas(id: AreaId): Promise<void> {
    this.#tree = new AreaTree(await areas.all(this.#database));
    this.changed({ kind: "area", id });
  }

  #setStation(station: StationRecord): void {
    this.#stations.set(station.id, station);
    this.changed({ kind: "station", id: station.id });
  }
}
