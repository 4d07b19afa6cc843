import type { Selectable } from "kysely";
import type { StationRecord } from "../../ports.ts";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

/** Rows of registered stations. */
export const stations = {
  async all(database: Database): Promise<StationRecord[]> {
    return (await database.selectFrom("stations").selectAll().orderBy("id").execute()).map(record);
  },

  async insert(database: Database, station: StationRecord, createdAt: number): Promise<void> {
    await database
      .insertInto("stations")
      .values({ ...columns(station), id: station.id, createdAt: Math.round(createdAt) })
      .execute();
  },

  async update(database: Database, station: StationRecord): Promise<void> {
    await database.updateTable("stations").set(columns(station)).where("id", "=", station.id).execute();
  },
};

function columns({ id: _, zones, maintenance, ...rest }: StationRecord) {
  return {
    ...rest,
    zonesJson: JSON.stringify(zones),
    maintenance: maintenance ? (1 as const) : (0 as const),
  };
}

function record(row: Selectable<DeskTables["stations"]>): StationRecord {
  const { zonesJson, maintenance, createdAt: _, ...rest } = row;
  return { ...rest, zones: JSON.parse(zonesJson), maintenance: maintenance === 1 };
}
