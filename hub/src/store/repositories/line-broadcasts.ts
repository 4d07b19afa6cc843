import type { UnixMs } from "@loa/kernel/clock";
import type { StationId } from "@loa/protocol/identity";
import type { BroadcastRow, LineDatabase } from "./line-tables.ts";

/** One occurrence as it is kept once its time has come, or once it was cancelled or stopped. Later edits do not change it. */
export interface BroadcastRecord {
  readonly id: string;
  readonly scheduleId: string;
  readonly title: string;
  readonly startAt: UnixMs;
  readonly endAt: UnixMs;
  readonly priority: "urgent" | "scheduled";
  readonly stations: readonly StationId[];
  readonly announcements: readonly {
    readonly id: string;
    readonly title: string;
    readonly durationMs: number;
  }[];
  /** Since when its content is as it is: a plan of this time or later holds it so. */
  readonly changedAt: UnixMs;
  readonly cancelledAt: UnixMs | null;
  readonly stopped: readonly StationId[];
}

/** Rows of `broadcasts`. */
export const broadcasts = {
  /** Writes down what is not yet written down; what is stays as it is. */
  async keep(db: LineDatabase, records: readonly BroadcastRecord[]): Promise<void> {
    if (records.length === 0) return;
    await db.transaction().execute(async (transaction) => {
      for (const record of records)
        await transaction
          .insertInto("broadcasts")
          .values(rowOf(record))
          .onConflict((conflict) => conflict.column("id").doNothing())
          .execute();
    });
  },

  /** Writes one over what was there. */
  async save(db: LineDatabase, record: BroadcastRecord): Promise<void> {
    const { id, ...values } = rowOf(record);
    await db
      .insertInto("broadcasts")
      .values({ id, ...values })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
      .execute();
  },

  /** Takes out those of a schedule that begin after `now` and that nobody cancelled or stopped. */
  async withdraw(db: LineDatabase, scheduleId: string, now: UnixMs): Promise<void> {
    await db
      .deleteFrom("broadcasts")
      .where("scheduleId", "=", scheduleId)
      .where("startAt", ">", Math.floor(now))
      .where("cancelledAt", "is", null)
      .where("stoppedJson", "=", "[]")
      .execute();
  },

  /** Those that were stopped at some stations and are not over. */
  async stopped(db: LineDatabase, now: UnixMs): Promise<BroadcastRecord[]> {
    const rows = await db
      .selectFrom("broadcasts")
      .selectAll()
      .where("endAt", ">", Math.floor(now))
      .where("stoppedJson", "<>", "[]")
      .execute();
    return rows.map(recordOf);
  },

  async get(db: LineDatabase, id: string): Promise<BroadcastRecord | null> {
    const row = await db.selectFrom("broadcasts").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? recordOf(row) : null;
  },

  /** Those that overlap `[from, to)`, by start. */
  async between(
    db: LineDatabase,
    from: UnixMs,
    to: UnixMs,
    scheduleId: string | null = null,
  ): Promise<BroadcastRecord[]> {
    let query = db
      .selectFrom("broadcasts")
      .selectAll()
      .where("endAt", ">", Math.floor(from))
      .where("startAt", "<", Math.ceil(to));
    if (scheduleId !== null) query = query.where("scheduleId", "=", scheduleId);
    return (await query.orderBy("startAt").orderBy("id").execute()).map(recordOf);
  },
};

function recordOf({ stationsJson, announcementsJson, stoppedJson, ...row }: BroadcastRow): BroadcastRecord {
  return {
    ...row,
    stations: JSON.parse(stationsJson) as StationId[],
    announcements: JSON.parse(announcementsJson) as BroadcastRecord["announcements"],
    stopped: JSON.parse(stoppedJson) as StationId[],
  };
}

function rowOf({ stations, announcements, stopped, ...record }: BroadcastRecord): BroadcastRow {
  return {
    ...record,
    startAt: Math.round(record.startAt),
    endAt: Math.round(record.endAt),
    changedAt: Math.round(record.changedAt),
    cancelledAt: record.cancelledAt === null ? null : Math.round(record.cancelledAt),
    stationsJson: JSON.stringify(stations),
    announcementsJson: JSON.stringify(announcements),
    stoppedJson: JSON.stringify(stopped),
  };
}
