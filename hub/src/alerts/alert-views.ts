import type { UnixMs } from "@loa/kernel/clock";
import { roundMs } from "@loa/protocol/alert";
import type { AlertDetail, AlertProposal, AlertStation, AlertSummary } from "@loa/protocol/http/alerts";
import { type AlertContent, alertState, countStates, endOf, isOf, stationState } from "../core/alert.ts";
import { isOffline } from "../core/presence.ts";
import type { Territory } from "../core/targets.ts";
import type { StationBook } from "../link/station-book.ts";
import { receipts } from "../store/repositories/line-receipts.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";
import type { KnownAlert } from "./alert-book.ts";

/** What showing alerts needs. */
export interface AlertViewParts {
  readonly db: LineDatabase;
  readonly stations: StationBook;
  readonly territory: () => Territory;
  readonly now: () => UnixMs;
}

/** Alerts as people see them. */
export class AlertViews {
  readonly #parts: AlertViewParts;

  constructor(parts: AlertViewParts) {
    this.#parts = parts;
  }

  summary(alert: KnownAlert): AlertSummary {
    return this.#summary(alert, this.#states(alert));
  }

  /** With each station, and what proves that it sounded. */
  async detail(alert: KnownAlert): Promise<AlertDetail> {
    const stations = this.#stations(alert);
    const playouts = await receipts.ofAlert(this.#parts.db, alert.record.id);
    return { ...this.#summary(alert, stations), stations, playouts };
  }

  #summary({ record }: KnownAlert, stations: readonly StationStanding[]): AlertSummary {
    const { id, kind, targets, createdAt, createdBy, confirmedBy, issue, content, proposal } = record;
    const { recalledAt, recalledBy, supersedes, supersededBy } = record;
    const { headline, text, announcementId, tone, language, repeat, sound, speechCode, siren, spoken } =
      content;
    const { asked = targets, origin = "desk" } = record;
    const live = sound.find((item) => item.kind === "live");
    return {
      ...{ id, kind, state: alertState(record, stations, this.#parts.now()), revision: issue?.revision ?? 0 },
      ...{ headline, tone, language, repeat, targets: [...asked], createdAt, createdBy },
      ...{ origin, translations: [...(content.translations ?? [])] },
      ...(siren && { siren }),
      ...(spoken !== undefined && { spoken }),
      ...(live && { sessionId: live.session.sessionId }),
      ...{ supersedes: [...supersedes], expiresAt: endOf(record), roundMs: roundMs(sound) },
      ...{ updateWaits: issue !== null && proposal !== null, counts: countStates(stations) },
      ...(issue && proposal && { proposal: proposalOf(proposal) }),
      ...(text !== null && { text }),
      ...(announcementId !== null && { announcementId }),
      ...(confirmedBy && { confirmedBy }),
      ...(issue && { sentAt: issue.issuedAt, startAt: issue.startAt }),
      ...(recalledAt !== null && { recalledAt }),
      ...(recalledBy && { recalledBy }),
      ...(supersededBy !== null && { supersededBy }),
      ...(speechCode !== null && { speechCode }),
    };
  }

  /** In the order of its reach. */
  #states({ record, progress }: KnownAlert): StationStanding[] {
    const now = this.#parts.now();
    const over = now >= endOf(record);
    return record.reach.map(({ stationId }) => {
      const said = progress.get(stationId);
      const known = this.#parts.stations.get(stationId);
      const reachable = known !== undefined && !isOffline(known, now);
      const standing = stationState(said, record.issue, { reachable, over });
      return said?.soundingAt == null ? standing : { ...standing, soundingAt: said.soundingAt };
    });
  }

  #stations(alert: KnownAlert): AlertStation[] {
    const { record, progress } = alert;
    const { stations } = this.#parts.territory();
    const states = this.#states(alert);
    return record.reach.map(({ stationId }, n) => {
      const said = progress.get(stationId);
      const isNewest = said !== undefined && record.issue !== null && isOf(said, record.issue);
      return {
        stationId,
        name: stations.get(stationId)?.name ?? stationId,
        areaId: stations.get(stationId)?.areaId ?? "unknown",
        ...(states[n] as StationStanding),
        ...(isNewest && said.receivedAt !== null && { receivedAt: said.receivedAt }),
        ...(isNewest && said.doneAt !== null && { doneAt: said.doneAt }),
      };
    });
  }
}

/** How far an alert is at one station. */
type StationStanding = Pick<AlertStation, "state" | "code" | "soundingAt">;

/** What a second person is asked to confirm. */
function proposalOf(content: AlertContent): AlertProposal {
  const { headline, text, announcementId, tone, repeat, translations = [], proposedBy } = content;
  const { number = 0, lifeMs, siren, spoken } = content;
  return {
    ...{ number, lifeMs },
    ...{ headline, tone, repeat, translations: [...translations], proposedBy: { ...proposedBy } },
    ...(siren && { siren }),
    ...(spoken !== undefined && { spoken }),
    ...(text !== null && { text }),
    ...(announcementId !== null && { announcementId }),
  };
}
