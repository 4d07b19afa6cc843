import type { GroupMember } from "@loa/protocol/http/groups";
import type { AreaId } from "@loa/protocol/identity";
import type { Database } from "../database.ts";

/** A saved group, as it is stored. */
export interface GroupRecord {
  readonly id: string;
  readonly name: string;
  readonly areaId: AreaId;
  readonly targets: readonly GroupMember[];
  /** Unix ms. */
  readonly updatedAt: number;
}

/** Rows of `target_groups`. */
export const targetGroups = {
  async all(database: Database): Promise<GroupRecord[]> {
    const rows = await database.selectFrom("targetGroups").selectAll().execute();
    return rows.map(recordOf);
  },

  async find(database: Database, id: string): Promise<GroupRecord | null> {
    const row = await database.selectFrom("targetGroups").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? recordOf(row) : null;
  },

  async save(database: Database, { id, targets, ...group }: GroupRecord): Promise<void> {
    const values = { ...group, targetsJson: JSON.stringify(targets), updatedAt: Math.round(group.updatedAt) };
    await database
      .insertInto("targetGroups")
      .values({ id, ...values })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
      .execute();
  },

  async remove(database: Database, id: string): Promise<void> {
    await database.deleteFrom("targetGroups").where("id", "=", id).execute();
  },
};

function recordOf(row: {
  id: string;
  name: string;
  areaId: string;
  targetsJson: string;
  updatedAt: number;
}): GroupRecord {
  const { targetsJson, ...group } = row;
  return { ...group, targets: JSON.parse(targetsJson) as GroupMember[] };
}
