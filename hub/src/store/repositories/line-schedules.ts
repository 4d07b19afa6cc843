import type { UnixMs } from "@loa/kernel/clock";
import type { Target } from "@loa/protocol/http/schedules";
import type { AreaId } from "@loa/protocol/identity";
import type { Recurrence } from "../../core/recurrence.ts";
import type { LineDatabase, ScheduleRow } from "./line-tables.ts";

/** A schedule as stored. */
export interface ScheduleRecord {
  readonly id: string;
  readonly title: string;
  readonly targets: readonly Target[];
  readonly announcements: readonly string[];
  readonly recurrence: Recurrence;
  readonly priority: "urgent" | "scheduled";
  readonly onPreempt: "resume" | "restart" | "drop" | null;
  readonly chime: boolean;
  readonly lateWithinMs: number | null;
  readonly createdBy: { readonly id: string; readonly name: string };
  readonly createdAt: UnixMs;
  readonly updatedAt: UnixMs;
}

/** Rows of `schedules`. */
export const schedules = {
  async all(db: LineDatabase): Promise<ScheduleRecord[]> {
    const rows = await db.selectFrom("schedules").selectAll().orderBy("id").execute();
    return rows.map(recordOf);
  },

  async save(db: LineDatabase, record: ScheduleRecord): Promise<void> {
    const { id, ...values } = rowOf(record);
    await db
      .insertInto("schedules")
      .values({ id, ...values })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
      .execute();
  },

  /** Schedules whose targets name an area. */
  async naming(db: LineDatabase, area: AreaId): Promise<ScheduleRecord[]> {
    const found = await schedules.mentioning(db, area);
    return found.filter(({ targets }) => targets.some((one) => "areaId" in one && one.areaId === area));
  },

  /** Schedules whose targets hold the text of an id, and maybe more. */
  async mentioning(db: LineDatabase, id: string): Promise<ScheduleRecord[]> {
    const rows = await db
      .selectFrom("schedules")
      .selectAll()
      .where("targetsJson", "like", `%"${id}"%`)
      .execute();
    return rows.map(recordOf);
  },

  async remove(db: LineDatabase, id: string): Promise<void> {
    await db.deleteFrom("schedules").where("id", "=", id).execute();
  },
};

function recordOf(row: ScheduleRow): ScheduleRecord {
  const { id, title, priority, onPreempt, lateWithinMs, createdAt, updatedAt } = row;
  return {
    id,
    title,
    targets: JSON.parse(row.targetsJson) as Target[],
    announcements: JSON.parse(row.programmeJson) as string[],
    recurrence: {
      start: row.startAt,
      rrule: row.rrule,
      exceptions: JSON.parse(row.exceptionsJson) as UnixMs[],
      timeZone: row.timeZone,
    },
    priority,
    onPreempt,
    chime: row.chime === 1,
    lateWithinMs,
    createdBy: { id: row.createdById, name: row.createdByName },
    createdAt,
    updatedAt,
  };
}

function rowOf({ recurrence, ...record }: ScheduleRecord): ScheduleRow {
  return {
    id: record.id,
    title: record.title,
    targetsJson: JSON.stringify(record.targets),
    programmeJson: JSON.stringify(record.announcements),
    startAt: Math.round(recurrence.start),
    rrule: recurrence.rrule,
    exceptionsJson: JSON.stringify(recurrence.exceptions),
    timeZone: recurrence.timeZone,
    priority: record.priority,
    onPreempt: record.onPreempt,
    chime: record.chime ? 1 : 0,
    lateWithinMs: record.lateWithinMs,
    createdById: record.createdBy.id,
    createdByName: record.createdBy.name,
    createdAt: Math.round(record.createdAt),
    updatedAt: Math.round(record.updatedAt),
  };
}
