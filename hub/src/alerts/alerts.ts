// long because: every change of one alert takes the same turns, journal and notices.
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import { seconds } from "@loa/kernel/units";
import type { LiveItem } from "@loa/protocol/alert";
import type { AlertDetail, AlertSummary, CreateAlert, UpdateAlert } from "@loa/protocol/http/alerts";
import type { Target } from "@loa/protocol/http/schedules";
import type { AreaId } from "@loa/protocol/identity";
import {
  type AlertContent,
  type AlertRecord,
  endOf,
  isDraft,
  issued,
  muted,
  recalled,
  voiceless,
  voiceOf,
  within,
} from "../core/alert.ts";
import type { Reach, Territory } from "../core/targets.ts";
import type { AlertDelivery } from "../link/alert-delivery.ts";
import type { Actor } from "../ports.ts";
import type { AlertBook, KnownAlert } from "./alert-book.ts";
import type { AlertComposer, AlertWords } from "./alert-composer.ts";
import type { AlertNotices } from "./alert-notices.ts";
import type { AlertRights } from "./alert-rights.ts";
import type { AlertViews } from "./alert-views.ts";
import type { IncomingAlert } from "./incoming-alert.ts";
import type { TargetFinder } from "./target-finder.ts";

const ROUNDS = 3;

/** What alerts live on. */
export interface AlertParts {
  readonly book: AlertBook;
  readonly composer: AlertComposer;
  readonly delivery: AlertDelivery;
  readonly rights: AlertRights;
  readonly targets: TargetFinder;
  readonly views: AlertViews;
  readonly notices: AlertNotices;
  readonly territory: () => Territory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly confirmation: "off" | "second-person";
  /** Of alerts of other systems: their author is elsewhere, so one person here may suffice. */
  readonly capConfirmation: "one-person" | "second-person";
  readonly leadMs: number;
  /** An alert was made, sent, updated or recalled, and that is durable. */
  readonly changed?: (record: AlertRecord) => void;
}

