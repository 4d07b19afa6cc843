import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import { seconds } from "@loa/kernel/units";
import type { LiveItem } from "@loa/protocol/alert";
import type { AlertDetail, CreateAlert, UpdateAlert } from "@loa/protocol/http/alerts";
import type { Target } from "@loa/protocol/http/schedules";
import { type AlertContent, type AlertRecord, isByHand, isDraft, recalled } from "../core/alert.ts";
import { type ConfirmationRules, personsFor } from "../core/cap-confirmation.ts";
import type { Territory } from "../core/targets.ts";
import type { Actor } from "../ports.ts";
import { type AlertActs, personOf, reachIn } from "./alert-acts.ts";
import type { AlertBook, KnownAlert } from "./alert-book.ts";
import type { AlertComposer, AlertWords } from "./alert-composer.ts";
import type { AlertRights } from "./alert-rights.ts";
import type { AlertViews } from "./alert-views.ts";
import type { IncomingAlert } from "./incoming-alert.ts";
import type { TargetFinder } from "./target-finder.ts";

const ROUNDS = 3;

/** What alerts live on. */
export interface AlertParts extends ConfirmationRules {
  readonly acts: AlertActs;
  readonly book: AlertBook;
  readonly composer: AlertComposer;
  readonly rights: AlertRights;
  readonly targets: TargetFinder;
  readonly views: AlertViews;
  readonly territory: () => Territory;
  readonly clock: Clock;
  readonly leadMs: number;
}

/** Emergency alerts, exercises and tests: made, confirmed by a second person where so configured, updated, called back. */
export class Alerts {
  readonly #parts: AlertParts;

  constructor(parts: AlertParts) {
    this.#parts = parts;
  }

  /**
   * With `voice` somebody's live speech stands for its words.
   * @throws SIREN_NOT_ALLOWED · NO_TARGETS · NOT_FOUND · FORBIDDEN · SECOND_FACTOR_NEEDED · NOT_APPROVED · CONFLICT
   */
  async create(actor: Actor, body: CreateAlert, voice: LiveItem | null = null): Promise<AlertDetail> {
    const { clock, rights } = this.#parts;
    const targets = await this.#parts.targets.of(actor, body.targets);
    await rights.demandTargets(actor, targets);
    const supersedes = body.supersedes ?? [];
    for (const id of supersedes) await this.#demandSupersedable(actor, body, id);
    const content = await this.draft(actor, body, targets, voice);
    const now = clock.now();
    const record: AlertRecord = {
      ...{ id: newId("al", now), version: 1, kind: body.kind, targets, asked: body.targets },
      ...{ reach: this.#parts.acts.reachOf(targets), supersedes, supersededBy: null },
      ...{ createdAt: now, createdBy: personOf(actor), confirmedBy: null, content, proposal: content },
      ...{ issue: null, recalledAt: null, recalledBy: null, correction: null },
    };
    if (this.#waits(record)) await this.#parts.acts.keep(actor, "create", record);
    else
      await this.#parts.acts.inTurn(record.id, () => this.#parts.acts.issue(actor, "send", record, content));
    return this.#shown(record.id);
  }

  /** What an alert of this body would say. @throws as `create` */
  async draft(
    actor: Actor,
    body: CreateAlert,
    targets: readonly Target[],
    voice: LiveItem | null = null,
  ): Promise<AlertContent> {
    const { kind, headline, text = null, announcementId = null, language = "vi", expiresInSeconds } = body;
    const { translations = [], siren, spoken } = body;
    const actual = kind === "actual";
    const { tone = actual ? "siren" : "chime", repeat = actual ? ROUNDS : 1 } = body;
    const words: AlertWords = {
      ...{ headline, text, announcementId, tone, language, repeat, lifeMs: seconds(expiresInSeconds) },
      ...(siren && { siren }),
      ...(spoken !== undefined && { spoken }),
      translations,
      proposedBy: personOf(actor),
    };
    await this.#parts.rights.demandAnnouncement(actor, announcementId);
    const area = this.#parts.acts.spokenIn(actor, targets);
    return this.#parts.composer.content(kind, words, area, this.#parts.clock.now(), {
      ...(voice && { voice }),
      undecided: !this.#waits({ kind }),
    });
  }

