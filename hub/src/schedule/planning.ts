import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { days, hours, minutes } from "@loa/kernel/units";
import type { AreaId, StationId } from "@loa/protocol/identity";
import type { Plan } from "@loa/protocol/plan";
import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { type Hours, hoursOf, localMidnight } from "../core/envelope.ts";
import { planStation, type StationPlan } from "../core/planner.ts";
import type { IssuedPlan } from "../link/plan-delivery.ts";
import type { PlanHead, StationBook, StationState } from "../link/station-book.ts";
import type { Calendar } from "./calendar.ts";

/** A plan reaches this far from the local midnight before it was made: 8 days and more at any time of the day. */
export const PLAN_LENGTH_MS = days(9);
const DEBOUNCE_MS = 20;
const RENEW_LOOK_EVERY_MS = minutes(5);
/** Daily renewal is spread over this much of the night. */
const RENEW_SPREAD_MS = hours(6);
const MOST_GROUPS = 2_000;
/** So many stations are planned before others get a turn: a stop must not wait for the plans of a province. */
const STATIONS_PER_TURN = 100;

/** Where and by which rules a station sounds. */
export interface Place {
  readonly timeZone: string;
  readonly envelope: TimeEnvelope;
}

interface Content extends StationPlan {
  readonly hash: string;
}

/** What planning needs. */
export interface PlanningParts {
  readonly calendar: Calendar;
  readonly book: StationBook;
  readonly epoch: () => number;
  readonly clock: Clock;
  readonly log: Logger;
  /** In force where no area has one. */
  readonly defaultEnvelope: TimeEnvelope;
  /** New revisions of these stations are stored and may go out. */
  readonly issued: (stations: readonly StationId[]) => void;
  /** A station's place in the tree changed. */
  readonly moved: (state: StationState) => void;
}

/**
 * Keeps one plan for each enrolled station. Content follows from schedules, tree and the local midnight it is drawn from, so
 * it need not be stored: its hash tells whether anything changed, and only then the revision rises. A revision is on the
 * disk before it goes out. Stations that are asked for the same share the work.
 */