/** Emergency alerts, exercises and tests: made, confirmed by a second person where so configured, updated, called back. */
export class Alerts {
  readonly #parts: AlertParts;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(parts: AlertParts) {
    this.#parts = parts;
  }

  /** Takes up what stood when the hub ended; a recall that was cut short after it silenced is brought to its end. */
  async start(): Promise<void> {
    const { book, delivery, log } = this.#parts;
    await book.start();
    delivery.resume();
    for (const { record } of book.standing())
      if (record.recalledAt !== null && record.issue?.action === "update")
        this.#finishRecall(record.id, record.recalledBy ?? record.createdBy, null).catch((error) =>
          log.error({ id: record.id, err: error }, "a recall was not finished"),
        );
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
      ...{ reach: this.reachOf(targets), supersedes, supersededBy: null },
      ...{ createdAt: now, createdBy: personOf(actor), confirmedBy: null, content, proposal: content },
      ...{ issue: null, recalledAt: null, recalledBy: null, correction: null },
    };
    if (this.#waits(record)) await this.#keep(actor, "create", record);
    else await this.#inTurn(record.id, () => this.#issue(actor, "send", record, content));
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
    const { translations = [] } = body;
    const actual = kind === "actual";
    const { tone = actual ? "siren" : "chime", repeat = actual ? ROUNDS : 1 } = body;
    const words: AlertWords = {
      ...{ headline, text, announcementId, tone, language, repeat, lifeMs: seconds(expiresInSeconds) },
      translations,
      proposedBy: personOf(actor),
    };
    const area = this.#spokenIn(actor, targets);
    return this.#parts.composer.content(kind, words, area, this.#parts.clock.now(), {
      ...(voice && { voice }),
    });
  }

  /** The live voice in an alert is over: stations are told so, and one that was never sent is taken back. */
  async voiceEnded(id: string): Promise<void> {
    const { book, composer, delivery, clock } = this.#parts;
    const found = book.held(id)?.record;
    if (!found || found.recalledAt !== null || this.#isOver(found)) return;
    const after = await composer.afterVoice(found.kind, found.content, this.#spokenIn(null, found.targets));
    await this.#inTurn(id, async () => {
      const record = book.held(id)?.record;
      if (!record || record.recalledAt !== null || this.#isOver(record)) return;
      const { issue, createdBy } = record;
      if (issue !== null && !voiceOf(issue.sound)) return;
      const next =
        issue === null
          ? recalled(record, [], createdBy, clock.now())
          : voiceless(record, issue, after, clock.now());
      await this.#keep({ userId: createdBy.id }, issue === null ? "recall" : "voice-end", next);
      await delivery.send(id);
    });
  }

  /** Sends what waits. @throws NOT_FOUND · FORBIDDEN · SAME_PERSON · CONFLICT nothing waits */
  async confirm(actor: Actor, id: string): Promise<AlertDetail> {
    await this.#parts.rights.demandWhole(actor, (await this.#see(actor, id)).record);
    await this.#inTurn(id, async () => {
      const { record } = await this.#see(actor, id);
      const { proposal } = record;
      if (proposal === null || this.#isOver(record))
        throw new LoaError("CONFLICT", "nothing of this alert waits to be confirmed", { id });
      if (proposal.proposedBy.id === actor.userId)
        throw new LoaError("SAME_PERSON", "another person must confirm this alert", { id });
      if (isDraft(record) && record.kind === "actual" && this.#parts.capConfirmation === "second-person")
        return this.#keep(actor, "take-up", taken(record, proposal, personOf(actor)));
      const said = await this.#withWords(record, proposal);
      await this.#issue(actor, "confirm", { ...record, confirmedBy: personOf(actor) }, said);
    });
    return this.#shown(id);
  }

  /** What came from elsewhere may have waited since before anything here could speak. */
  async #withWords({ kind, cap, targets }: AlertRecord, content: AlertContent): Promise<AlertContent> {
    const { sound: _, speechCode, ...words } = content;
    if (!cap || speechCode === null) return content;
    return this.#parts.composer.heard(kind, words, this.#spokenIn(null, targets), this.#parts.clock.now());
  }

  /** Puts aside what came from elsewhere, for good. @throws NOT_FOUND · FORBIDDEN · CONFLICT it is not a draft any more */
  async dismiss(actor: Actor, id: string, reason: string): Promise<AlertDetail> {
    await this.#parts.rights.demandWhole(actor, (await this.#see(actor, id)).record);
    await this.#inTurn(id, async () => {
      const { record } = await this.#see(actor, id);
      if (!isDraft(record) || this.#isOver(record))
        throw new LoaError("CONFLICT", "only what nobody has taken up can be dismissed", { id });
      const next = recalled(record, [], personOf(actor), this.#parts.clock.now());
      await this.#keep(actor, "dismiss", { ...next, dismissal: reason }, { reason });
    });
    return this.#shown(id);
  }

  /**
   * Takes in what another system sends: it sounds at once, or waits as a draft. One of a known id changes nothing, nor does one that is over.
   * @throws NO_TARGETS · of exercises and tests: why nothing here can speak
   */
  async adopt({ air, areaId, ...incoming }: IncomingAlert): Promise<void> {
    const { book, clock, composer, territory, leadMs } = this.#parts;
    const { id, kind, targets, words, recording, supersedes, cap, from } = incoming;
    if (book.held(id) || (await book.find(id).catch(() => null))) return;
    const spokenIn = this.#spokenIn(null, targets);
    const actor: Actor = { userId: from.id, name: from.name, role: "operator", areaId };
    const written: AlertWords = { ...words, lifeMs: cap.expiresAt - clock.now(), proposedBy: from };
    const content = await composer.heard(kind, written, spokenIn, clock.now(), recording);
    const now = clock.now();
    if (now + leadMs >= cap.expiresAt) return;
    const record: AlertRecord = {
      ...{ id, version: 1, kind, targets, origin: "cap", cap, supersedes, supersededBy: null },
      reach: reachIn(territory(), targets),
      ...{ createdAt: now, createdBy: from, confirmedBy: null, content, proposal: content },
      ...{ issue: null, recalledAt: null, recalledBy: null, correction: null },
    };
    if (record.reach.length === 0) throw new LoaError("NO_TARGETS", "the targets hold no station");
    if (air) await this.#inTurn(id, () => this.#issue(actor, "receive", record, content));
    else await this.#keep(actor, "receive", record);
  }

  /** Says it anew, otherwise or for longer. @throws NOT_FOUND · FORBIDDEN · CONFLICT it is over, recalled or not sent yet */
  async update(actor: Actor, id: string, body: UpdateAlert): Promise<AlertDetail> {
    const { rights, composer, clock } = this.#parts;
    const { record } = await this.#see(actor, id);
    await rights.demandWhole(actor, record);
    this.#demandSounding(record);
    const content = await composer.content(
      record.kind,
      this.#revised(actor, record, body),
      this.#spokenIn(actor, record.targets),
      clock.now(),
    );
    await this.#inTurn(id, async () => {
      const { record: now } = await this.#see(actor, id);
      this.#demandSounding(now);
      const next = { ...now, version: now.version + 1, proposal: content };
      if (this.#waits(now)) await this.#keep(actor, "update", next);
      else await this.#issue(actor, "update", now, content);
    });
    return this.#shown(id);
  }

  /**
   * Silences an alert at once and has the correction spoken. Words that are not made yet do not hold up the silence. Again: nothing more.
   * @throws NOT_FOUND · FORBIDDEN · CONFLICT it is over for long
   */
  async recall(actor: Actor, id: string, text: string | null): Promise<AlertDetail> {
    await this.#parts.rights.demandWhole(actor, (await this.#see(actor, id)).record);
    await this.withdraw(actor, id, text);
    return this.#shown(id);
  }

  /** The same for the system that an alert came from, which has no account here. @throws CONFLICT it is over for long */
  async withdraw(actor: Actor, id: string, text: string | null): Promise<void> {
    const { book, delivery } = this.#parts;
    const unfinished = await this.#inTurn(id, async () => {
      const record = book.held(id)?.record;
      if (record?.recalledAt != null) return false;
      if (!record || (record.issue === null && this.#isOver(record)))
        throw new LoaError("CONFLICT", "this alert is over", { id });
      const { issue, correction } = record;
      const [by, now] = [personOf(actor), this.#parts.clock.now()];
      const known = issue === null ? [] : text === null ? correction : null;
      const next =
        known === null && issue ? muted(record, issue, by, now) : recalled(record, known ?? [], by, now);
      await this.#keep(actor, "recall", next);
      await delivery.send(id);
      return known === null;
    });
    if (unfinished) await this.#finishRecall(id, personOf(actor), text);
  }

  /** Ends one without a word; `by`: what came in its place, if anything did. Again: nothing more. */
  async replace(actor: Actor, id: string, by: string | null): Promise<void> {
    await this.#supersede(actor, id, by);
  }

  /** The tree changed: stations that came into the areas of an alert that stands belong to it, and hear it once they are there. */
  widen(): void {
    const { book, territory, clock } = this.#parts;
    for (const { record } of book.standing()) {
      if (record.issue === null || record.recalledAt !== null || clock.now() >= endOf(record)) continue;
      const known = new Set(record.reach.map(({ stationId }) => stationId));
      const more = reachIn(territory(), record.targets).filter(({ stationId }) => !known.has(stationId));
      if (more.length > 0)
        book.revise({ ...record, version: record.version + 1, reach: [...record.reach, ...more] });
    }
  }

  /** One that the actor may see. @throws NOT_FOUND */
  async detail(actor: Actor, id: string): Promise<AlertDetail> {
    return this.#parts.views.detail(await this.#see(actor, id));
  }

  /** Those before the one of id `before` that the actor may see, newest first. */
  async list(
    actor: Actor,
    kind: string | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<AlertSummary[]> {
    const { book, rights, views } = this.#parts;
    const found: KnownAlert[] = [];
    for (let from = before; found.length < limit; ) {
      const page = await book.page(from, limit);
      const fits = ({ record }: KnownAlert) => kind === undefined || record.kind === kind;
      found.push(...page.filter((one) => fits(one) && rights.sees(actor, one.record)));
      if (page.length < limit) break;
      from = page.at(-1)?.record.id;
    }
    return found.slice(0, limit).map((one) => views.summary(one));
  }

  /** Stations of targets; no zones: all of them. @throws NO_TARGETS · NOT_FOUND */
  reachOf(targets: readonly Target[]): AlertRecord["reach"] {
    const territory = this.#parts.territory();
    return withZones(territory, territory.reach(targets));
  }

  /** Makes it durable, then tells the stations; what it supersedes ends with it. Call in the alert's turn. */
  async #issue(actor: Actor, action: string, record: AlertRecord, content: AlertContent): Promise<void> {
    const { clock, leadMs, book, delivery } = this.#parts;
    const reach = record.issue === null && !record.cap ? this.reachOf(record.targets) : record.reach;
    const now = clock.now();
    const said = within(record, content, now + leadMs);
    const next = issued({ ...record, reach, correction: null }, said, { now, leadMs });
    await this.#keep(actor, action, next);
    book.revise(startingFrom(next, clock.now() + leadMs));
    await delivery.send(next.id);
    for (const id of record.issue === null ? record.supersedes : [])
      await this.#supersede(actor, id, next.id);
    this.#prepareCorrection(next);
  }

  async #supersede(actor: Actor, id: string, by: string | null): Promise<void> {
    await this.#inTurn(id, async () => {
      const record = this.#parts.book.held(id)?.record;
      if (!record || record.recalledAt !== null) return;
      const ended = recalled(record, [], personOf(actor), this.#parts.clock.now());
      await this.#keep(actor, "supersede", { ...ended, supersededBy: by });
      await this.#parts.delivery.send(id);
    });
  }

  /** So that a recall can speak at once. */
  #prepareCorrection({ id, kind, content, targets, issue }: AlertRecord): void {
    const { composer, book, log } = this.#parts;
    const area = this.#spokenIn(null, targets);
    composer
      .correction(kind, content, null, area)
      .then((correction) => {
        const record = book.held(id)?.record;
        if (record?.recalledAt === null && record.issue?.revision === issue?.revision)
          book.revise({ ...record, correction });
      })
      .catch((error) => log.error({ id, err: error }, "the words of a recall were not made ready"));
  }

  async #finishRecall(id: string, by: AlertContent["proposedBy"], text: string | null): Promise<void> {
    const { book, composer, delivery, clock } = this.#parts;
    const found = book.held(id)?.record;
    if (!found) return;
    const area = this.#spokenIn(null, found.targets);
    const correction = await composer.correction(found.kind, found.content, text, area);
    await this.#inTurn(id, async () => {
      const record = book.held(id)?.record;
      if (!record || record.issue?.action === "recall") return;
      const next = recalled(record, correction, by, clock.now());
      const detail = { revision: next.issue?.revision };
      await book.keep(next, { actor: by.id, action: "alert.correct", subject: id, detail });
      await delivery.send(id);
    });
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
    if (record.recalledAt !== null || record.issue === null || this.#isOver(record))
      throw new LoaError("CONFLICT", "this alert does not stand", { id: record.id });
  }

  #isOver(record: AlertRecord): boolean {
    return record.recalledAt !== null || this.#parts.clock.now() >= endOf(record);
  }

  #waits({ kind }: AlertRecord): boolean {
    return this.#parts.confirmation === "second-person" && kind === "actual";
  }

  /** Names are pronounced as where the alert sounds. */
  #spokenIn(actor: Actor | null, targets: readonly Target[]): AreaId {
    const territory = this.#parts.territory();
    const common = territory.commonArea(territory.reachNow(targets).keys());
    return common ?? actor?.areaId ?? [...territory.areas.keys()][0] ?? "";
  }

  async #see(actor: Actor, id: string): Promise<KnownAlert> {
    const found = await this.#parts.book.find(id);
    if (!found || !this.#parts.rights.sees(actor, found.record))
      throw new LoaError("NOT_FOUND", `there is no alert ${id} in your area`, { id });
    return found;
  }

  async #keep(
    actor: Pick<Actor, "userId">,
    what: string,
    record: AlertRecord,
    more: object = {},
  ): Promise<void> {
    const { kind, reach, issue, content } = record;
    const detail = {
      kind,
      headline: content.headline,
      stations: reach.length,
      revision: issue?.revision ?? 0,
      ...more,
    };
    await this.#parts.book.keep(record, {
      ...{ actor: actor.userId, action: `alert.${what}`, subject: record.id, detail },
    });
    this.#parts.notices.changed(record.id);
    this.#parts.changed?.(record);
  }

  async #shown(id: string): Promise<AlertDetail> {
    return this.#parts.views.detail((await this.#parts.book.find(id)) as KnownAlert);
  }

  /** Changes of one alert follow each other. */
  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(work);
    const settled = turn
      .catch(() => {})
      .then(() => {
        if (this.#turns.get(id) === settled) this.#turns.delete(id);
      });
    this.#turns.set(id, settled);
    return turn;
  }
}

/** Like `reachOf`, for stored targets. */
const reachIn = (territory: Territory, targets: readonly Target[]) =>
  withZones(territory, territory.reachNow(targets));

const withZones = (territory: Territory, reach: Reach): AlertRecord["reach"] =>
  [...reach].map(([stationId, zones]) => ({
    stationId,
    zones: zones.length === territory.stations.get(stationId)?.zones.length ? [] : zones,
  }));

const personOf = ({ userId: id, name }: Actor) => ({ id, name });

/** A draft that somebody here stands for; another person confirms it. */
const taken = (record: AlertRecord, proposal: AlertContent, by: AlertContent["proposedBy"]): AlertRecord => ({
  ...record,
  version: record.version + 1,
  proposal: { ...proposal, proposedBy: by },
});

/** Writing it down took a moment; the lead counts from when it is sent. */
function startingFrom(record: AlertRecord, startAt: number): AlertRecord {
  const { issue } = record;
  if (!issue || startAt <= issue.startAt) return record;
  return { ...record, issue: { ...issue, startAt, expires: issue.expires + startAt - issue.startAt } };
}