  /**
   * Sends what waits. `number`: of the proposal that the actor read; another that took its place since is not sent unread.
   * @throws NOT_FOUND · FORBIDDEN · SAME_PERSON · CONFLICT nothing waits, or not what was read
   */
  async confirm(actor: Actor, id: string, number?: number): Promise<AlertDetail> {
    await this.#parts.rights.demandWhole(actor, (await this.#see(actor, id)).record);
    await this.#parts.acts.inTurn(id, async () => {
      const { record } = await this.#see(actor, id);
      const { proposal } = record;
      if (proposal === null || this.#parts.acts.isOver(record))
        throw new LoaError("CONFLICT", "nothing of this alert waits to be confirmed", { id });
      if (number !== undefined && number !== (proposal.number ?? 0))
        throw new LoaError("CONFLICT", "another update was proposed meanwhile", { id });
      const two = !isDraft(record) || personsFor(record.kind, isByHand(record), this.#parts) === 2;
      if (two && proposal.proposedBy.id === actor.userId)
        throw new LoaError("SAME_PERSON", "another person must confirm this alert", { id });
      if (two && isDraft(record) && !isByHand(record))
        return this.#parts.acts.keep(actor, "take-up", taken(record, proposal, personOf(actor)));
      const said = await this.#withWords(record, proposal);
      await this.#parts.acts.issue(actor, "confirm", { ...record, confirmedBy: personOf(actor) }, said);
    });
    return this.#shown(id);
  }

