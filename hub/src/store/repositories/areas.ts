import type { AreaId } from "@loa/protocol/identity";
import { type Selectable, sql } from "kysely";
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

  /** Marks that paths through these changed. */
  async raise(database: Database, ids: readonly AreaId[]): Promise<void> {
    await database
      .updateTable("areas")
      .set(({ eb }) => ({ revision: eb("revision", "+", 1) }))
      .where("id", "in", ids)
      .execute();
  },

  async children(database: Database, id: AreaId): Promise<AreaId[]> {
    const rows = await database.selectFrom("areas").select("id").where("parentId", "=", id).execute();
    return rows.map((row) => row.id);
  },

  async reparent(database: Database, from: AreaId, into: AreaId): Promise<void> {
    await database.updateTable("areas").set({ parentId: into }).where("parentId", "=", from).execute();
  },

  async delete(database: Database, id: AreaId): Promise<void> {
    await database.deleteFrom("areas").where("id", "=", id).execute();
  },

  /** Tables that hold things of areas, whoever made them: those with a column `area_id`. */
  async holders(database: Database): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      SELECT tables.name FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
      WHERE tables.type = 'table' AND columns.name = 'area_id'`.execute(database);
    return rows.map(({ name }) => name);
  },

  /**
   * Moves what a table holds of one area to another. Where `into` has a row of the same key, that one stays and the other goes:
   * two readings of one word cannot both hold.
   */
  async moveHeld(database: Database, table: string, from: AreaId, into: AreaId): Promise<void> {
    const name = sql.table(table);
    await sql`UPDATE OR IGNORE ${name} SET area_id = ${into} WHERE area_id = ${from}`.execute(database);
    await sql`DELETE FROM ${name} WHERE area_id = ${from}`.execute(database);
  },

  /** The first table that holds something of the area. */
  async heldIn(database: Database, id: AreaId): Promise<string | null> {
    for (const table of await areas.holders(database)) {
      const { rows } = await sql`SELECT 1 FROM ${sql.table(table)} WHERE area_id = ${id} LIMIT 1`.execute(
        database,
      );
      if (rows.length > 0) return table;
    }
    return null;
  },
};

const json = (value: unknown) => (value === null ? null : JSON.stringify(value));

function record(row: Selectable<DeskTables["areas"]>): AreaRecord {
  const { envelopeJson, ...columns } = row;
  return { ...columns, envelope: envelopeJson === null ? null : JSON.parse(envelopeJson) };
}
