import type { UnixMs } from "@loa/kernel/clock";
import type { StationId } from "@loa/protocol/identity";
import { sql } from "kysely";
import { type AlertRecord, endOf, type Progress } from "../../core/alert.ts";
import type { LineDatabase } from "./line-tables.ts";

const ROWS_PER_STATEMENT = 100;

/** How far an alert is with one station. */
export interface ProgressRow {
  readonly alertId: string;
  readonly stationId: StationId;
  readonly progress: Progress;
}

/** What of an id says when it was made; before the dash is who made it: the desk, or a pole. */
export const madeOf = (id: string): string => id.slice(id.indexOf("-") + 1);
const MADE = sql<string>`substr(id, instr(id, '-') + 1)`;

/** Rows of `alerts` and `alert_stations`. */
export const lineAlerts = {
  /** Writes one, unless a newer version of it is there. */
  async save(db: LineDatabase, record: AlertRecord): Promise<void> {
    const { id, ...values } = rowOf(record);
    await db
      .insertInto("alerts")
      .values({ id, ...values })
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet(values).where("alerts.version", "<=", values.version),
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

  /** Ids of those made before the one of id `before` (all: undefined), newest first. */
  async idsBefore(db: LineDatabase, before: string | undefined, limit: number): Promise<string[]> {
    let query = db.selectFrom("alerts").select("id");
    if (before !== undefined) query = query.where(MADE, "<", madeOf(before));
    return (await query.orderBy(MADE, "desc").limit(limit).execute()).map(({ id }) => id);
  },

  async progress(db: LineDatabase, alertId: string): Promise<Map<StationId, Progress>> {
    const rows = await db
      .selectFrom("alertStations")
      .select(["stationId", "progressJson"])
      .where("alertId", "=", alertId)
      .execute();
    return new Map(rows.map((row) => [row.stationId, JSON.parse(row.progressJson) as Progress]));
  },

  /** Writes what stations said, in one transaction. No two are of one alert and station. */
  async saveProgress(db: LineDatabase, rows: readonly ProgressRow[]): Promise<void> {
    await db.transaction().execute(async (transaction) => {
      for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
        await transaction
          .insertInto("alertStations")
          .values(
            rows.slice(from, from + ROWS_PER_STATEMENT).map(({ progress, ...key }) => ({
              ...key,
              progressJson: JSON.stringify(progress),
            })),
          )
          .onConflict((conflict) =>
            conflict
              .columns(["alertId", "stationId"])
              .doUpdateSet((row) => ({ progressJson: row.ref("excluded.progressJson") })),
          )
          .execute();
    });
  },
};

const recordOf = ({ bodyJson }: { bodyJson: string }) => JSON.parse(bodyJson) as AlertRecord;

const rowOf = (record: AlertRecord) => ({
  id: record.id,
  headline: record.content.headline,
  endsAt: Math.ceil(endOf(record)),
  version: record.version,
  bodyJson: JSON.stringify(record),
});
