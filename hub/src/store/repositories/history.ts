import type { Selectable } from "kysely";
import type { Actor } from "../../ports.ts";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

type Row = Selectable<DeskTables["history"]>;

/** Who did something, as history names them for good. */
export interface Doer {
  readonly id: string;
  readonly name: string;
}

/** What became of one area or station. */
export interface Turn<Kind extends string> {
  readonly at: number;
  readonly by: Doer;
  readonly kind: Kind;
  readonly from?: string;
  readonly to?: string;
}

/** The actor as history names them. */
export const doer = ({ userId, name }: Actor): Doer => ({ id: userId, name });

/** Rows of `history`, kept for good. */
export const history = {
  async add(
    database: Database,
    thing: Row["thing"],
    thingIds: readonly string[],
    { at, by, kind, from = null, to = null }: Omit<Turn<string>, "from" | "to"> & Nullable,
  ): Promise<void> {
    if (thingIds.length === 0) return;
    const common = { thing, at: Math.round(at), byId: by.id, byName: by.name, kind, before: from, after: to };
    for (let i = 0; i < thingIds.length; i += ROWS_AT_ONCE) {
      const rows = thingIds.slice(i, i + ROWS_AT_ONCE).map((thingId) => ({ ...common, thingId }));
      await database.insertInto("history").values(rows).execute();
    }
  },

  /** Newest first. */
  async of<Kind extends string>(database: Database, thing: Row["thing"], id: string): Promise<Turn<Kind>[]> {
    const rows = await database
      .selectFrom("history")
      .selectAll()
      .where("thing", "=", thing)
      .where("thingId", "=", id)
      .orderBy("sequence", "desc")
      .execute();
    return rows.map(({ at, byId, byName, kind, before, after }) => ({
      at,
      by: { id: byId, name: byName },
      kind: kind as Kind,
      ...(before !== null && { from: before }),
      ...(after !== null && { to: after }),
    }));
  },
};

/** SQLite binds at most 32,766 values. */
const ROWS_AT_ONCE = 1_000;

interface Nullable {
  readonly from?: string | null;
  readonly to?: string | null;
}
