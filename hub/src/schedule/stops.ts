import type { Clock, UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { minutes } from "@loa/kernel/units";
import type { StopAnswer } from "@loa/protocol/http/broadcasts";
import type { StationId } from "@loa/protocol/identity";
import { covers, demand, RIGHTS } from "../core/access.ts";
import type { Commands } from "../link/commands.ts";
import type { Actor, Audit } from "../ports.ts";
import { type BroadcastRecord, broadcasts as rows } from "../store/repositories/line-broadcasts.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import type { Broadcasts } from "./broadcasts.ts";
import type { Calendar } from "./calendar.ts";
import type { Planning } from "./planning.ts";
import type { Recorder } from "./recorder.ts";
import type { Schedules } from "./schedules.ts";

/** A stop of what sounds now is of no use later than this. */
const STOP_LIFE_MS = minutes(10);

/** What stopping needs. */
export interface StopParts {
  readonly db: LineDatabase;
  readonly calendar: Calendar;
  readonly planning: Planning;
  readonly broadcasts: Broadcasts;
  readonly schedules: Schedules;
  readonly recorder: Recorder;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly audit: Audit;
  /** Everything non-emergency at these stations was stopped: live speech too. */
  readonly stopped: (actor: Actor, stations: readonly StationId[]) => void;
}

/** Silence by people: one broadcast, all that sounds in an area, or one occurrence before its time. */
export class Stops {
  readonly #parts: StopParts;

  constructor(parts: StopParts) {
    this.#parts = parts;
  }

  /**
   * Silences a broadcast at the stations of the actor's area, also what of it is still to come. Answers when the command is out.
   * @throws NOT_FOUND · FORBIDDEN · CONFLICT it is over
   */
  async broadcast(actor: Actor, id: string): Promise<StopAnswer> {
    const { broadcasts, calendar, clock } = this.#parts;
    const record = await broadcasts.see(actor, id);
    const stations = record.stations.filter((station) => covers(actor, calendar.territory.pathOf(station)));
    demandStop(actor);
    if (record.cancelledAt !== null || clock.now() >= record.endAt)
      throw new LoaError("CONFLICT", "this broadcast is over", { id });
    const until = Math.max(record.endAt, clock.now()) + STOP_LIFE_MS;
    const commandId = await this.#command(actor, stations, until, id);
    await this.#mark(record, stations);
    await this.#audit(actor, "broadcast.stop", id, stations.length);
    return { commandId, stations: stations.length };
  }

  /** Silences all non-emergency sound of an area. @throws NOT_FOUND · FORBIDDEN · NO_TARGETS */
  async area(actor: Actor, areaId: string): Promise<StopAnswer> {
    const { calendar, clock, broadcasts } = this.#parts;
    demand(actor, "broadcast.stop", calendar.territory.path(areaId));
    const stations = calendar.territory.below(areaId);
    if (stations.length === 0) throw new LoaError("NO_TARGETS", "the area has no station", { areaId });
    const now = clock.now();
    const commandId = await this.#command(actor, stations, now + STOP_LIFE_MS);
    this.#parts.stopped(actor, stations);
    const below = new Set(stations);
    for (const record of await broadcasts.between(areaId, now, now + 1))
      await this.#mark(
        record,
        record.stations.filter((station) => below.has(station)),
      );
    await this.#audit(actor, "area.stop", areaId, stations.length);
    return { commandId, stations: stations.length };
  }

  /** Takes one occurrence out before its time. @throws NOT_FOUND · FORBIDDEN · CONFLICT it has begun */
  async cancel(actor: Actor, id: string): Promise<void> {
    const { db, broadcasts, schedules, recorder, clock } = this.#parts;
    const record = await broadcasts.see(actor, id);
    const now = clock.now();
    if (record.cancelledAt !== null) return;
    if (now >= record.startAt)
      throw new LoaError("CONFLICT", "this broadcast has begun; stop it instead", { id });
    await schedules.except(actor, record.scheduleId, record.startAt);
    await rows.save(db, { ...record, cancelledAt: Math.round(now) });
    recorder.changed(id);
  }

  async #command(
    actor: Actor,
    stations: readonly StationId[],
    until: UnixMs,
    broadcastId?: string,
  ): Promise<string> {
    const body = { kind: "stop" as const, by: actor.name, ...(broadcastId !== undefined && { broadcastId }) };
    return this.#parts.commands.send(body, stations, until);
  }

  async #mark(record: BroadcastRecord, stations: readonly StationId[]): Promise<void> {
    const { db, calendar, planning, recorder } = this.#parts;
    const stopped = [...new Set([...record.stopped, ...stations])].sort();
    await rows.save(db, { ...record, stopped });
    calendar.stop(record.id, stations);
    planning.affected(stations);
    recorder.changed(record.id);
  }

  async #audit(actor: Actor, action: string, subject: string, stations: number): Promise<void> {
    await this.#parts.audit.record({ actor: actor.userId, action, subject, detail: { stations } });
  }
}

function demandStop(actor: Actor): void {
  if (!RIGHTS[actor.role].has("broadcast.stop"))
    throw new LoaError("FORBIDDEN", `the role ${actor.role} does not allow this`);
}
