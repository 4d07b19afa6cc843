import type { UnixMs } from "@loa/kernel/clock";
import type { LiveDetail, LiveState, LiveStation, LiveSummary } from "@loa/protocol/http/live";
import type { StationId } from "@loa/protocol/identity";
import {
  countStations,
  type LiveProgress,
  type LiveRecord,
  NOTHING_SAID,
  stationState,
} from "../core/live.ts";
import { isOffline } from "../core/presence.ts";
import type { Territory } from "../core/targets.ts";
import type { StationBook } from "../link/station-book.ts";
import { receipts } from "../store/repositories/line-receipts.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";

/** What showing live speech needs. */
export interface LiveViewParts {
  readonly db: LineDatabase;
  readonly stations: StationBook;
  readonly territory: () => Territory;
  readonly now: () => UnixMs;
}

/** Live speech as it stands: the record, and what memory knows beyond it. */
export interface KnownLive {
  readonly record: LiveRecord;
  readonly state: LiveState;
  readonly startedAt: UnixMs | null;
  readonly progress: ReadonlyMap<StationId, LiveProgress>;
}

const WORST_FIRST: LiveStation["state"][] = [
  "failed",
  "unreachable",
  "sent",
  "received",
  "ready",
  "sounding",
  "done",
];

/** Live speech as people see it. */
export class LiveViews {
  readonly #parts: LiveViewParts;

  constructor(parts: LiveViewParts) {
    this.#parts = parts;
  }

  summary(live: KnownLive): LiveSummary {
    return this.#summary(live, this.stations(live));
  }

  /** With each station, and what proves that it sounded. */
  async detail(live: KnownLive): Promise<LiveDetail> {
    const { db } = this.#parts;
    const stations = this.stations(live);
    const { id, alertId } = live.record;
    const playouts = await (alertId === null ? receipts.ofSession(db, id) : receipts.ofAlert(db, alertId));
    return { ...this.#summary(live, stations), stations, playouts };
  }

  /** Its stations, those that need attention first. */
  stations({ record, progress }: KnownLive): LiveStation[] {
    const now = this.#parts.now();
    const { stations } = this.#parts.territory();
    const rows = record.reach.map(({ stationId }): LiveStation => {
      const known = this.#parts.stations.get(stationId);
      const reachable = known !== undefined && !isOffline(known, now);
      return {
        stationId,
        name: stations.get(stationId)?.name ?? stationId,
        areaId: stations.get(stationId)?.areaId ?? "unknown",
        ...stationState(progress.get(stationId) ?? NOTHING_SAID, { reachable, over: record.end !== null }),
      };
    });
    return rows.sort((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state));
  }

  #summary(
    { record, state, startedAt }: KnownLive,
    stations: readonly { readonly state: LiveStation["state"] }[],
  ): LiveSummary {
    const { id, by, targets, alertId, delayMs, createdAt, endedAt, end, endsBy } = record;
    const { recording, recordingRemovedAt, transcript, reach } = record;
    const areas = this.#parts.territory().areasOf(reach.map(({ stationId }) => stationId));
    return {
      ...{ id, state, by, targets: [...targets], areaIds: [...areas].sort(), delayMs, createdAt, endsBy },
      ...(end !== null && { end }),
      ...(alertId !== null && { alertId }),
      ...(startedAt !== null && { startedAt }),
      ...(endedAt !== null && { endedAt }),
      counts: countStations(stations),
      ...(recording && { recording }),
      ...(recordingRemovedAt !== undefined && { recordingRemovedAt }),
      ...(transcript !== null && { transcript }),
    };
  }
}
