import { setImmediate } from "node:timers/promises";
import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import type { CreateSchedule, PatchSchedule, Schedule } from "@loa/protocol/http/schedules";
import type { AreaId, StationId } from "@loa/protocol/identity";
import { CHIME_MS } from "@loa/protocol/plan";
import { covers, demand, RIGHTS } from "../core/access.ts";
import { retargeted, type Territory } from "../core/targets.ts";
import type { Actor, Audit, EventSink, Registry } from "../ports.ts";
import { type ScheduleRecord, schedules } from "../store/repositories/line-schedules.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import type { Calendar, Entry } from "./calendar.ts";
import { type Drafts, fieldsOf, nextStarts } from "./drafts.ts";
import type { Planning } from "./planning.ts";
import { holds, type Programme, programmeOf } from "./programme.ts";

const SHOWN_STARTS = 5;

/** What keeping schedules needs. */
export interface ScheduleParts {
  readonly db: LineDatabase;
  readonly calendar: Calendar;
  readonly planning: Planning;
  readonly drafts: Drafts;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
  readonly audit: Audit;
  readonly events: EventSink;
  readonly timeZone: string;
  /** A schedule was stored, changed or ended; what of it is already on record follows. */
  readonly edited: (scheduleId: string) => Promise<void>;
}

/** Schedules: judged, stored, and put into the plans of the stations they concern. */
export class Schedules {
  readonly #parts: ScheduleParts;
  /** Edits are judged one after another, so that two of them cannot both take the same time. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Schedules on air that will follow their announcements when they are over. */
  readonly #followLater = new Map<string, Cancel>();

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  close(): void {
    for (const cancel of this.#followLater.values()) cancel();
  }

  /** Puts what is stored into the calendar. */
  async load(): Promise<void> {
    const { db, calendar, clock } = this.#parts;
    for (const record of await schedules.all(db))
      calendar.set(record, await this.#programme(record), clock.now());
  }

  /** Schedules that sound anywhere in the actor's area (or in `area` of it), by id. */
  visible(actor: Actor, area: string = actor.areaId): Entry[] {
    const { calendar } = this.#parts;
    const { territory } = calendar;
    demand(actor, "schedule.read", territory.path(area));
    const stations = new Set(territory.below(area));
    return [...calendar.entries.values()]
      .filter(({ reach, record }) =>
        reach.size === 0
          ? actor.userId === record.createdBy.id
          : [...reach.keys()].some((id) => stations.has(id)),
      )
      .sort((a, b) => (a.record.id < b.record.id ? -1 : 1));
  }

  /** One of the visible ones. @throws NOT_FOUND */
  see(actor: Actor, id: string): Entry {
    const entry = this.#parts.calendar.entries.get(id);
    if (entry && this.#sees(actor, entry)) return entry;
    throw new LoaError("NOT_FOUND", `there is no schedule ${id} in your area`, { id });
  }

  /** One that the actor may change: all its targets lie in the actor's area. @throws NOT_FOUND · FORBIDDEN */
  own(actor: Actor, id: string): Entry {
    const entry = this.see(actor, id);
    this.#demandTargets(actor, entry.record.targets, "FORBIDDEN");
    return entry;
  }

  /** @throws what `Drafts` and scope throw */
  create(actor: Actor, body: CreateSchedule): Promise<Entry> {
    return this.#edit(async () => {
      const { clock, timeZone } = this.#parts;
      const now = Math.round(clock.now());
      const createdBy = { id: actor.userId, name: actor.name };
      const fields = fieldsOf(body, timeZone);
      const record = { id: newId("s", now), ...fields, createdBy, createdAt: now, updatedAt: now };
      return this.#store(actor, record, "schedule.create");
    });
  }

  /** @throws what `create` throws */
  patch(actor: Actor, id: string, body: PatchSchedule): Promise<Entry> {
    return this.#edit(async () => {
      const { record } = this.own(actor, id);
      const merged = fieldsOf({ ...bodyOf(record), ...body }, record.recurrence.timeZone);
      const updated = { ...record, ...merged, updatedAt: Math.round(this.#parts.clock.now()) };
      return this.#store(actor, updated, "schedule.change");
    });
  }

  /** Leaves one occurrence out. */
  except(actor: Actor, id: string, start: UnixMs): Promise<Entry> {
    return this.#edit(async () => {
      const { record } = this.own(actor, id);
      const exceptions = [...record.recurrence.exceptions, Math.round(start)];
      const updated = { ...record, recurrence: { ...record.recurrence, exceptions } };
      return this.#put(actor, updated, "schedule.except", { start });
    });
  }

  remove(actor: Actor, id: string): Promise<void> {
    return this.#edit(async () => {
      const { db, calendar, planning, audit } = this.#parts;
      const { record } = this.own(actor, id);
      await schedules.remove(db, id);
      planning.affected(calendar.remove(id));
      await this.#parts.edited(id);
      await audit.record({ actor: actor.userId, action: "schedule.remove", subject: id });
      this.#tell(record);
    });
  }

  /**
   * An area went up in another: schedules that name it name that one, from the same moment on in which the new tree is in force, so that no
   * station is planned for without them. Answers the stations whose broadcasts changed.
   */
  areaMerged(from: AreaId, into: AreaId, territory: Territory): Promise<Set<StationId>> {
    return this.#edit(async () => {
      const { db, calendar, clock } = this.#parts;
      const moved = new Map<string, ScheduleRecord>();
      const survey = await calendar.survey(territory, (record) => {
        if (!names(record, from)) return record;
        const there = { ...record, targets: retargeted(record.targets, from, into) };
        moved.set(record.id, there);
        return there;
      });
      const affected = calendar.enter(survey, clock.now());
      for (const record of moved.values()) {
        await setImmediate();
        await schedules.save(db, record);
        await this.#parts.edited(record.id);
        this.#tell(record);
      }
      return affected;
    });
  }

  /**
   * What stations may play of an announcement changed: it was approved, archived, restored, or has another end. What sounds right now
   * goes on as it began; another version takes its place from the next occurrence on.
   */
  async announcementChanged(id: string): Promise<void> {
    for (const { record } of [...this.#parts.calendar.entries.values()])
      if (record.announcements.includes(id)) await this.#edit(() => this.#follow(record.id));
  }

  async #follow(scheduleId: string): Promise<void> {
    const { calendar, planning, clock, log } = this.#parts;
    const entry = calendar.entries.get(scheduleId);
    if (!entry) return;
    const { record } = entry;
    const programme = await this.#programme(record);
    const now = clock.now();
    const free = programme ? this.#freeAt(entry, programme, now) : now;
    if (free > now) {
      this.#followLater.get(scheduleId)?.();
      const later = clock.at(`follow ${scheduleId}`, free, () => {
        this.#followLater.delete(scheduleId);
        this.#edit(() => this.#follow(scheduleId)).catch((err) =>
          log.error({ err, scheduleId }, "a schedule did not follow its announcements"),
        );
      });
      this.#followLater.set(scheduleId, later);
      return;
    }
    planning.affected(calendar.set(record, programme, now));
    await this.#parts.edited(scheduleId);
  }

  /** When nothing of an entry sounds, neither as it is nor as it would be: else a station would join the new sound in its middle. */
  #freeAt(entry: Entry, next: Programme, now: UnixMs): UnixMs {
    if (!entry.programme) return now;
    const longest = Math.max(entry.programme.durationMs, next.durationMs);
    const begun = this.#parts.calendar.starts(entry, now - longest + 1, now + 1).at(-1);
    return begun === undefined || !holds(next, begun) ? now : begun + longest;
  }

  /** A schedule as the API shows it. */
  view({ record, programme, reach }: Entry): Schedule {
    const { lateWithinMs, onPreempt } = record;
    return {
      ...bodyOf(record),
      id: record.id,
      timeZone: record.recurrence.timeZone,
      priority: record.priority,
      chime: record.chime,
      ...(onPreempt !== null && { onPreempt }),
      ...(lateWithinMs !== null && { lateWithinMs }),
      durationMs: programme?.durationMs ?? (record.chime ? CHIME_MS : 0),
      stations: reach.size,
      createdBy: record.createdBy,
      nextOccurrences: nextStarts(record.recurrence, this.#parts.clock.now(), SHOWN_STARTS)
        .filter((start) => !programme || holds(programme, start))
        .map(rfc3339),
    };
  }

  /** Whether the actor may schedule here, and may use these announcements. */
  async demandDraft(actor: Actor, record: Pick<ScheduleRecord, "targets" | "announcements">): Promise<void> {
    const { calendar, registry } = this.#parts;
    if (!RIGHTS[actor.role].has("schedule.write"))
      throw new LoaError("FORBIDDEN", `the role ${actor.role} does not allow this`);
    this.#demandTargets(actor, record.targets, "NOT_FOUND");
    const above = calendar.territory.path(actor.areaId);
    for (const { id, areaId } of await registry.announcements(record.announcements))
      if (!above.includes(areaId) && !covers(actor, calendar.territory.path(areaId)))
        throw new LoaError("NOT_FOUND", `there is no announcement ${id} in your area`, { id });
  }

  async #store(actor: Actor, record: ScheduleRecord, action: string): Promise<Entry> {
    await this.demandDraft(actor, record);
    const draft = await this.#parts.drafts.resolve(record);
    this.#parts.drafts.demandFits(draft);
    return this.#put(actor, record, action, { title: record.title });
  }

  async #put(
    actor: Actor,
    record: ScheduleRecord,
    action: string,
    detail: Record<string, unknown>,
  ): Promise<Entry> {
    const { db, calendar, planning, audit, clock } = this.#parts;
    const programme = await this.#programme(record);
    await schedules.save(db, record);
    planning.affected(calendar.set(record, programme, clock.now()));
    await this.#parts.edited(record.id);
    await audit.record({ actor: actor.userId, action, subject: record.id, detail });
    this.#tell(record);
    return calendar.entries.get(record.id)!;
  }

  async #programme(record: ScheduleRecord) {
    const records = await this.#parts.registry.announcements(record.announcements);
    return programmeOf(record.announcements, records, record.chime);
  }

  #demandTargets(actor: Actor, targets: ScheduleRecord["targets"], code: "FORBIDDEN" | "NOT_FOUND"): void {
    const { territory } = this.#parts.calendar;
    for (const target of targets) {
      const path = "areaId" in target ? territory.path(target.areaId) : territory.pathOf(target.stationId);
      if (path.length === 0 && code === "FORBIDDEN") continue;
      if (!covers(actor, path)) throw new LoaError(code, "a target lies outside your area", { target });
    }
    if (!RIGHTS[actor.role].has("schedule.write"))
      throw new LoaError("FORBIDDEN", `the role ${actor.role} does not allow this`);
  }

  #sees(actor: Actor, { record, reach }: Entry): boolean {
    if (!RIGHTS[actor.role].has("schedule.read")) return false;
    if (reach.size === 0) return record.createdBy.id === actor.userId;
    const { territory } = this.#parts.calendar;
    return [...reach.keys()].some((station) => covers(actor, territory.pathOf(station)));
  }

  #tell({ id, targets }: ScheduleRecord): void {
    const { calendar, events } = this.#parts;
    const reach = calendar.territory.reachNow(targets);
    events.publish({ kind: "schedule", scheduleId: id }, calendar.territory.areasOf(reach.keys()));
  }

  #edit<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

const names = ({ targets }: ScheduleRecord, area: AreaId) =>
  targets.some((target) => "areaId" in target && target.areaId === area);

function bodyOf(record: ScheduleRecord): CreateSchedule {
  const { recurrence, onPreempt, lateWithinMs } = record;
  return {
    title: record.title,
    targets: [...record.targets],
    programme: { items: record.announcements.map((announcementId) => ({ announcementId })) },
    start: rfc3339(recurrence.start),
    ...(recurrence.rrule !== null && { rrule: recurrence.rrule }),
    exceptions: recurrence.exceptions.map(rfc3339),
    timeZone: recurrence.timeZone,
    priority: record.priority,
    ...(onPreempt !== null && { onPreempt }),
    chime: record.chime,
    ...(lateWithinMs !== null && { lateWithinMs }),
  };
}

/** RFC 3339 in UTC. */
export const rfc3339 = (at: UnixMs): string => new Date(at).toISOString();
