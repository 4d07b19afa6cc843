import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { Target } from "@loa/protocol/http/schedules";
import type { AreaId } from "@loa/protocol/identity";
import {
  type AlertContent,
  type AlertRecord,
  endOf,
  issued,
  lacksCorrection,
  recalled,
  voiceless,
  voiceOf,
  within,
} from "../core/alert.ts";
import type { Reach, Territory } from "../core/targets.ts";
import type { AlertDelivery } from "../link/alert-delivery.ts";
import type { Actor } from "../ports.ts";
import type { AlertBook } from "./alert-book.ts";
import type { AlertComposer } from "./alert-composer.ts";
import type { AlertNotices } from "./alert-notices.ts";

/** What acting on alerts needs. */
export interface AlertActParts {
  readonly book: AlertBook;
  readonly composer: AlertComposer;
  readonly delivery: AlertDelivery;
  readonly notices: AlertNotices;
  readonly territory: () => Territory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leadMs: number;
  /** An alert was made, sent, updated or recalled, and that is durable. */
  readonly changed?: (record: AlertRecord) => void;
}

/** What is done to alerts, whoever asked for it: each act is durable before stations hear of it, and the acts of one alert follow each other. */
export class AlertActs {
  readonly #parts: AlertActParts;
  readonly #turns = new Map<string, Promise<unknown>>();
  /** What nobody who asked waits for. */
  readonly #aside = new Set<Promise<void>>();

  constructor(parts: AlertActParts) {
    this.#parts = parts;
  }

