import type { Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { minutes } from "@loa/kernel/units";
import type { StationId } from "@loa/protocol/identity";
import { areaTopic, toTopic } from "@loa/protocol/topics";
import { byZones, type LiveRecord, sessionOf } from "../core/live.ts";
import type { Territory } from "../core/targets.ts";
import type { Commands } from "../link/commands.ts";
import type { Broker } from "../ports.ts";

/** A stop of what sounds now is of no use later than this. */
const STOP_LIFE_MS = minutes(10);

/** What bringing live speech to stations needs. */
export interface LiveDeliveryParts {
  readonly broker: Broker;
  readonly commands: Pick<Commands, "send" | "withdraw" | "standing">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly territory: () => Territory;
}

/** Brings live speech to stations: the session by signed commands until each has it, the packets once, at once. */
export class LiveDelivery {
  readonly #parts: LiveDeliveryParts;
  readonly #topics = new WeakMap<LiveRecord["reach"], { of: Territory; topics: readonly string[] }>();

  constructor(parts: LiveDeliveryParts) {
    this.#parts = parts;
  }

  /** Tells these of its stations of the session, or of its later end. A command that they were sent before holds no more. */
  async tell(record: LiveRecord, fits: (station: StationId) => boolean): Promise<void> {
    const { territory, commands } = this.#parts;
    const reach = record.reach.filter(({ stationId }) => fits(stationId));
    this.withdraw(
      record.id,
      reach.map(({ stationId }) => stationId),
    );
    const { stations } = territory();
    const allOf = (id: StationId) => (stations.get(id)?.zones ?? []).map((zone) => zone.id);
    for (const group of byZones(reach, allOf)) {
      const body = { kind: "live" as const, session: sessionOf(record, group.zones) };
      await commands.send(body, group.stations, record.endsBy);
    }
  }

  /** The session that a command opens which some station has not acknowledged yet. */
  sessionOf(commandId: string): string | undefined {
    const command = this.#parts.commands.standing(commandId);
    return command?.kind === "live" ? command.session.sessionId : undefined;
  }

  /** Nobody, or none of these, is told of the session any more. */
  withdraw(id: string, from: readonly StationId[] | null = null): void {
    this.#parts.commands.withdraw((body) => body.kind === "live" && body.session.sessionId === id, from);
  }

  /** For those that missed the last packet: what is still heard of the session is silenced. */
  async stop({ id: sessionId, reach, by }: LiveRecord): Promise<void> {
    const { commands, clock } = this.#parts;
    this.withdraw(sessionId);
    const stations = reach.map(({ stationId }) => stationId);
    const body = { kind: "stop" as const, sessionId, by: by.name };
    await commands.send(body, stations, clock.now() + STOP_LIFE_MS);
  }

  /** Publishes a packet on the fewest topics; nothing waits for it. */
  publish({ reach }: Pick<LiveRecord, "reach">, packet: Uint8Array): void {
    const { broker, log } = this.#parts;
    for (const topic of this.#topicsOf(reach))
      broker.publish(topic, packet, 0).catch((error) => log.warn({ err: error }, "a live packet was lost"));
  }

  #topicsOf(reach: LiveRecord["reach"]): readonly string[] {
    const territory = this.#parts.territory();
    const known = this.#topics.get(reach);
    if (known?.of === territory) return known.topics;
    const { areas, stations } = territory.cover(reach.map(({ stationId }) => stationId));
    const topics = [
      ...areas.map((area) => areaTopic(area, "live")),
      ...stations.map((station) => toTopic(station, "live")),
    ];
    this.#topics.set(reach, { of: territory, topics });
    return topics;
  }
}
