import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import { minutes, seconds } from "@loa/kernel/units";
import type { Ack } from "@loa/protocol/ack";
import type { Command } from "@loa/protocol/command";
import type { AreaId, StationId } from "@loa/protocol/identity";
import { areaTopic, toTopic } from "@loa/protocol/topics";
import type { Broker } from "../ports.ts";
import { ifStoreTakes } from "../store/if-store-takes.ts";
import { lineCommands } from "../store/repositories/line-commands.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import type { HubTrust } from "../trust/hub-trust.ts";

const LONGEST_WAIT_MS = seconds(30);
const SHORT_LIFE_MS = minutes(10);

type WithoutId<Body> = Body extends unknown ? Omit<Body, "id"> : never;
/** A command before it has its id. */
export type CommandBody = WithoutId<Command>;

interface Standing {
  readonly body: Command;
  readonly issuedAt: UnixMs;
  readonly expiresAt: UnixMs;
  readonly waiting: Set<StationId>;
  attempt: number;
  cancel: Cancel;
}

/** Where commands go: the fewest area topics that reach exactly the stations, the rest one by one. */
export type Cover = (stations: Iterable<StationId>) => { areas: AreaId[]; stations: StationId[] };

/** What commands need. */
export interface CommandParts {
  readonly broker: Broker;
  readonly trust: HubTrust;
  readonly clock: Clock;
  readonly db: LineDatabase;
  readonly log: Logger;
  readonly cover: Cover;
  readonly isConnected: (station: StationId) => boolean;
}

/**
 * Commands to stations: signed, sent at once, and again after 1, 2, 4, 8 … s to those who have not acknowledged, until they
 * expire. Those that matter beyond a restart of the hub are kept in the store.
 */
export class Commands {
  readonly #parts: CommandParts;
  readonly #standing = new Map<string, Standing>();

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  /** Takes up what stood when the hub ended. */
  async resume(): Promise<void> {
    const { db, clock, log } = this.#parts;
    const now = clock.now();
    await ifStoreTakes(log, "expired commands are not forgotten yet", () =>
      lineCommands.forgetExpired(db, now),
    );
    for (const found of await lineCommands.standing(db, now)) {
      const standing = {
        ...found,
        waiting: new Set(found.waiting),

        attempt: 0,
        cancel: () => {},
      };
      this.#standing.set(found.body.id, standing);
      this.#wait(standing);
    }
  }

  /** Tells one station something that a later birth would have it told again; nothing waits for its ack. */
  async tell(station: StationId, body: CommandBody): Promise<void> {
    const now = this.#parts.clock.now();
    const command = { ...body, id: newId("c", now) } as Command;
    await this.#publish(toTopic(station, "command"), [station], command, now + SHORT_LIFE_MS);
  }

  /** Commands stations, kept and repeated until each has acknowledged or `expiresAt` has passed. Answers the command's id. */
  async send(body: CommandBody, stations: Iterable<StationId>, expiresAt: UnixMs): Promise<string> {
    const { clock, cover, db } = this.#parts;
    const now = clock.now();
    const command = { ...body, id: newId("c", now) } as Command;
    const waiting = new Set(stations);
    const standing: Standing = {
      body: command,
      issuedAt: now,
      expiresAt,
      waiting,

      attempt: 0,
      cancel: () => {},
    };
    this.#standing.set(command.id, standing);
    const reach = cover(waiting);
    for (const area of reach.areas)
      await this.#publish(areaTopic(area, "command"), [area], command, expiresAt);
    for (const station of reach.stations)
      await this.#publish(toTopic(station, "command"), [station], command, expiresAt);
    this.#wait(standing);
    if (this.#standing.has(command.id)) await lineCommands.keep(db, { ...standing, waiting: [...waiting] });
    return command.id;
  }

  /** A station said how far a command came. One that it refused may be a forgery under the command's id: the true one is sent again. */
  acked(station: StationId, ack: Ack): void {
    if (ack.state === "rejected") return;
    const standing = this.#standing.get(ack.id);
    if (!standing?.waiting.delete(station)) return;
    if (standing.waiting.size === 0) this.#end(standing);
  }

  /** Sends a station that came back what still waits for it. */
  async resendTo(station: StationId): Promise<void> {
    for (const { body, expiresAt, waiting } of this.#standing.values())
      if (waiting.has(station) && expiresAt > this.#parts.clock.now())
        await this.#publish(toTopic(station, "command"), [station], body, expiresAt);
  }

  /** What some station has not acknowledged yet. */
  standing(id: string): Command | undefined {
    return this.#standing.get(id)?.body;
  }

  /** Sends no more what was overtaken, to nobody or not to these stations; those that have it keep it. */
  withdraw(fits: (body: Command) => boolean, from: Iterable<StationId> | null = null): void {
    for (const standing of [...this.#standing.values()]) {
      if (!fits(standing.body)) continue;
      for (const station of from ?? []) standing.waiting.delete(station);
      if (from === null || standing.waiting.size === 0) this.#end(standing);
    }
  }

  close(): void {
    for (const standing of this.#standing.values()) standing.cancel();
  }

  #wait(standing: Standing): void {
    const { clock, log } = this.#parts;
    const pause = Math.min(LONGEST_WAIT_MS, seconds(2 ** Math.min(standing.attempt, 10)));
    const next = clock.now() + pause;
    if (next >= standing.expiresAt) {
      standing.cancel = clock.at(`command ${standing.body.id}`, standing.expiresAt, () =>
        this.#end(standing),
      );
      return;
    }
    standing.cancel = clock.at(`command ${standing.body.id}`, next, () => {
      this.#again(standing).catch((error) => log.error({ err: error }, "a command was not sent again"));
    });
  }

  async #again(standing: Standing): Promise<void> {
    const { isConnected, db } = this.#parts;
    standing.attempt++;
    this.#wait(standing);
    for (const station of [...standing.waiting])
      if (isConnected(station) && standing.waiting.has(station))
        await this.#publish(toTopic(station, "command"), [station], standing.body, standing.expiresAt);
    if (this.#standing.has(standing.body.id))
      await lineCommands.keep(db, { ...standing, waiting: [...standing.waiting] });
  }

  #end(standing: Standing): void {
    standing.cancel();
    this.#standing.delete(standing.body.id);
    lineCommands
      .forget(this.#parts.db, standing.body.id)
      .catch((error) => this.#parts.log.error({ err: error }, "an ended command stayed in the store"));
  }

  async #publish(topic: string, audience: string[], command: Command, until: UnixMs): Promise<void> {
    const { trust, broker, clock } = this.#parts;
    const signed = await trust.sign("command", audience, until, clock.now(), command);
    await broker.publish(topic, signed, 1, command.id);
  }
}