  /**
   * Takes up what stood when the hub ended; a recall that was cut short after it silenced is brought to its end, and what was to end with
   * an alert ends.
   */
  async start(): Promise<void> {
    const { book, delivery } = this.#parts;
    await book.start();
    delivery.resume();
    for (const { record } of book.standing()) {
      const { id, issue, createdBy } = record;
      if (lacksCorrection(record)) this.#finish(id, this.#correct(id));
      const by = { userId: createdBy.id, name: createdBy.name };
      if (issue !== null)
        for (const old of record.supersedes)
          if (this.#stands(old)) this.#finish(old, this.replace(by, old, id));
    }
  }

  /** Resolves when what is being made aside is done. */
  async close(): Promise<void> {
    await Promise.all(this.#aside);
  }

  /** Makes it durable, then tells the stations; what it supersedes ends with it. Call in the alert's turn. */
  async issue(actor: Actor, action: string, record: AlertRecord, content: AlertContent): Promise<void> {
    const { clock, leadMs, book, delivery } = this.#parts;
    const reach = record.issue === null && !record.cap ? this.reachOf(record.targets) : record.reach;
    const now = clock.now();
    const said = within(record, content, now + leadMs);
    const next = issued({ ...record, reach, correction: null }, said, { now, leadMs });
    await this.keep(actor, action, next);
    book.revise(startingFrom(next, clock.now() + leadMs));
    await delivery.send(next.id);
    for (const id of record.issue === null ? record.supersedes : []) await this.replace(actor, id, next.id);
    this.#prepareCorrection(next);
  }

  /**
   * Silences an alert at once by a message of some hundred bytes, then has the correction spoken: however long its words take to be made
   * and to travel, the silence does not wait for them. Again: nothing more.
   * @throws CONFLICT it is over for long
   */
  async withdraw(actor: Actor, id: string, text: string | null): Promise<void> {
    const { book, delivery, clock } = this.#parts;
    const silenced = await this.inTurn(id, async () => {
      const record = book.held(id)?.record;
      if (record?.recalledAt != null) return false;
      if (!record || (record.issue === null && this.isOver(record)))
        throw new LoaError("CONFLICT", "this alert is over", { id });
      const next = recalled(record, null, personOf(actor), clock.now());
      await this.keep(actor, "recall", { ...next, correctionText: text });
      await delivery.send(id);
      return next.issue !== null;
    });
    // Whoever sends another alert once this is answered sends it after the correction: the later one is heard.
    if (silenced) await this.#correct(id);
  }

  /** Ends one without a word; `by`: what came in its place, if anything did. Again: nothing more. */
  async replace(actor: Pick<Actor, "userId" | "name">, id: string, by: string | null): Promise<void> {
    await this.inTurn(id, async () => {
      const record = this.#parts.book.held(id)?.record;
      if (!record || record.recalledAt !== null) return;
      const ended = recalled(record, [], personOf(actor), this.#parts.clock.now());
      await this.keep(actor, "supersede", { ...ended, supersededBy: by });
      await this.#parts.delivery.send(id);
    });
  }

  /** The live voice in an alert is over: stations are told so, and one that was never sent is taken back. */
  async voiceEnded(id: string): Promise<void> {
    const { book, composer, delivery, clock } = this.#parts;
    const found = book.held(id)?.record;
    if (!found || found.recalledAt !== null || this.isOver(found)) return;
    const after = await composer.afterVoice(found.kind, found.content, this.spokenIn(null, found.targets));
    await this.inTurn(id, async () => {
      const record = book.held(id)?.record;
      if (!record || record.recalledAt !== null || this.isOver(record)) return;
      const { issue, createdBy } = record;
      if (issue !== null && !voiceOf(issue.sound)) return;
      const next =
        issue === null
          ? recalled(record, [], createdBy, clock.now())
          : voiceless(record, issue, after, clock.now());
      await this.keep({ userId: createdBy.id }, issue === null ? "recall" : "voice-end", next);
      await delivery.send(id);
    });
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

  /** Stations of targets; no zones: all of them. @throws NO_TARGETS · NOT_FOUND */
  reachOf(targets: readonly Target[]): AlertRecord["reach"] {
    const territory = this.#parts.territory();
    return withZones(territory, territory.reach(targets));
  }

  #stands(id: string): boolean {
    const record = this.#parts.book.held(id)?.record;
    return record !== undefined && !this.isOver(record);
  }

  /** Nothing can happen to it any more. */
  isOver(record: AlertRecord): boolean {
    return record.recalledAt !== null || this.#parts.clock.now() >= endOf(record);
  }

  /** Names are pronounced as where the alert sounds. */
  spokenIn(actor: Actor | null, targets: readonly Target[]): AreaId {
    const territory = this.#parts.territory();
    const common = territory.commonArea(territory.reachNow(targets).keys());
    return common ?? actor?.areaId ?? [...territory.areas.keys()][0] ?? "";
  }

  /** Writes a change down, with its audit entry, and tells dashboards. */
  async keep(
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

  /** Changes of one alert follow each other. */
  inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(work);
    const settled = turn
      .catch(() => {})
      .then(() => {
        if (this.#turns.get(id) === settled) this.#turns.delete(id);
      });
    this.#turns.set(id, settled);
    return turn;
  }
  /** So that a recall can speak at once. */
  #prepareCorrection({ id, kind, content, targets, issue }: AlertRecord): void {
    const { composer, book, log } = this.#parts;
    const area = this.spokenIn(null, targets);
    this.#besides(
      composer
        .correction(kind, content, null, area)
        .then((correction) => {
          const record = book.held(id)?.record;
          if (record?.recalledAt === null && record.issue?.revision === issue?.revision)
            book.revise({ ...record, correction });
        })
        .catch((error) => log.error({ id, err: error }, "the words of a recall were not made ready")),
    );
  }

  /** Brings to its end what was begun, while nobody waits for it. */
  #finish(id: string, work: Promise<void>): void {
    const { log } = this.#parts;
    this.#besides(work.catch((error) => log.error({ id, err: error }, "what was begun was not finished")));
  }

  /** `work` never fails. */
  #besides(work: Promise<void>): void {
    this.#aside.add(work);
    void work.then(() => this.#aside.delete(work));
  }

  /** The words of a recall go after its silence. */
  async #correct(id: string): Promise<void> {
    const { book, composer, delivery, clock } = this.#parts;
    const found = book.held(id)?.record;
    if (!found) return;
    const { kind, content, targets, correction, correctionText: text = null } = found;
    const said =
      (text === null ? correction : null) ??
      (await composer.correction(kind, content, text, this.spokenIn(null, targets)));
    await this.inTurn(id, async () => {
      const record = book.held(id)?.record;
      if (!record || !lacksCorrection(record)) return;
      const by = record.recalledBy ?? record.createdBy;
      const next = recalled(record, said, by, clock.now());
      const detail = { revision: next.issue?.revision };
      await book.keep(next, { actor: by.id, action: "alert.correct", subject: id, detail });
      await delivery.send(id);
    });
  }
}

/** Like `AlertActs.reachOf`, for stored targets: what no longer exists is passed over. */
export const reachIn = (territory: Territory, targets: readonly Target[]) =>
  withZones(territory, territory.reachNow(targets));

/** Thousands of stations, written out once for as long as the tree stands. */
const written = new WeakMap<Reach, AlertRecord["reach"]>();

function withZones(territory: Territory, reach: Reach): AlertRecord["reach"] {
  const known = written.get(reach);
  if (known) return known;
  const stations = Array.from(reach, ([stationId, zones]) => ({
    stationId,
    zones: zones.length === territory.zonesOf(stationId).length ? [] : zones,
  }));
  written.set(reach, stations);
  return stations;
}

/** Whoever acts, as records name them. */
export const personOf = ({ userId: id, name }: Pick<Actor, "userId" | "name">) => ({ id, name });

/** Writing it down took a moment; the lead counts from when it is sent. */
function startingFrom(record: AlertRecord, startAt: number): AlertRecord {
  const { issue } = record;
  if (!issue || startAt <= issue.startAt) return record;
  return { ...record, issue: { ...issue, startAt, expires: issue.expires + startAt - issue.startAt } };
}
