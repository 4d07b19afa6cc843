import type { Cancel, Clock } from "@loa/kernel/clock";
import { seconds } from "@loa/kernel/units";
import type { DashboardEvent } from "@loa/protocol/http/events";
import type { AreaId } from "@loa/protocol/identity";
import type { Actor, EventSink } from "../ports.ts";

const KEPT_EVENTS = 5_000;
/** Who missed more reads everything again instead. */
const MOST_RESUMED = 1_000;
const HEARTBEAT_MS = seconds(15);
/** A client that leaves this much unread is dropped; it comes back and resumes or reads everything again. */
const MOST_UNREAD_BYTES = 1_048_576;

/** The part of a server response that a listener needs. */
export interface EventStream {
  write(text: string): boolean;
  readonly writableLength: number;
  destroy(): void;
}

/** An event that was published. Where nobody listens, it is never written out. */
class Kept {
  readonly number: number;
  /** The areas that are concerned and all above them. */
  readonly areas: ReadonlySet<AreaId>;
  readonly #id: string;
  readonly #event: DashboardEvent;
  #text: string | null = null;

  constructor(run: string, number: number, areas: ReadonlySet<AreaId>, event: DashboardEvent) {
    this.number = number;
    this.areas = areas;
    this.#id = `${run}-${number}`;
    this.#event = event;
  }

  get text(): string {
    this.#text ??= textOf(this.#id, this.#event);
    return this.#text;
  }
}

interface Listener {
  readonly actor: Actor;
  readonly stream: EventStream;
  /** Whether its session still stands. */
  readonly stands: () => Promise<boolean>;
}

/**
 * Server-sent events to dashboards, each to those whose area holds one of the areas it concerns. The last events are kept in a ring, so that a client whose
 * connection broke goes on where it was. Ids are `<run>-<number>`: those of an earlier run of the hub cannot be resumed.
 */
export class EventFeed implements EventSink {
  readonly #run: string;
  readonly #pathOf: (id: AreaId) => readonly AreaId[];
  readonly #listeners = new Set<Listener>();
  readonly #kept: Kept[] = [];
  readonly #endHeartbeat: Cancel;
  #number = 0;

  constructor(clock: Clock, pathOf: (id: AreaId) => readonly AreaId[]) {
    this.#run = Math.floor(clock.now()).toString(36);
    this.#pathOf = pathOf;
    this.#endHeartbeat = clock.every("event-heartbeat", HEARTBEAT_MS, () => void this.#heartbeat());
  }

  get size(): number {
    return this.#listeners.size;
  }

  publish(event: DashboardEvent, areaIds: Iterable<AreaId>): void {
    const number = ++this.#number;
    const areas = new Set([...areaIds].flatMap((id) => this.#pathOf(id)));
    const kept = new Kept(this.#run, number, areas, event);
    if (this.#kept.length === KEPT_EVENTS) this.#kept.shift();
    this.#kept.push(kept);
    for (const listener of this.#listeners) this.#offer(listener, kept);
  }

  /** Adds a listener, first giving it what it missed since `lastEventId`. Returns how to take it off. */
  listen(listener: Listener, lastEventId: string | undefined): () => void {
    listener.stream.write("retry: 3000\n\n");
    const missed = lastEventId === undefined ? [] : this.#since(lastEventId, listener.actor);
    if (missed === null || missed.length > MOST_RESUMED)
      listener.stream.write(textOf(`${this.#run}-${this.#number}`, { kind: "reset" }));
    else for (const kept of missed) this.#offer(listener, kept);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has those listen anew whose area went up in another: who they are follows from their account as it is now. */
  regroup(areaId: AreaId): void {
    for (const listener of this.#listeners) if (listener.actor.areaId === areaId) this.#drop(listener);
  }

  /** Ends every stream. */
  close(): void {
    this.#endHeartbeat();
    for (const listener of this.#listeners) this.#drop(listener);
  }

  #since(id: string, actor: Actor): Kept[] | null {
    const [run, text] = id.split("-");
    const number = Number(text);
    const oldest = this.#kept[0]?.number ?? this.#number + 1;
    if (run !== this.#run || !Number.isInteger(number) || number < oldest - 1 || number > this.#number)
      return null;
    return this.#kept.slice(number - oldest + 1).filter((kept) => kept.areas.has(actor.areaId));
  }

  #offer(listener: Listener, kept: Kept): void {
    if (!kept.areas.has(listener.actor.areaId)) return;
    if (listener.stream.writableLength > MOST_UNREAD_BYTES) this.#drop(listener);
    else listener.stream.write(kept.text);
  }

  #drop(listener: Listener): void {
    this.#listeners.delete(listener);
    listener.stream.destroy();
  }

  async #heartbeat(): Promise<void> {
    for (const listener of [...this.#listeners]) {
      if (await listener.stands().catch(() => false)) listener.stream.write(": alive\n\n");
      else this.#drop(listener);
    }
  }
}

const textOf = (id: string, event: DashboardEvent) =>
  `id: ${id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
