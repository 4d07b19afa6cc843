import type { UnixMs } from "@loa/kernel/clock";
import type { StationId } from "@loa/protocol/identity";
import { sql } from "kysely";
import { type AlertRecord, endOf, type Progress } from "../../core/alert.ts";
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
  readonly stations: readonly StationId[];
}

/** Rows of `alerts`, `alert_heads` and `alert_stations`. */
export const lineAlerts = {
  /** Writes one, unless a newer version of it is there. Call within a transaction. */
  async save(db: LineDatabase, record: AlertRecord): Promise<void> {
    const { id, ...values } = rowOf(record);
    const { numInsertedOrUpdatedRows: written } = await db
      .insertInto("alerts")
      .values({ id, ...values })
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet(values).where("alerts.version", "<=", values.version),
      )
      .executeTakeFirstOrThrow();
    if (written === 0n) return;
    const { kind, createdBy, reach } = record;
    const stationsJson = JSON.stringify(reach.map(({ stationId }) => stationId));
    await db
      .insertInto("alertHeads")
      .values({ made: madeOf(id), alertId: id, kind, createdBy: createdBy.id, stationsJson })
      .onConflict((conflict) =>
        conflict
          .columns(["made", "alertId"])
          .doUpdateSet({ stationsJson })
          .where("alertHeads.stationsJson", "!=", stationsJson),
      )
      .execute();
  },

  /** Those that are not over. */
  async standing(db: LineDatabase, now: UnixMs): Promise<AlertRecord[]> {
    const rows = await db
      .selectFrom("alerts")
      .select("bodyJson")
      .where("endsAt", ">", Math.floor(now))
      .execute();
    return rows.map(recordOf);
  },

  async get(db: LineDatabase, id: string): Promise<AlertRecord | null> {
    const row = await db.selectFrom("alerts").select("bodyJson").where("id", "=", id).executeTakeFirst();
    return row ? recordOf(row) : null;
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
      .select(["createdBy", "stationsJson"])
      .where("made", "=", madeOf(id))
      .where("alertId", "=", id)
      .executeTakeFirst();
    return row ? { createdBy: row.createdBy, stations: JSON.parse(row.stationsJson) as StationId[] } : null;
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

const recordOf = ({ bodyJson }: { bodyJson: string }) => JSON.parse(bodyJson) as AlertRecord;

const rowOf = (record: AlertRecord) => ({
  id: record.id,
  headline: record.content.headline,
  endsAt: Math.ceil(endOf(record)),
  version: record.version,
  bodyJson: JSON.stringify(record),
});
