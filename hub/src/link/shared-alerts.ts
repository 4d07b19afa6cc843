import type { StationId, ZoneId } from "@loa/protocol/identity";
import type { AlertRecord, Issue } from "../core/alert.ts";
import { type Leg, ownLegs } from "../core/alert-legs.ts";

/** An alert as it is signed for one leg. */
type Sign = (record: AlertRecord, issue: Issue, leg: Leg) => Promise<Buffer>;

interface Shared {
  readonly legs: ReadonlyMap<StationId, Leg>;
  readonly signed: Map<Leg, Promise<Buffer>>;
}

/**
 * What stations are told of an alert on their own topics: the same to those of one leg, signed once for as long as it stands. After a restart of
 * the hub all of them come back at once.
 */
export class SharedAlerts {
  readonly #sign: Sign;
  readonly #shared = new WeakMap<Issue, Shared>();

  constructor(sign: Sign) {
    this.#sign = sign;
  }

  /** For one station; `zones`: in which it sounds there, none: all. */
  for(record: AlertRecord, issue: Issue, station: StationId, zones: readonly ZoneId[]): Promise<Buffer> {
    const { legs, signed } = this.#of(record, issue);
    // One that came into the area since is told by itself.
    const leg = legs.get(station) ?? { to: { stationIds: [station] }, zones, except: [] };
    const known = signed.get(leg) ?? this.#sign(record, issue, leg);
    signed.set(leg, known);
    known.catch(() => signed.delete(leg));
    return known;
  }

  /** Its time is over: nothing of it is told any more. */
  forget(issue: Issue): void {
    this.#shared.delete(issue);
  }

  #of({ reach }: AlertRecord, issue: Issue): Shared {
    const known = this.#shared.get(issue);
    if (known) return known;
    const legs = ownLegs(reach).flatMap((leg) =>
      "stationIds" in leg.to ? leg.to.stationIds.map((id) => [id, leg] as const) : [],
    );
    const begun = { legs: new Map(legs), signed: new Map() };
    this.#shared.set(issue, begun);
    return begun;
  }
}
