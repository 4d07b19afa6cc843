import type { UnixMs } from "@loa/kernel/clock";
import type { AlertKind } from "@loa/protocol/alert";
import type { CapMessage, CapState } from "@loa/protocol/http/cap";
import type { StationId } from "@loa/protocol/identity";
import { covers, RIGHTS } from "../core/access.ts";
import { type AlertRecord, alertState, endOf, isByHand } from "../core/alert.ts";
import { airingOf, type ConfirmationRules, personsFor } from "../core/cap-confirmation.ts";
import { areasOf, type CapBounds, type CapPlan, gravest, planCap, spokenInfos } from "../core/cap-plan.ts";
import { type CapRecord, capState, FATES_OF } from "../core/cap-record.ts";
import { kindOf } from "../core/cap-rules.ts";
import { spokenText } from "../core/cap-speech.ts";
import type { Territory } from "../core/targets.ts";
import type { Actor } from "../ports.ts";
import type { AlertBook } from "./alert-book.ts";
import type { CapBook } from "./cap-book.ts";

const MOST_NAMES = 20;
const MOST_READ = 2_000;

/** What showing messages needs. */
export interface CapViewParts {
  readonly book: CapBook;
  readonly alerts: Pick<AlertBook, "find">;
  readonly territory: () => Territory;
  readonly boundsOf: (record: CapRecord) => CapBounds;
  readonly rules: ConfirmationRules;
  readonly now: () => UnixMs;
}

/** Messages of other systems as people see them. */
export class CapViews {
  readonly #parts: CapViewParts;

  constructor(parts: CapViewParts) {
    this.#parts = parts;
  }