  /** What came from elsewhere may have waited since before anything here could speak. */
  async #withWords({ kind, cap, targets }: AlertRecord, content: AlertContent): Promise<AlertContent> {
    const { sound: _, speechCode, ...words } = content;
    if (!cap || speechCode === null) return content;
    return this.#parts.composer.heard(
      kind,
      words,
      this.#parts.acts.spokenIn(null, targets),
      this.#parts.clock.now(),
    );
  }

  /** Puts aside what came from elsewhere, for good. @throws NOT_FOUND · FORBIDDEN · CONFLICT it is not a draft any more */
  async dismiss(actor: Actor, id: string, reason: string): Promise<AlertDetail> {
    await this.#parts.rights.demandWhole(actor, (await this.#see(actor, id)).record);
    await this.#parts.acts.inTurn(id, async () => {
      const { record } = await this.#see(actor, id);
      if (!isDraft(record) || this.#parts.acts.isOver(record))
        throw new LoaError("CONFLICT", "only what nobody has taken up can be dismissed", { id });
      const next = recalled(record, [], personOf(actor), this.#parts.clock.now());
      await this.#parts.acts.keep(actor, "dismiss", { ...next, dismissal: reason }, { reason });
    });
    return this.#shown(id);
  }

  /**
   * Takes in what another system sends: it sounds at once, or waits as a draft. One of a known id changes nothing, nor does one that is over.
   * @throws NO_TARGETS · of exercises and tests: why nothing here can speak
   */
  async adopt({ air, areaId, ...incoming }: IncomingAlert): Promise<void> {
    const { book, clock, composer, territory, leadMs } = this.#parts;
    const { id, kind, targets, words, recording, supersedes, cap, from, confirmedBy, takenUpBy } = incoming;
    if (book.held(id) || (await book.find(id).catch(() => null))) return;
    const spokenIn = this.#parts.acts.spokenIn(null, targets);
    const actor: Actor = { userId: from.id, name: from.name, role: "operator", areaId };
    const lifeMs = cap.expiresAt - clock.now();
    const written: AlertWords = { ...words, lifeMs, proposedBy: takenUpBy ?? from };
    const content = await composer.heard(kind, written, spokenIn, clock.now(), recording);
    const now = clock.now();
    if (now + leadMs >= cap.expiresAt) return;
    const record: AlertRecord = {
      ...{ id, version: 1, kind, targets, origin: "cap", cap, supersedes, supersededBy: null },
      reach: reachIn(territory(), targets),
      ...{ createdAt: now, createdBy: from, confirmedBy, content, proposal: content },
      ...{ issue: null, recalledAt: null, recalledBy: null, correction: null },
    };
    if (record.reach.length === 0) throw new LoaError("NO_TARGETS", "the targets hold no station");
    if (air)
      await this.#parts.acts.inTurn(id, () => this.#parts.acts.issue(actor, "receive", record, content));
    else await this.#parts.acts.keep(actor, "receive", record);
  }

  /** Says it anew, otherwise or for longer. @throws NOT_FOUND · FORBIDDEN · CONFLICT it is over, recalled or not sent yet */
  async update(actor: Actor, id: string, body: UpdateAlert): Promise<AlertDetail> {
    const { rights, composer, clock } = this.#parts;
    const { record } = await this.#see(actor, id);
    await rights.demandWhole(actor, record);
    this.#demandSounding(record);
    await rights.demandAnnouncement(actor, body.announcementId ?? null);
    const content = await composer.content(
      record.kind,
      this.#revised(actor, record, body),
      this.#parts.acts.spokenIn(actor, record.targets),
      clock.now(),
      { said: record.content.announcementId, undecided: !this.#waits(record) },
    );
    await this.#parts.acts.inTurn(id, async () => {
      const { record: now } = await this.#see(actor, id);
      this.#demandSounding(now);
      const version = now.version + 1;
      const next = { ...now, version, proposal: { ...content, number: version } };
      if (this.#waits(now)) await this.#parts.acts.keep(actor, "update", next);
      else await this.#parts.acts.issue(actor, "update", now, content);
    });
    return this.#shown(id);
  }

  /**
   * Silences an alert at once and has the correction spoken. Words that are not made yet do not hold up the silence. Again: nothing more.
   * @throws NOT_FOUND · FORBIDDEN · CONFLICT it is over for long
   */
  async recall(actor: Actor, id: string, text: string | null): Promise<AlertDetail> {
    await this.#parts.rights.demandWhole(actor, (await this.#see(actor, id)).record);
    await this.#parts.acts.withdraw(actor, id, text);
    return this.#shown(id);
  }

  /** One that the actor may see. @throws NOT_FOUND */
  async detail(actor: Actor, id: string): Promise<AlertDetail> {
    return this.#parts.views.detail(await this.#see(actor, id));
  }

  #revised(actor: Actor, { content, issue }: AlertRecord, body: UpdateAlert): AlertWords {
    const { clock, leadMs } = this.#parts;
    const { sound: _, speechCode: __, ...words } = content;
    const rest = (issue?.expires ?? 0) - clock.now() - leadMs;
    const said = body.text !== undefined || body.announcementId !== undefined;
    const { expiresInSeconds, text = null, announcementId = null, ...more } = body;
    return {
      ...words,
      ...more,
      ...(said && { text, announcementId }),
      ...(said && words.spoken === false && { spoken: true }),
      lifeMs: expiresInSeconds === undefined ? rest : seconds(expiresInSeconds),
      proposedBy: personOf(actor),
    };
  }

  async #demandSupersedable(actor: Actor, { kind }: CreateAlert, id: string): Promise<void> {
    const { record } = await this.#see(actor, id);
    await this.#parts.rights.demandWhole(actor, record);
    if ((record.kind === "actual") !== (kind === "actual"))
      throw new LoaError("CONFLICT", "an exercise does not end an actual alert, nor the other way round", {
        id,
      });
  }

  #demandSounding(record: AlertRecord): void {
    if (record.recalledAt !== null || record.issue === null || this.#parts.acts.isOver(record))
      throw new LoaError("CONFLICT", "this alert does not stand", { id: record.id });
  }

  #waits({ kind }: Pick<AlertRecord, "kind">): boolean {
    return this.#parts.confirmation === "second-person" && kind === "actual";
  }

  async #see(actor: Actor, id: string): Promise<KnownAlert> {
    const found = await this.#parts.book.find(id);
    if (!found || !this.#parts.rights.sees(actor, found.record))
      throw new LoaError("NOT_FOUND", `there is no alert ${id} in your area`, { id });
    return found;
  }

  async #shown(id: string): Promise<AlertDetail> {
    return this.#parts.views.detail((await this.#parts.book.find(id)) as KnownAlert);
  }
}

/** A draft that somebody here stands for; another person confirms it. */
const taken = (record: AlertRecord, proposal: AlertContent, by: AlertContent["proposedBy"]): AlertRecord => ({
  ...record,
  version: record.version + 1,
  proposal: { ...proposal, proposedBy: by },
});
