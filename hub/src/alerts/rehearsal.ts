import type { UnixMs } from "@loa/kernel/clock";
import { roundMs } from "@loa/protocol/alert";
import type { CreateAlert, Rehearsal } from "@loa/protocol/http/alerts";
import type { StationId } from "@loa/protocol/identity";
import { stationState, wholeMs } from "../core/alert.ts";
import { isOffline } from "../core/presence.ts";
import type { Territory } from "../core/targets.ts";
import type { StationBook } from "../link/station-book.ts";
import type { LiveBook } from "../live/live-book.ts";
import type { Actor } from "../ports.ts";
import type { Broadcasts } from "../schedule/broadcasts.ts";
import type { AlertActs } from "./alert-acts.ts";
import type { AlertBook } from "./alert-book.ts";
import type { AlertRights } from "./alert-rights.ts";
import type { Alerts } from "./alerts.ts";
import type { TargetFinder } from "./target-finder.ts";

/** What rehearsing needs. */
export interface RehearsalParts {
  readonly alerts: Alerts;
  readonly acts: AlertActs;
  readonly rights: AlertRights;
  readonly targets: TargetFinder;
  readonly broadcasts: Broadcasts;
  readonly live: Pick<LiveBook, "open">;
  readonly book: Pick<AlertBook, "standing">;
  readonly stations: StationBook;
  readonly territory: () => Territory;
  readonly now: () => UnixMs;
}

/** What an alert would do, found out without sending it. Its words are spoken for that, so they are ready when it is sent. */
export class Rehearsals {
  readonly #parts: RehearsalParts;

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
  }

  /** @throws as sending it would */
  async of(actor: Actor, body: CreateAlert): Promise<Rehearsal> {
    const { alerts, acts, rights, territory } = this.#parts;
    const targets = await this.#parts.targets.of(actor, body.targets);
    await rights.demandTargets(actor, targets);
    const reach = acts.reachOf(targets);
    const content = await alerts.draft(actor, body, targets);
    const durationMs = wholeMs(content);
    const ids = reach.map(({ stationId }) => stationId);
    const { stations } = territory();
    const horns = reach.reduce((sum, { stationId, zones }) => {
      const all = stations.get(stationId)?.zones ?? [];
      const sounding = all.filter(({ id }) => zones.length === 0 || zones.includes(id));
      return sum + sounding.reduce((horns, zone) => horns + zone.horns, 0);
    }, 0);
    return {
      ...{ stations: ids.length, horns, durationMs, roundMs: roundMs(content.sound) },
      ...(content.speechCode !== null && { speechCode: content.speechCode }),
      overrides: await this.#overrides(actor, new Set(ids), durationMs),
      ...this.#sounding(new Set(ids)),
      ...this.#troubles(ids),
    };
  }

  async #overrides(
    actor: Actor,
    ids: ReadonlySet<StationId>,
    durationMs: number,
  ): Promise<Rehearsal["overrides"]> {
    const { broadcasts, now } = this.#parts;
    const at = now();
    const due = await broadcasts.between(actor.areaId, at, at + durationMs);
    return due.flatMap(({ id, title, startAt, endAt, stations, stopped, cancelledAt }) => {
      const hit = stations.filter((station) => ids.has(station) && !stopped.includes(station)).length;
      if (hit === 0 || cancelledAt !== null) return [];
      return [{ broadcastId: id, title, startAt, endAt, onAir: startAt <= at, stations: hit }];
    });
  }

  /** What sounds there now without being planned. */
  #sounding(ids: ReadonlySet<StationId>): Pick<Rehearsal, "live" | "alerts"> {
    const { live, book } = this.#parts;
    const here = (reach: readonly { readonly stationId: StationId }[]) =>
      reach.filter(({ stationId }) => ids.has(stationId)).map(({ stationId }) => stationId);
    const spoken = live.open().flatMap(({ record: { id: sessionId, by, reach, alertId }, isOut }) => {
      const stations = isOut && alertId === null ? here(reach).length : 0;
      return stations === 0 ? [] : [{ sessionId, by: by.name, stations }];
    });
    const alerts = book.standing().flatMap(({ record, progress }) => {
      const { id: alertId, kind, content, issue, recalledAt, reach } = record;
      const sounds = (station: StationId) =>
        stationState(progress.get(station), issue, { reachable: true, over: false }).state === "sounding";
      const stations = recalledAt === null ? here(reach).filter(sounds).length : 0;
      return stations === 0 ? [] : [{ alertId, kind, headline: content.headline, stations }];
    });
    return { live: spoken, alerts };
  }

  #troubles(ids: readonly StationId[]): Pick<Rehearsal, "unreachable" | "faulty"> {
    const { stations, territory, now } = this.#parts;
    const named = (stationId: StationId) => ({
      stationId,
      name: territory().stations.get(stationId)?.name ?? stationId,
    });
    const away = ids.filter((id) => {
      const state = stations.get(id);
      return state === undefined || isOffline(state, now());
    });
    const faulty = ids.flatMap((id) => {
      const codes = (stations.get(id)?.faults ?? []).map(({ code }) => code);
      return codes.length === 0 ? [] : [{ ...named(id), codes }];
    });
    return { unreachable: away.map(named), faulty };
  }
}
