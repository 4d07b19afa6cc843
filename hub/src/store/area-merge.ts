import type { AreaId } from "@loa/protocol/identity";
import { retargeted } from "../core/targets.ts";
import type { AreaRecord } from "../ports.ts";
import type { Database } from "./database.ts";
import { areas } from "./repositories/areas.ts";
import { goneAreas } from "./repositories/gone-areas.ts";
import { type Doer, history } from "./repositories/history.ts";
import { schedules } from "./repositories/line-schedules.ts";
import { lineDatabase } from "./repositories/line-tables.ts";
import { stations } from "./repositories/stations.ts";
import { targetGroups } from "./repositories/target-groups.ts";

/** One area going up in another. `into` as it is to be called; `below`: `from` itself and all below it. */
export interface Absorption {
  readonly from: AreaRecord;
  readonly into: AreaRecord;
  readonly below: readonly AreaId[];
  readonly at: number;
  readonly by: Doer;
}

/**
 * Moves all that an area holds to another, and gives its id up for good. Every table with a column `area_id` takes part. One that
 * refers to areas and is not moved stops the whole: foreign keys hold.
 */
export async function absorb(transaction: Database, absorption: Absorption): Promise<void> {
  const { from, into, below, at } = absorption;
  await noteMoves(transaction, absorption);
  for (const table of await areas.holders(transaction))
    await areas.moveHeld(transaction, table, from.id, into.id);
  await retarget(transaction, from.id, into.id);
  await areas.raise(transaction, below);
  await areas.reparent(transaction, from.id, into.id);
  await areas.update(transaction, into);
  await goneAreas.insert(transaction, from.id, into.id, at);
  await areas.delete(transaction, from.id);
}

async function noteMoves(transaction: Database, { from, into, at, by }: Absorption): Promise<void> {
  const children = await areas.children(transaction, from.id);
  const moved = { at, by, kind: "moved", from: from.name, to: into.name };
  await history.add(transaction, "station", await stations.idsIn(transaction, from.id), moved);
  await history.add(transaction, "area", children, moved);
  await history.add(transaction, "area", [from.id], { ...moved, kind: "merged" });
  await history.add(transaction, "area", [into.id], { ...moved, kind: "absorbed" });
}

async function retarget(transaction: Database, from: AreaId, into: AreaId): Promise<void> {
  const db = lineDatabase(transaction);
  for (const record of await schedules.naming(db, from))
    await schedules.save(db, { ...record, targets: retargeted(record.targets, from, into) });
  for (const group of await targetGroups.all(transaction))
    await targetGroups.save(transaction, { ...group, targets: retargeted(group.targets, from, into) });
}
