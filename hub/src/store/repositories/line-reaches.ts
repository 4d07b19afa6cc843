import { createHash } from "node:crypto";
import type { AlertRecord } from "../../core/alert.ts";
import type { LineDatabase } from "./line-tables.ts";

type Reach = AlertRecord["reach"];

/** Of those used last; one may hold thousands of stations. */
const MOST_KNOWN = 16;

/** What a reach says never changes under its id: alerts that go to the same stations share it in memory too. */
const known = new Map<string, Reach>();
const ids = new WeakMap<Reach, string>();

/** Rows of `alert_reaches`: where alerts go, each stored once under the SHA-256 of what it says. */
export const lineReaches = {
  /** Stores one unless it is there, and answers its id. Call within a transaction. */
  async save(db: LineDatabase, reach: Reach): Promise<string> {
    const id = ids.get(reach) ?? idOf(JSON.stringify(reach));
    remember(id, reach);
    const there = await db.selectFrom("alertReaches").select("id").where("id", "=", id).executeTakeFirst();
    if (!there)
      await db
        .insertInto("alertReaches")
        .values({ id, stationsJson: JSON.stringify(reach) })
        .execute();
    return id;
  },

  async get(db: LineDatabase, id: string): Promise<Reach> {
    const found = known.get(id) ?? (await read(db, id));
    remember(id, found);
    return found;
  },
};

async function read(db: LineDatabase, id: string): Promise<Reach> {
  const row = await db
    .selectFrom("alertReaches")
    .select("stationsJson")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return JSON.parse(row.stationsJson) as Reach;
}

function remember(id: string, reach: Reach): void {
  ids.set(reach, id);
  known.delete(id);
  known.set(id, reach);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
}

const idOf = (text: string) => createHash("sha256").update(text).digest("hex");
