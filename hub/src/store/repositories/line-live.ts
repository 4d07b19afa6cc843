import type { UnixMs } from "@loa/kernel/clock";
import type { StationId } from "@loa/protocol/identity";
import { sql } from "kysely";
import type { LiveRecord } from "../../core/live.ts";
import type { LineDatabase } from "./line-tables.ts";

/** Where a record lies in the order of time: sorts as text. */
export const placeOf = ({ createdAt, id }: Pick<LiveRecord, "createdAt" | "id">): string =>
  `${String(Math.floor(createdAt)).padStart(15, "0")}-${id}`;

const ROWS_PER_STATEMENT = 500;

/** Rows of `live`. */
export const lineLive = {
  async save(db: LineDatabase, record: LiveRecord): Promise<void> {
    const { id, endedAt, reach } = record;
    const place = placeOf(record);
    const values = {
      endedAt: endedAt === null ? null : Math.round(endedAt),
      bodyJson: JSON.stringify(record),
    };
    await db
      .insertInto("live")
      .values({ id, place, ...values })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
      .execute();
    for (let from = 0; from < reach.length; from += ROWS_PER_STATEMENT)
      await db
        .insertInto("liveStations")
        .values(reach.slice(from, from + ROWS_PER_STATEMENT).map(({ stationId }) => ({ stationId, place })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  },

  async get(db: LineDatabase, id: string): Promise<LiveRecord | null> {
    const row = await db.selectFrom("live").select("bodyJson").where("id", "=", id).executeTakeFirst();
    return row ? (JSON.parse(row.bodyJson) as LiveRecord) : null;
  },

  /** Those that did not end: a hub that starts finds what another left. */
  async open(db: LineDatabase): Promise<LiveRecord[]> {
    const rows = await db.selectFrom("live").select("bodyJson").where("endedAt", "is", null).execute();
    return rows.map((row) => JSON.parse(row.bodyJson) as LiveRecord);
  },

  /** Ids of those that ended before a moment and have a recording, the oldest first. */
  async recordedBefore(db: LineDatabase, endedBefore: UnixMs, limit: number): Promise<string[]> {
    const rows = await db
      .selectFrom("live")
      .select("id")
      .where("endedAt", "<", Math.floor(endedBefore))
      // As the index live_recorded has it.
      .where(sql<boolean>`json_extract(body_json, '$.recording.sha256') IS NOT NULL`)
      .orderBy("endedAt")
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  },

  /** Those before a place (all: undefined) that sounded at one of the stations (at any: null), newest first. */
  async before(
    db: LineDatabase,
    before: string | undefined,
    limit: number,
    stations: readonly StationId[] | null,
  ): Promise<LiveRecord[]> {
    let query = db.selectFrom("live").select("bodyJson");
    if (stations !== null) query = query.where("place", "in", placesAt(db, stations, before, limit));
    else if (before !== undefined) query = query.where("place", "<", before);
    const rows = await query.orderBy("place", "desc").limit(limit).execute();
    return rows.map((row) => JSON.parse(row.bodyJson) as LiveRecord);
  },
};

function placesAt(
  db: LineDatabase,
  stations: readonly StationId[],
  before: string | undefined,
  limit: number,
) {
  let query = db.selectFrom("liveStations").select("place").distinct().where("stationId", "in", stations);
  if (before !== undefined) query = query.where("place", "<", before);
  return query.orderBy("place", "desc").limit(limit);
}
