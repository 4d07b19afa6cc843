import type { CreateSchedule, PatchSchedule, Schedule, Target } from "@loa/protocol/http/schedules";
import { type Repeat, repeatOf, rruleOf } from "./recurrence.ts";
import { instantOf, rfc3339, wallTime } from "./zoned.ts";

/** A schedule while it is edited: dates and times as the area's clocks show them. */
export interface Draft {
  readonly title: string;
  readonly announcementIds: readonly string[];
  readonly targets: readonly Target[];
  readonly date: string;
  readonly time: string;
  readonly repeat: Repeat;
  readonly chime: boolean;
  readonly priority: "urgent" | "scheduled";
  readonly zone: string;
}

/** What is still missing before the hub can say what would sound; keys below `form.missing.`. */
export type Missing = "title" | "announcements" | "targets" | "time" | "days";

/** An empty draft for the next full hour. */
export function newDraft(now: number, zone: string): Draft {
  const next = wallTime(now + 3_600_000, zone);
  return {
    title: "",
    announcementIds: [],
    targets: [],
    date: next.date,
    time: `${next.time.slice(0, 2)}:00`,
    repeat: { kind: "once" },
    chime: true,
    priority: "scheduled",
    zone,
  };
}

/** A stored schedule as a draft. */
export function draftOf(schedule: Schedule): Draft {
  const start = wallTime(Date.parse(schedule.start), schedule.timeZone);
  return {
    title: schedule.title,
    announcementIds: schedule.programme.items.map(({ announcementId }) => announcementId),
    targets: schedule.targets,
    date: start.date,
    time: start.time,
    repeat: repeatOf(schedule.rrule),
    chime: schedule.chime,
    priority: schedule.priority === "urgent" ? "urgent" : "scheduled",
    zone: schedule.timeZone,
  };
}

/** What the draft still lacks, in the order of the form. */
export function missingOf(draft: Draft): Missing[] {
  const missing: Missing[] = [];
  if (draft.title.trim() === "") missing.push("title");
  if (draft.announcementIds.length === 0) missing.push("announcements");
  if (draft.targets.length === 0) missing.push("targets");
  if (Number.isNaN(instantOf(draft.date, draft.time, draft.zone))) missing.push("time");
  if (draft.repeat.kind === "weekly" && draft.repeat.days.length === 0) missing.push("days");
  return missing;
}

/** The draft as `POST /schedules` takes it. Once is sent as no rule. */
export function requestOf(draft: Draft): CreateSchedule {
  const rrule = rruleOf(draft.repeat, draft.zone);
  return {
    title: draft.title.trim(),
    targets: [...draft.targets],
    programme: { items: draft.announcementIds.map((announcementId) => ({ announcementId })) },
    start: rfc3339(instantOf(draft.date, draft.time, draft.zone), draft.zone),
    ...(rrule !== undefined && { rrule }),
    timeZone: draft.zone,
    priority: draft.priority,
    chime: draft.chime,
  };
}

/** The draft as `PATCH /schedules/:id` takes it: what is left out there stays as it was, so once is said as no rule. */
export const changeOf = (draft: Draft): PatchSchedule => ({ rrule: null, ...requestOf(draft) });
