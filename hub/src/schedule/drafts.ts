import type { Clock, UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { days } from "@loa/kernel/units";
import type { Conflict, CreateSchedule } from "@loa/protocol/http/schedules";
import type { StationId } from "@loa/protocol/identity";
import { type Claim, type Clash, clashes, overlapsItself } from "../core/conflicts.ts";
import { isOpen, localMidnight } from "../core/envelope.ts";
import { planStation } from "../core/planner.ts";
import { broadcastIdOf, type Recurrence } from "../core/recurrence.ts";
import type { Reach } from "../core/targets.ts";
import type { Registry } from "../ports.ts";
import type { ScheduleRecord } from "../store/repositories/line-schedules.ts";
import { type Calendar, type Entry, type Occurrence, wantedOf } from "./calendar.ts";
import { checkRecurrence, occurrences } from "./occurrences.ts";
import { PLAN_LENGTH_MS, type Planning } from "./planning.ts";
import { holds, programmeOf } from "./programme.ts";

/** So far ahead of its first occurrence a draft is checked against the others. */
const CHECKED_MS = days(31);
const MOST_CHECKED = 64;
const MOST_SHOWN = 10;

/** Fields of a schedule that people decide. */
export type ScheduleFields = Omit<ScheduleRecord, "id" | "createdBy" | "createdAt" | "updatedAt">;

/** A draft that was looked through. `starts`: its next occurrences; `expired`: those after an announcement's end, which do not sound. */
export interface CheckedDraft {
  readonly entry: Entry & { readonly programme: NonNullable<Entry["programme"]> };
  readonly starts: readonly UnixMs[];
  readonly expired: readonly UnixMs[];
}

/** What judging drafts needs. */
export interface DraftParts {
  readonly calendar: Calendar;
  readonly planning: Planning;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly timeZone: string;
}

/** A schedule as requests tell it; `rrule` null or absent: once. */
export type DraftBody = Omit<CreateSchedule, "rrule"> & { readonly rrule?: string | null };

/** Reads a request's fields. @throws BAD_REQUEST a time is not RFC 3339 */
export function fieldsOf(body: DraftBody, defaultZone: string): ScheduleFields {
  return {
    title: body.title,
    targets: body.targets,
    announcements: body.programme.items.map((item) => item.announcementId),
    recurrence: {
      start: instantOf(body.start, "start"),
      rrule: body.rrule ?? null,
      exceptions: (body.exceptions ?? []).map((text) => instantOf(text, "exceptions")),
      timeZone: body.timeZone ?? defaultZone,
    },
    priority: body.priority ?? "scheduled",
    onPreempt: body.onPreempt ?? null,
    chime: body.chime ?? false,
    lateWithinMs: body.lateWithinMs ?? null,
  };
}

/** An RFC 3339 time as Unix ms. @throws BAD_REQUEST */
export function instantOf(text: string, field: string): UnixMs {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch (cause) {
    throw new LoaError("BAD_REQUEST", `${field} "${text}" is not RFC 3339`, { field }, { cause });
  }
}

/** The next starts of a recurrence from `now`, at most `most`; looks years ahead for rare ones. */
export function nextStarts(recurrence: Recurrence, now: UnixMs, most: number): UnixMs[] {
  const from = Math.max(now, recurrence.start);
  for (const reach of [days(31), days(366), days(5 * 366)]) {
    const starts = occurrences(recurrence, from, from + reach);
    if (starts.length > 0) return starts.slice(0, most);
  }
  return [];
}

/** Judges drafts of schedules before they are stored. */
export class Drafts {
  readonly #parts: DraftParts;

  constructor(parts: DraftParts) {
    this.#parts = parts;
  }

  /**
   * Resolves a draft: its stations, programme and next occurrences.
   * @throws RRULE_INVALID · TIME_ZONE_INVALID · NOT_FOUND · NO_TARGETS · NOT_APPROVED · SCHEDULE_IN_PAST · SCHEDULE_EMPTY · ANNOUNCEMENT_EXPIRED
   */
  async resolve(record: ScheduleRecord): Promise<CheckedDraft> {
    const { calendar, registry, clock } = this.#parts;
    const now = clock.now();
    checkRecurrence(record.recurrence);
    const reach = calendar.territory.reach(record.targets);
    const records = await registry.announcements(record.announcements);
    const missing = record.announcements.find((id) => !records.some((one) => one.id === id));
    if (missing) throw new LoaError("NOT_FOUND", `there is no announcement ${missing}`, { id: missing });
    const programme = programmeOf(record.announcements, records, record.chime);
    if (!programme)
      throw new LoaError("NOT_APPROVED", "only approved announcements with ready audio can be scheduled");
    if (record.recurrence.rrule === null && record.recurrence.start <= now)
      throw new LoaError("SCHEDULE_IN_PAST", "the start has passed", { start: record.recurrence.start });
    const next = nextStarts(record.recurrence, now, MOST_CHECKED);
    if (next.length === 0) throw new LoaError("SCHEDULE_EMPTY", "no occurrence lies in the future");
    const [starts, expired] = parted(next, (start) => holds(programme, start));
    if (starts.length === 0)
      throw new LoaError(
        "ANNOUNCEMENT_EXPIRED",
        "its announcements hold no longer than before its first occurrence",
        {
          expiresAt: programme.expiresAt,
        },
      );
    return { entry: { record, programme, reach, version: -1, changedAt: now }, starts, expired };
  }

  /**
   * Judges a resolved draft against hours, the other schedules and the day's airtime.
   * @throws OUTSIDE_ENVELOPE · SCHEDULE_CONFLICT with `conflicts` · AIRTIME_EXCEEDED
   */
  demandFits(draft: CheckedDraft): void {
    const { entry, starts } = draft;
    this.#demandOpen(draft);
    const own = overlapsItself(starts, entry.programme.durationMs);
    const conflicts = own ? [] : this.conflicts(draft);
    if (own || conflicts.length > 0)
      throw new LoaError(
        "SCHEDULE_CONFLICT",
        own ? "its own occurrences run into each other" : `it hits ${conflicts[0]!.with.title}`,
        { conflicts },
      );
    this.#demandAirtime(draft);
  }

  /** Where a draft and stored schedules of the same priority want one station at one time. */
  conflicts({ entry, starts }: CheckedDraft): Conflict[] {
    const { calendar } = this.#parts;
    const until = starts[0]! + CHECKED_MS;
    const checked = starts.filter((start) => start < until);
    const draft = checked.map((start) => claimOf(occurrenceOf(entry, start)));
    const [from, to] = [draft[0]!.startAt - days(1), draft.at(-1)!.endAt + days(1)];
    const others = this.#neighbours(entry).flatMap((other) =>
      other.record.priority === entry.record.priority
        ? calendar.occurrences(other, from, to).map((one) => claimOf(one, calendar.stoppedAt(one.id)))
        : [],
    );
    return clashes(draft, others).map((clash) => this.#conflictOf(clash));
  }

  #neighbours({ record, reach }: Entry): Entry[] {
    const found = new Set([...reach.keys()].flatMap((station) => this.#parts.calendar.of(station)));
    return [...found].filter((other) => other.record.id !== record.id);
  }

  #demandOpen({ entry, starts }: CheckedDraft): void {
    const { planning } = this.#parts;
    for (const station of this.#samples(entry.reach)) {
      const place = planning.placeOf(station);
      if (!place) continue;
      for (const start of starts.slice(0, MOST_SHOWN)) {
        const hours = planning.hours(place, localMidnight(start, place.timeZone));
        const stretch = { start, end: start + entry.programme.durationMs };
        if (!isOpen(hours, stretch))
          throw new LoaError(
            "OUTSIDE_ENVELOPE",
            `at ${new Date(start).toISOString()} the station ${station} may not sound for that long`,
            { station, startAt: start },
          );
      }
    }
  }

  #demandAirtime({ entry, starts }: CheckedDraft): void {
    const { planning, calendar } = this.#parts;
    for (const station of this.#samples(entry.reach)) {
      const place = planning.placeOf(station);
      if (!place) continue;
      const anchor = localMidnight(starts[0]!, place.timeZone);
      const others = calendar
        .wanted(station, anchor, anchor + PLAN_LENGTH_MS)
        .filter(({ broadcastId }) => !broadcastId.startsWith(`b-${entry.record.id}-`));
      const own = starts
        .filter((start) => start < anchor + PLAN_LENGTH_MS)
        .map((start) => wantedOf(occurrenceOf(entry, start), station));
      const hours = planning.hours(place, anchor);
      const before = tooMuch(planStation(others, hours).refused);
      const after = tooMuch(planStation([...others, ...own], hours).refused);
      const pushed = after.find((id) => !before.includes(id));
      if (pushed)
        throw new LoaError(
          "AIRTIME_EXCEEDED",
          `the station ${station} may sound ${place.envelope.maxMinutesPerDay} minutes a day, and that is used up`,
          { station, broadcastId: pushed },
        );
    }
  }

  /** One station of each kind: those with the same place and the same wishes are judged alike. */
  #samples(reach: Reach): StationId[] {
    const { calendar, planning } = this.#parts;
    const seen = new Map<string, StationId>();
    for (const [station, zones] of reach) {
      const key = `${zones.join()} ${JSON.stringify(planning.placeOf(station))} ${calendar.wishKey(station)}`;
      if (!seen.has(key)) seen.set(key, station);
    }
    return [...seen.values()];
  }

  #conflictOf({ station, draft, other }: Clash): Conflict {
    const { stations } = this.#parts.calendar.territory;
    return {
      stationId: station,
      stationName: stations.get(station)?.name ?? station,
      startAt: draft.startAt,
      endAt: draft.endAt,
      with: {
        broadcastId: other.broadcastId,
        scheduleId: other.scheduleId ?? "",
        title: other.title,
        startAt: other.startAt,
        endAt: other.endAt,
      },
    };
  }
}

function parted(starts: readonly UnixMs[], fits: (start: UnixMs) => boolean): [UnixMs[], UnixMs[]] {
  return [starts.filter(fits), starts.filter((start) => !fits(start))];
}

/** One occurrence of an entry with a programme. */
export function occurrenceOf(entry: CheckedDraft["entry"], startAt: UnixMs): Occurrence {
  const id = broadcastIdOf(entry.record.id, startAt);
  return { entry, id, startAt, endAt: startAt + entry.programme.durationMs };
}

function claimOf(
  { entry, id, startAt, endAt }: Occurrence,
  without: ReadonlySet<StationId> = new Set(),
): Claim {
  const { id: scheduleId, title, priority } = entry.record;
  const stations = new Set(entry.reach.keys()).difference(without);
  return { broadcastId: id, scheduleId, title, startAt, endAt, priority, stations };
}

const tooMuch = (refused: readonly { broadcastId: string; code: string }[]): string[] =>
  refused.filter(({ code }) => code === "AIRTIME_EXCEEDED").map(({ broadcastId }) => broadcastId);
