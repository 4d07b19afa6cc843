import { codeOf } from "@loa/kernel/errors";
import type { CreatedStations, CreateStation, EnrolmentLabel } from "@loa/protocol/http/stations";
import type { StationId } from "@loa/protocol/identity";
import type { Static } from "typebox";
import { demand } from "./core/access.ts";
import type { Actor, StationRecord } from "./ports.ts";
import { refuseTwins, type StationNeeds, Stations } from "./stations.ts";
import type { Database } from "./store/database.ts";
import { doer, history } from "./store/repositories/history.ts";
import { stations as rows } from "./store/repositories/stations.ts";

type Item = CreatedStations["items"][number];

/** A province's stations registered and labelled in a few requests. */
export class StationBulk {
  readonly #needs: StationNeeds;
  readonly #stations: Stations;

  constructor(needs: StationNeeds) {
    this.#needs = needs;
    this.#stations = new Stations(needs);
  }

  /** Registers those that can be, in one transaction, and says what became of each. @throws NOT_FOUND · FORBIDDEN for any of them */
  async register(actor: Actor, wanted: readonly CreateStation[]): Promise<Item[]> {
    const { registry, events } = this.#needs;
    let items: Item[] = [];
    let fresh: StationRecord[] = [];
    await registry.edit(async (transaction) => {
      for (const { areaId } of wanted) demand(actor, "station.manage", registry.tree.path(areaId));
      items = this.#judge(wanted);
      fresh = wanted.filter((_, index) => items[index]?.state === "registered").map(recordOf);
      if (fresh.length === 0) return null;
      await this.#write(transaction, actor, fresh);
      return { kind: "stations", ids: fresh.map(({ id }) => id) };
    });
    for (const record of fresh)
      events.publish({ kind: "station", station: this.#stations.view(record) }, [record.areaId]);
    return items;
  }

  /** Makes the one-time codes of labels, for all or none. @throws NOT_FOUND · FORBIDDEN */
  async label(actor: Actor, stations: readonly StationId[]): Promise<Static<typeof EnrolmentLabel>[]> {
    const { line, audit } = this.#needs;
    for (const id of stations) this.#stations.inService(actor, id, "station.enrol");
    const labels = await line.enrolmentLabels(stations);
    await audit.recordAll(
      stations.map((subject) => ({ actor: actor.userId, action: "station.enrolment", subject })),
    );
    return labels;
  }

  /** What can be registered: an id that never was, here too, and zones that differ. */
  #judge(wanted: readonly CreateStation[]): Item[] {
    const { stationsNow, retiredNow } = this.#needs.registry;
    const taken = new Set<StationId>();
    return wanted.map(({ id, zones }): Item => {
      if (stationsNow.has(id) || retiredNow.has(id) || taken.has(id))
        return { id, state: "refused", code: "CONFLICT" };
      try {
        refuseTwins(zones);
      } catch (error) {
        return { id, state: "refused", code: codeOf(error) };
      }
      taken.add(id);
      return { id, state: "registered" };
    });
  }

  async #write(transaction: Database, actor: Actor, fresh: readonly StationRecord[]): Promise<void> {
    const { registry, audit, clock } = this.#needs;
    const at = clock.now();
    await rows.insertAll(transaction, fresh, at);
    for (const [areaId, here] of Map.groupBy(fresh, (record) => record.areaId)) {
      const to = registry.tree.find(areaId)?.name ?? areaId;
      const ids = here.map(({ id }) => id);
      await history.add(transaction, "station", ids, { at, by: doer(actor), kind: "registered", to });
    }
    const entries = fresh.map(({ id: subject, name, areaId, zones }) => ({
      ...{ actor: actor.userId, action: "station.register", subject, detail: { name, areaId, zones } },
    }));
    await audit.recordAllIn(transaction, entries);
  }
}

function recordOf(station: CreateStation): StationRecord {
  return { ...station, lat: station.lat ?? null, lon: station.lon ?? null, maintenance: false };
}
