import type { CreateSchedule, Schedule } from "@loa/protocol/http/schedules";

/** What makes the same schedule once more, after it was deleted. */
export function scheduleAgain(schedule: Schedule): CreateSchedule {
  const { id, durationMs, stations, createdBy, nextOccurrences, priority, ...fields } = schedule;
  return { ...fields, ...((priority === "urgent" || priority === "scheduled") && { priority }) };
}