export class Planning {
  readonly #parts: PlanningParts;
  readonly #groups = new Map<string, Content>();
  readonly #hours = new Map<string, Hours>();
  /** With which calendar and place a head was last found to hold: thousands of births ask for the same again. */
  readonly #holds = new WeakMap<PlanHead, string>();
  #due = new Set<StationId>();
  readonly #atWork = new Set<Set<StationId>>();
  #debounce: Cancel | null = null;
  #endRenewal: Cancel = () => {};
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: PlanningParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#endRenewal = this.#parts.clock.every("renew-plans", RENEW_LOOK_EVERY_MS, () => {
      this.affected([...this.#parts.book.all()].filter((state) => this.#isStale(state)).map(({ id }) => id));
    });
  }

  close(): void {
    this.#endRenewal();
    this.#debounce?.();
  }

  /** Has the plans of stations looked at within a moment; several edits in a row count as one. */
  affected(stations: Iterable<StationId>): void {
    for (const station of stations) this.#due.add(station);
    if (this.#due.size === 0) return;
    const { clock, log } = this.#parts;
    this.#debounce ??= clock.at("replan", clock.now() + DEBOUNCE_MS, () => {
      this.flush().catch((error) => log.error({ err: error }, "plans could not be issued"));
    });
  }

  /** Issues at once what is due. */
  async flush(): Promise<void> {
    this.#debounce?.();
    this.#debounce = null;
    const due = this.#due;
    this.#due = new Set();
    if (due.size === 0) return;
    this.#atWork.add(due);
    await this.issue(due).finally(() => this.#atWork.delete(due));
  }

  /** Whether a station's plan is about to be looked at: what it has confirmed may not be what is wanted. */
  isPending(station: StationId): boolean {
    return this.#due.has(station) || [...this.#atWork].some((stations) => stations.has(station));
  }

  /**
   * Issues new revisions where content, epoch or day changed, and has them sent. A batch is stored, told and sent before the next, so
   * that a province that moves holds up nobody for long.
   */
  async issue(stations: Iterable<StationId>): Promise<void> {
    const all = [...stations];
    for (let i = 0; i < all.length; i += STATIONS_PER_TURN) {
      const changed = await this.#inTurn(all.slice(i, i + STATIONS_PER_TURN));
      if (changed.length > 0) this.#parts.issued(changed);
      await setImmediate();
    }
  }

  /** The newest plan of a station, brought up to date first, for who sends it; null while it is not enrolled or in no area. */
  async source(station: StationId): Promise<IssuedPlan | null> {
    await this.#inTurn([station]);
    const { book, calendar } = this.#parts;
    const state = book.get(station);
    const place = this.placeOf(station);
    if (!state?.wanted || !place || calendar.territory.pathOf(station).length === 0) return null;
    const head = state.wanted;
    return { head, plan: () => this.#plan(state, head, place) };
  }

  #plan({ id, areaPath, areaRevision }: StationState, head: PlanHead, place: Place): Plan {
    const { hubEpoch, revision, generatedAt, validUntil, anchor } = head;
    const { segments } = this.content(id, place, anchor);
    return {
      ...{ hubEpoch, revision, generatedAt, validUntil, areaPath: [...areaPath], areaRevision },
      ...place,
      segments: segments.filter((segment) => segment.startAt + segment.durationMs > generatedAt),
    };
  }

  /** Zone and envelope of a station; null when it is not registered. */
  placeOf(station: StationId): Place | null {
    const { calendar, defaultEnvelope } = this.#parts;
    const { stations, areas } = calendar.territory;
    const areaId = stations.get(station)?.areaId;
    const area = areaId === undefined ? undefined : areas.get(areaId);
    if (!area) return null;
    return { timeZone: area.timeZone, envelope: calendar.territory.envelope(area.id, defaultEnvelope) };
  }

  /** Segments of a station from a local midnight on, and what of its wishes does not sound. */
  content(station: StationId, place: Place, anchor: UnixMs): Content {
    const { calendar } = this.#parts;
    const key = `${anchor} ${place.timeZone} ${JSON.stringify(place.envelope)} ${calendar.wishKey(station)}`;
    const known = this.#groups.get(key);
    if (known) return known;
    const wishes = calendar.wanted(station, anchor, anchor + PLAN_LENGTH_MS);
    const plan = planStation(wishes, this.hours(place, anchor));
    const hash = createHash("sha256").update(JSON.stringify(plan.segments)).digest("base64url");
    const content = { ...plan, hash };
    makeRoom(this.#groups);
    this.#groups.set(key, content);
    return content;
  }

  /** The envelope laid over the days of a plan, with a day on either side. */
  hours({ timeZone, envelope }: Place, anchor: UnixMs): Hours {
    const key = `${anchor} ${timeZone} ${JSON.stringify(envelope)}`;
    let found = this.#hours.get(key);
    if (!found) {
      found = hoursOf(envelope, timeZone, anchor - days(1), anchor + PLAN_LENGTH_MS + days(1));
      makeRoom(this.#hours);
      this.#hours.set(key, found);
    }
    return found;
  }

  #inTurn(stations: Iterable<StationId>): Promise<StationId[]> {
    const turn = this.#turn.then(() => this.#issue(stations));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #issue(stations: Iterable<StationId>): Promise<StationId[]> {
    const { book, clock, moved } = this.#parts;
    const now = Math.round(clock.now());
    const changed: StationState[] = [];
    const paths = new Map<StationState, readonly AreaId[]>();
    for (const id of stations) {
      const state = book.get(id);
      if (!state || state.serial === null) continue;
      paths.set(state, state.areaPath);
      if (this.#renew(state, now)) changed.push(state);
    }
    if (changed.length > 0) await book.save();
    for (const state of changed) if (paths.get(state) !== state.areaPath) moved(state);
    return changed.map(({ id }) => id);
  }

  #renew(state: StationState, now: UnixMs): boolean {
    const { calendar, book, epoch } = this.#parts;
    const found = `${calendar.revision} ${state.areaRevision}`;
    if (state.wanted && this.#holds.get(state.wanted) === found && !this.#isStale(state)) return false;
    const place = this.placeOf(state.id);
    const path = calendar.territory.pathOf(state.id);
    if (!place || path.length === 0) return false;
    if (path.join() !== state.areaPath.join()) {
      state.leftAreas = [...new Set([...state.leftAreas, ...state.areaPath])];
      state.areaPath = path;
      state.areaRevision++;
    }
    const { wanted } = state;
    const hashOf = (anchor: UnixMs) =>
      digest([path, state.areaRevision, place, this.content(state.id, place, anchor).hash]);
    if (wanted && !this.#isStale(state) && hashOf(wanted.anchor) === wanted.hash) {
      this.#holds.set(wanted, found);
      return false;
    }
    const anchor = localMidnight(now, place.timeZone);
    state.wanted = {
      hubEpoch: epoch(),
      revision: (wanted?.revision ?? 0) + 1,
      generatedAt: now,
      validUntil: anchor + PLAN_LENGTH_MS,
      anchor,
      hash: hashOf(anchor),
    };
    state.rejectedCode = null;
    book.touch(state);
    return true;
  }

  #isStale({ id, wanted }: StationState): boolean {
    if (!wanted || wanted.hubEpoch !== this.#parts.epoch()) return true;
    const late = this.#parts.clock.now() - wanted.anchor - days(1);
    return late >= 0 && late >= spreadOf(id);
  }
}

/** Forgets the oldest of a full memory; entries of earlier edits are never asked for again. */
function makeRoom(memory: Map<string, unknown>): void {
  const oldest = memory.size >= MOST_GROUPS ? memory.keys().next().value : undefined;
  if (oldest !== undefined) memory.delete(oldest);
}

/** A station's own moment within the spread. */
function spreadOf(id: StationId): number {
  return createHash("sha256").update(id).digest().readUInt32BE(0) % RENEW_SPREAD_MS;
}

function digest(parts: unknown): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
