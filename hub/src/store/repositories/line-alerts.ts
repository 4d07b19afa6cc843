import type { UnixMs } from "@loa/kernel/clock";
import type { StationId } from "@loa/protocol/identity";
import { sql } from "kysely";
import { type AlertRecord, endOf, type Progress } from "../../core/alert.ts";
import { lineReaches } from "./line-reaches.ts";
import type { LineDatabase } from "./line-tables.ts";

/** How far an alert is with one station. */
export interface ProgressRow {
  readonly alertId: string;
  readonly stationId: StationId;
  readonly progress: Progress;
}

/** What of an id says when it was made; before the dash is who made it: the desk, or a pole. */
export const madeOf = (id: string): string => id.slice(id.indexOf("-") + 1);

/** What a list needs to know of an alert before it shows it. `createdBy`: the person's id. */
export interface AlertHead {
  readonly createdBy: string;
  readonly reach: AlertRecord["reach"];
}

/** Rows of `alerts`, `alert_heads` and `alert_stations`; where each goes is a row of `alert_reaches`. */
export const lineAlerts = {
  /** Writes one, unless a newer version of it is there. Call within a transaction. */
  async save(db: LineDatabase, record: AlertRecord): Promise<void> {
    const reachId = await lineReaches.save(db, record.reach);
    const { id, ...values } = { ...rowOf(record), reachId };
    const { numInsertedOrUpdatedRows: written } = await db
      .insertInto("alerts")
      .values({ id, ...values })
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet(values).where("alerts.version", "<=", values.version),
      )
      .executeTakeFirstOrThrow();
    if (written === 0n) return;
    const { kind, createdBy } = record;
    await db
      .insertInto("alertHeads")
      .values({ made: madeOf(id), alertId: id, kind, createdBy: createdBy.id, reachId })
      .onConflict((conflict) => conflict.columns(["made", "alertId"]).doUpdateSet({ reachId }))
      .execute();
  },

  /** Those that are not over. */
  async standing(db: LineDatabase, now: UnixMs): Promise<AlertRecord[]> {
    const rows = await db
      .selectFrom("alerts")
      .select(["bodyJson", "reachId"])
      .where("endsAt", ">", Math.floor(now))
      .execute();
    const records: AlertRecord[] = [];
    // One after the other, so that those to the same stations share them.
    for (const row of rows) records.push(await recordOf(db, row));
    return records;
  },

  async get(db: LineDatabase, id: string): Promise<AlertRecord | null> {
    const row = await db
      .selectFrom("alerts")
      .select(["bodyJson", "reachId"])
      .where("id", "=", id)
      .executeTakeFirst();
    return row ? recordOf(db, row) : null;
  },

  /** Ids of those of a kind (any: undefined) made before the one of id `before` (all: undefined), newest first. */
  async idsBefore(
    db: LineDatabase,
    before: string | undefined,
    kind: string | undefined,
    limit: number,
  ): Promise<string[]> {
    return (await idRows(db, before, kind, limit).execute()).map(({ alertId }) => alertId);
  },

  /** Small beside the alert itself, which holds its sound. */
  async head(db: LineDatabase, id: string): Promise<AlertHead | null> {
    const row = await db
      .selectFrom("alertHeads")
      .select(["createdBy", "reachId"])
      .where("made", "=", madeOf(id))
      .where("alertId", "=", id)
      .executeTakeFirst();
    return row ? { createdBy: row.createdBy, reach: await lineReaches.get(db, row.reachId) } : null;
  },

  async progress(db: LineDatabase, alertId: string): Promise<Map<StationId, Progress>> {
    const rows = await db
      .selectFrom("alertStations")
      .select(["stationId", "progressJson"])
      .where("alertId", "=", alertId)
      .execute();
    return new Map(rows.map((row) => [row.stationId, JSON.parse(row.progressJson) as Progress]));
  },

  /** Writes what stations said, in one transaction. */
  async saveProgress(db: LineDatabase, rows: readonly ProgressRow[]): Promise<void> {
    const said = rows.map(({ alertId, stationId, progress }) => [alertId, stationId, progress]);
    await sql`INSERT INTO alert_stations (alert_id, station_id, progress_json)
      SELECT value->>0, value->>1, value->2 FROM json_each(${JSON.stringify(said)}) WHERE true
      ON CONFLICT (alert_id, station_id) DO UPDATE SET progress_json = excluded.progress_json`.execute(db);
  },
};

/** The query behind `idsBefore`. */
export function idRows(
  db: LineDatabase,
  before: string | undefined,
  kind: string | undefined,
  limit: number,
) {
  let query = db.selectFrom("alertHeads").select("alertId");
  if (kind !== undefined) query = query.where("kind", "=", kind);
  if (before !== undefined) query = query.where("made", "<", madeOf(before));
  return query.orderBy("made", "desc").orderBy("alertId", "desc").limit(limit);
}

async function recordOf(
  db: LineDatabase,
  { bodyJson, reachId }: { bodyJson: string; reachId: string },
): Promise<AlertRecord> {
  const body = JSON.parse(bodyJson) as Omit<AlertRecord, "reach">;
  return { ...body, reach: await lineReaches.get(db, reachId) };
}

function rowOf(record: AlertRecord) {
  const { reach: _, ...body } = record;
  const { id, content, version } = body;
  const endsAt = Math.ceil(endOf(record));
  return { id, headline: content.headline, endsAt, version, bodyJson: JSON.stringify(body) };
}
