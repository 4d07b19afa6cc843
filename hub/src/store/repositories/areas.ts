import type { Selectable } from "kysely";
import type { AreaRecord } from "../../ports.ts";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

/** Rows of the administrative tree. */
export const areas = {
  async all(database: Database): Promise<AreaRecord[]> {
    return (await database.selectFrom("areas").selectAll().execute()).map(record);
  },

  async insert(database: Database, area: AreaRecord): Promise<void> {
    const { envelope, ...columns } = area;
    await database
      .insertInto("areas")
      .values({ ...columns, envelopeJson: json(envelope) })
      .execute();
  },

  async update(database: Database, area: AreaRecord): Promise<void> {
    const { id, envelope, ...columns } = area;
    await database
      .updateTable("areas")
      .set({ ...columns, envelopeJson: json(envelope) })
      .where("id", "=", id)
      .execute();
  },
};

const json = (value: unknown) => (value === null ? null : JSON.stringify(value));

function record(row: Selectable<DeskTables["areas"]>): AreaRecord {
  const { envelopeJson, ...columns } = row;
  return { ...columns, envelope: envelopeJson === null ? null : JSON.parse(envelopeJson) };
}
