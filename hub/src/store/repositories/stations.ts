import type { AreaId, StationId } from "@loa/protocol/identity";
import type { Selectable } from "kysely";
import type { StationRecord } from "../../ports.ts";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

/** A station in service (`retiredAt` null) or out of it. */
export type AnyStation = StationRecord & { readonly retiredAt: number | null };

/** Rows of stations. */
export const stations = {
  /** By id, those out of service among them. */
  async all(database: Database): Promise<AnyStation[]> {
    return (await database.selectFrom("stations").selectAll().orderBy("id").execute()).map(record);
  },

  async some(database: Database, ids: readonly StationId[]): Promise<AnyStation[]> {
    return (await database.selectFrom("stations").selectAll().where("id", "in", ids).execute()).map(record);
  },

  insert(database: Database, station: StationRecord, createdAt: number): Promise<void> {
    return this.insertAll(database, [station], createdAt);
  },

  /** Below 1,000 of them. */
  async insertAll(database: Database, stations: readonly StationRecord[], createdAt: number): Promise<void> {
    const common = { createdAt: Math.round(createdAt) };
    const values = stations.map((station) => ({ ...columns(station), id: station.id, ...common }));
    await database.insertInto("stations").values(values).execute();
  },

  async update(database: Database, station: StationRecord): Promise<void> {
    await database.updateTable("stations").set(columns(station)).where("id", "=", station.id).execute();
  },

  /** Takes out of service, or back into it (null). */
  async retire(database: Database, id: StationId, at: number | null): Promise<void> {
    const retiredAt = at === null ? null : Math.round(at);
    await database.updateTable("stations").set({ retiredAt }).where("id", "=", id).execute();
  },

  async idsIn(database: Database, areaId: AreaId): Promise<StationId[]> {
    const rows = await database.selectFrom("stations").select("id").where("areaId", "=", areaId).execute();
    return rows.map(({ id }) => id);
  },
};

function columns({ id, name, areaId, zones, maintenance, lat, lon }: StationRecord) {
  return {
    id,
    name,
    areaId,
    lat,
    lon,
    zonesJson: JSON.stringify(zones),
    maintenance: maintenance ? (1 as const) : (0 as const),
  };
}

function record(row: Selectable<DeskTables["stations"]>): AnyStation {
  const { zonesJson, maintenance, createdAt: _, ...rest } = row;
  return { ...rest, zones: JSON.parse(zonesJson), maintenance: maintenance === 1 };
}
