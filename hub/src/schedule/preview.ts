import type { Clock, UnixMs } from "@loa/kernel/clock";
import { codeOf, LoaError } from "@loa/kernel/errors";
import { days } from "@loa/kernel/units";
import type { Conflict, Preview, PreviewDraft, PreviewItem } from "@loa/protocol/http/schedules";
import type { StationId } from "@loa/protocol/identity";
import { localMidnight } from "../core/envelope.ts";
import type { Actor } from "../ports.ts";
import type { BroadcastRecord } from "../store/repositories/line-broadcasts.ts";
import { type Broadcasts, recordOf } from "./broadcasts.ts";
import type { Calendar } from "./calendar.ts";
import { type Drafts, fieldsOf, occurrenceOf } from "./drafts.ts";
import { PLAN_LENGTH_MS, type Planning } from "./planning.ts";
import { rfc3339, type Schedules } from "./schedules.ts";

const SHOWN_STARTS = 5;
const MOST_ITEMS = 500;

const EXPIRED = { code: "ANNOUNCEMENT_EXPIRED", message: "an announcement's time is over by then" };

/** What the read-back needs. */
export interface PreviewParts {
  readonly calendar: Calendar;
  readonly planning: Planning;
  readonly broadcasts: Broadcasts;
  readonly schedules: Schedules;
  readonly drafts: Drafts;
  readonly clock: Clock;
  readonly timeZone: string;
}

/** The read-back: what will sound where, what will not, and why. */
export class Previews {
  readonly #parts: PreviewParts;

  constructor(parts: PreviewParts) {
    this.#parts = parts;
  }

  /** What sounds in an area within `[from, to)`. */
  async area(areaId: string, from: UnixMs, to: UnixMs): Promise<Preview> {
    const records = await this.#parts.broadcasts.between(areaId, from, to);
    const items = records
      .filter((record) => record.cancelledAt === null)
      .map((record) => this.#item(record, false, this.#problem(record)));
    const sorted = [...items, ...this.#expired(areaId, from, to)].sort((a, b) => a.startAt - b.startAt);
    return { items: sorted.slice(0, MOST_ITEMS), conflicts: [], nextOccurrences: [] };
  }

  /** What would sound in an area if its announcements had not expired by then. */
  #expired(areaId: string, from: UnixMs, to: UnixMs): PreviewItem[] {
    const { calendar } = this.#parts;
    const below = new Set(calendar.territory.below(areaId));
    return [...calendar.entries.values()]
      .filter(
        ({ programme, reach }) =>
          programme?.expiresAt != null && [...reach.keys()].some((id) => below.has(id)),
      )
      .flatMap((entry) => calendar.expired(entry, from, to))
      .filter(({ startAt }) => startAt >= from)
      .map((occurrence) => this.#item(recordOf(occurrence), false, EXPIRED));
  }

  /**
   * The next 24 h of the actor's area together with a draft, which may be one that will be refused: then its items say why. A draft of
   * a stored schedule stands in its place.
   * @throws NOT_FOUND · FORBIDDEN that schedule; what keeps a draft from having occurrences at all: RRULE_INVALID · NO_TARGETS · NOT_APPROVED · …
   */
  async draft(actor: Actor, { scheduleId, ...body }: PreviewDraft): Promise<Preview> {
    const { schedules, drafts, clock, timeZone, calendar } = this.#parts;
    const now = clock.now();
    const stamp = { createdBy: { id: actor.userId, name: actor.name }, createdAt: now, updatedAt: now };
    const id = scheduleId === undefined ? "draft" : schedules.own(actor, scheduleId).record.id;
    const record = { id, ...fieldsOf(body, timeZone), ...stamp };
    await schedules.demandDraft(actor, record);
    const draft = await drafts.resolve(record);
    const conflicts = drafts.conflicts(draft);
    const problem = refusalOf(() => drafts.demandFits(draft));
    const own = draft.starts
      .slice(0, SHOWN_STARTS)
      .map((start) => this.#item(recordOf(occurrenceOf(draft.entry, start)), true, problem));
    const skipped = draft.expired
      .slice(0, SHOWN_STARTS)
      .map((start) => this.#item(recordOf(occurrenceOf(draft.entry, start)), true, EXPIRED));
    const area = calendar.territory.commonArea(draft.entry.reach.keys()) ?? actor.areaId;
    const { items } = await this.area(area, now, now + days(1));
    const others = items.filter((item) => item.scheduleId !== scheduleId || item.startAt <= now);
    return {
      items: [...others, ...own, ...skipped].sort((a, b) => a.startAt - b.startAt),
      conflicts: conflicts satisfies Conflict[],
      nextOccurrences: draft.starts.slice(0, SHOWN_STARTS).map(rfc3339),
    };
  }

  #item(record: BroadcastRecord, draft: boolean, problem: PreviewItem["problem"]): PreviewItem {
    const { areas } = this.#parts.calendar.territory;
    const { title, startAt, endAt, priority, stations } = record;
    return {
      scheduleId: draft ? null : record.scheduleId,
      broadcastId: draft ? null : record.id,
      title,
      startAt,
      endAt,
      priority,
      stations: stations.length,
      areas: this.#areasOf(stations).map((id) => areas.get(id)?.name ?? id),
      draft,
      ...(problem && { problem }),
    };
  }

  #areasOf(stations: readonly StationId[]): string[] {
    const { territory } = this.#parts.calendar;
    const cover = territory.cover(stations);
    const single = cover.stations.flatMap((id) => territory.stations.get(id)?.areaId ?? []);
    return [...new Set([...cover.areas, ...single])].slice(0, 20);
  }

  #problem({ id, startAt, stations }: BroadcastRecord): PreviewItem["problem"] {
    const { planning, clock } = this.#parts;
    const counts = new Map<string, number>();
    for (const station of stations) {
      const place = planning.placeOf(station);
      if (!place) continue;
      const anchor = localMidnight(Math.min(clock.now(), startAt), place.timeZone);
      if (startAt >= anchor + PLAN_LENGTH_MS) continue;
      const refusal = planning.content(station, place, anchor).refused.find((one) => one.broadcastId === id);
      if (refusal) counts.set(refusal.code, (counts.get(refusal.code) ?? 0) + 1);
    }
    const first = [...counts][0];
    return first && { code: first[0], message: `not whole at ${first[1]} of ${stations.length} stations` };
  }
}

function refusalOf(judge: () => void): PreviewItem["problem"] {
  try {
    judge();
    return undefined;
  } catch (error) {
    if (!(error instanceof LoaError)) throw error;
    return { code: codeOf(error), message: error.message };
  }
}