  /** Those before the one of id `before` that the actor may see, newest first. */
  async list(
    actor: Actor,
    state: CapState | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<CapMessage[]> {
    const found: CapMessage[] = [];
    let read = 0;
    for (let from = before; found.length < limit && read < MOST_READ; ) {
      const page = await this.#parts.book.page(from, state && FATES_OF[state], limit);
      const seen = page.filter((record) => this.sees(actor, record));
      const shown = await Promise.all(seen.map((record) => this.message(record)));
      found.push(...shown.filter((one) => state === undefined || one.state === state));
      if (page.length < limit) break;
      read += page.length;
      from = page.at(-1)?.id;
    }
    return found.slice(0, limit);
  }

  async message(record: CapRecord): Promise<CapMessage> {
    const { id, receivedAt, source, sha256, problems, unknownGeocodes, alertId, entry, author } = record;
    const made = alertId === null ? null : ((await this.#parts.alerts.find(alertId))?.record ?? null);
    const holds = made === null ? entry?.holds : { from: entry?.holds?.from, to: endOf(made) };
    const due = this.due(record);
    return {
      ...{ id, receivedAt, source, sha256, problems: [...problems], unknownGeocodes: [...unknownGeocodes] },
      ...{ translations: [], languages: [], areas: [] },
      ...capState(record, made, this.#parts.now()),
      ...(typeof due === "string" && { state: "ignored" as const, because: due }),
      ...(author && { postedBy: author }),
      ...this.#places(made?.reach.map(({ stationId }) => stationId) ?? record.stations),
      ...(record.alert && this.#words(record, record.alert)),
      ...(record.fate === "due" && holds?.from !== undefined && { startsAt: holds.from }),
      ...(due !== null && typeof due !== "string" && this.#due(record, due)),
      ...(record.withheld && { decidedBy: record.withheld.by, reason: record.withheld.reason }),
      ...(holds?.to !== undefined && { expiresAt: holds.to }),
      ...(made && this.#made(made)),
    };
  }

  /** What a message comes to that waits for its time, as far as that is known today; null for others. */
  due(record: CapRecord): CapPlan | "rule" | "no-stations" | null {
    const { territory, boundsOf, now } = this.#parts;
    const { alert, entry, fate } = record;
    const holds = entry?.holds;
    if (fate !== "due" || !alert || !holds || now() >= holds.to) return null;
    return planCap(alert, boundsOf(record), territory(), Math.max(now(), holds.from));
  }

  #due(record: CapRecord, plan: CapPlan) {
    const { by } = airingOf(record, plan, this.#parts.rules);
    const last = record.confirmedBy?.at(-1);
    const airs = ({ rule: "by-rule", persons: "confirmed", nobody: "asked" } as const)[by];
    const second = last !== undefined || this.#needsAnother(plan.kind, record.author !== undefined);
    const { headline, text, language, translations } = plan.words;
    return {
      ...{ airs, headline, text, language, translations: [...translations], ...this.#places(plan.stations) },
      ...(airs === "asked" && { waitsFor: second ? ("second-person" as const) : ("person" as const) }),
      ...(last && { decidedBy: last }),
    };
  }

  /** Whether whoever posted it cannot be the one who sends it. */
  #needsAnother(kind: AlertKind, byHand: boolean): boolean {
    return byHand && personsFor(kind, byHand, this.#parts.rules) === 2;
  }

  /** Whether the actor may know of it. */
  sees(actor: Actor, { areaId, stations }: CapRecord): boolean {
    const territory = this.#parts.territory();
    return (
      RIGHTS[actor.role].has("alert.read") &&
      (covers(actor, territory.path(areaId)) || stations.some((id) => covers(actor, territory.pathOf(id))))
    );
  }

  #places(ids: readonly StationId[]) {
    const { stations } = this.#parts.territory();
    const named = ids.slice(0, MOST_NAMES);
    return {
      stations: named.map((stationId) => ({ stationId, name: stations.get(stationId)?.name ?? stationId })),
      stationCount: ids.length,
    };
  }

  #words(record: CapRecord, alert: NonNullable<CapRecord["alert"]>) {
    const { boundsOf, now } = this.#parts;
    const bounds = boundsOf(record);
    const at = Math.max(now(), record.fate === "due" ? (record.entry?.holds?.from ?? 0) : 0);
    const { sender, identifier, sent, status, msgType } = alert;
    const spoken = spokenInfos(alert, bounds.languages, at);
    const main = gravest(spoken);
    const kind = kindOf(status);
    const places = areasOf(alert, spoken).map(({ areaDesc }) => areaDesc);
    const { event, urgency, severity, certainty, headline, senderName } = main ?? {};
    return {
      ...{ sender, identifier, sent, status, msgType, areas: [...new Set(places)] },
      ...{ languages: [...new Set(alert.infos.map(({ language }) => language))] },
      ...(kind && { kind }),
      ...(main && { event, urgency, severity, certainty, headline: headline || event }),
      ...(main && { text: spoken.map(spokenText).join("\n"), language: main.language }),
      ...(senderName && { senderName }),
    };
  }

  #waits(made: AlertRecord): boolean {
    return ["draft", "awaitingConfirmation"].includes(alertState(made, [], this.#parts.now()));
  }

  #made(made: AlertRecord) {
    const { id, content, confirmedBy, recalledBy, dismissal, proposal, createdBy } = made;
    const takenUp = proposal && proposal.proposedBy.id !== createdBy.id ? proposal.proposedBy : null;
    const ended = recalledBy && recalledBy.id !== createdBy.id ? recalledBy : null;
    const by = ended ?? confirmedBy ?? takenUp;
    const second = takenUp !== null || this.#needsAnother(made.kind, isByHand(made));
    return {
      ...{ alertId: id, alertState: alertState(made, [], this.#parts.now()) },
      ...{ headline: content.headline, language: content.language },
      ...(content.text !== null && { text: content.text }),
      translations: [...(content.translations ?? [])],
      ...(this.#waits(made) && { waitsFor: second ? ("second-person" as const) : ("person" as const) }),
      ...(by && { decidedBy: by }),
      ...(dismissal !== undefined && { reason: dismissal }),
    };
  }
}
