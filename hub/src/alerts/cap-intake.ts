// long because: whatever follows from a message takes the same turns, whichever message it is.
import { createHash } from "node:crypto";
import type { Cancel, Clock } from "@loa/kernel/clock";
import { codeOf, LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import type { CapBecause } from "@loa/protocol/http/cap";
import type { StationId } from "@loa/protocol/identity";
import { type AlertContent, type AlertRecord, isByHand, OTHER_SYSTEMS } from "../core/alert.ts";
import type { CapAlert, CapKey } from "../core/cap-alert.ts";
import { airingOf, type ConfirmationRules } from "../core/cap-confirmation.ts";
import {
  advanceCap,
  type CapEffect,
  type CapEntry,
  type CapMemory,
  type CapStep,
  EMPTY_CAP_MEMORY,
  endedBy,
  endingsIn,
  forerunnersOf,
  inForce,
  nextCapChange,
  receiveCap,
  withholdCap,
} from "../core/cap-life.ts";
import {
  type CapBounds,
  type CapOrigin,
  type CapPlan,
  planCap,
  spokenInfos,
  strangeGeocodes,
} from "../core/cap-plan.ts";
import type { CapFate, CapRecord } from "../core/cap-record.ts";
import { stagesOf } from "../core/cap-stages.ts";
import type { Territory } from "../core/targets.ts";
import { readCap } from "../interop/cap/read-cap.ts";
import type { Actor } from "../ports.ts";
import type { AlertActs } from "./alert-acts.ts";
import type { AlertBook } from "./alert-book.ts";
import type { Alerts } from "./alerts.ts";
import type { CapBook } from "./cap-book.ts";
import { type CapRecordingParts, capRecording } from "./cap-recording.ts";

/** Another system, as far as it is known here. */
export interface CapFrom {
  /** As people know it. */
  readonly name: string;
  /** Messages of one scope can end each other. */
  readonly scope: string;
  readonly bounds: CapBounds;
  readonly allowPrivate: boolean;
  /** Whether its recordings are asked for over TLS only. */
  readonly tlsOnly: boolean;
  /** Who posts by hand; null where a source or program that is named in `hub.yaml` stands behind it. */
  readonly author: AlertContent["proposedBy"] | null;
}

/** What taking in messages needs. */
export interface CapIntakeParts {
  readonly book: CapBook;
  readonly alerts: Pick<Alerts, "adopt">;
  readonly acts: Pick<AlertActs, "withdraw" | "replace">;
  readonly alertBook: Pick<AlertBook, "held" | "standing">;
  readonly recording: CapRecordingParts;
  readonly territory: () => Territory;
  /** Who stands behind messages that were received before. */
  readonly fromOf: (record: CapRecord) => CapFrom;
  readonly rules: ConfirmationRules;
  /** Sender of this hub's own messages: what comes back is not aired again. */
  readonly self: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Of speaking what must not go out unspoken: exercises and tests. */
const MOST_TRIES = 3;

/**
 * Takes in messages of other systems and carries out what follows: alerts that sound or wait, their ends, and what was to come later.
 * What is decided is kept before it is done, and each alert has its id before it is made, so that after a restart nothing is missing and
 * nothing is made twice. Messages follow each other within their scope only as far as they concern each other.
 */
export class CapIntake {
  readonly #parts: CapIntakeParts;
  readonly #memories = new Map<string, CapMemory>();
  readonly #timers = new Map<string, Cancel>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(parts: CapIntakeParts) {
    this.#parts = parts;
  }

  /** Takes up what stood when the hub ended, and what came due since. Call after alerts were started. */
  async start(): Promise<void> {
    const { book, alertBook, clock } = this.#parts;
    for (const { record } of alertBook.standing()) if (record.cap) await this.#restore(record, record.cap);
    const scopes = new Map<string, Map<CapKey, CapEntry>>();
    for (const { scope, entry } of book.all())
      if (entry) scopes.set(scope, (scopes.get(scope) ?? new Map()).set(entry.key, entry));
    for (const [scope, messages] of scopes) {
      this.#memories.set(scope, { at: clock.now(), messages });
      this.#resume(scope);
    }
  }

  close(): void {
    for (const cancel of this.#timers.values()) cancel();
  }

  /**
   * Takes a message; one whose info blocks become effective at several times comes to several, of which the first is answered. Resolves when
   * what follows from it was done; the same bytes again change nothing.
   * @throws what `readCap` throws, after it was kept
   */
  async receive(xml: Uint8Array, from: CapFrom): Promise<CapRecord> {
    const { book, clock, self } = this.#parts;
    const sha256 = createHash("sha256").update(xml).digest("hex");
    const known = book.same(from.scope, sha256);
    if (known) return this.#again(known, xml);
    const now = clock.now();
    const base = this.#blank(from, sha256);
    const alert = await this.#read(xml, base);
    const read: CapRecord = {
      ...{ ...base, alert },
      unknownGeocodes: strangeGeocodes(alert, from.bounds.geocodes),
    };
    if (alert.sender === self) return this.#keep(read, "ignored", "own");
    const before = this.#memoryOf(from.scope);
    const step = receiveCap(before, alert, now);
    this.#memories.set(from.scope, step.memory);
    const stages = stagesOf(alert, now).slice(0, step.memory === before ? 1 : undefined);
    const records = stages.map((stage, i) => {
      const id = i === 0 ? base.id : newId("cm", now + i);
      const record = this.#judged({ ...read, id, alert: stage.alert }, stage.key, step);
      return { ...record, stations: this.#reached(record, from) };
    });
    const [first] = records as [CapRecord];
    const ids = records.map(({ id }) => id);
    await this.#first(ids, book.keep(...records), () => this.#carryOut(from.scope, step.effects));
    return book.get(first.id) ?? first;
  }

  /** Somebody wants what is to come aired at its time. `check` sees it as it is then. @throws CONFLICT its time has come · what `check` throws */
  confirm(id: string, by: AlertContent["proposedBy"], check: (record: CapRecord) => void): Promise<void> {
    return this.#whileDue(id, async (record) => {
      check(record);
      await this.#parts.book.keep({ ...record, confirmedBy: [...(record.confirmedBy ?? []), by] });
    });
  }

  /** What is to come is not aired at its time; what it was to take the place of goes on. @throws CONFLICT its time has come */
  withhold(id: string, by: AlertContent["proposedBy"], reason: string): Promise<void> {
    return this.#whileDue(id, async (record) => {
      const entry = record.entry as CapEntry;
      const memory = withholdCap(this.#memoryOf(record.scope), entry.key);
      this.#memories.set(record.scope, memory);
      this.#wait(record.scope);
      const withheld = { by, reason };
      await this.#keep({ ...record, entry: { ...entry, holds: null }, withheld }, "ignored", "dismissed");
    });
  }

  /** Acts on a message before its time. */
  #whileDue(id: string, act: (record: CapRecord) => Promise<void>): Promise<void> {
    return this.#after([id], async () => {
      const record = this.#parts.book.get(id);
      if (record?.fate !== "due" || (record.entry?.holds?.from ?? 0) <= this.#parts.clock.now())
        throw new LoaError("CONFLICT", "this message does not wait for its time", { id });
      await act(record);
    });
  }

  #memoryOf(scope: string): CapMemory {
    return this.#memories.get(scope) ?? EMPTY_CAP_MEMORY;
  }

  /** What follows waits until messages are kept; what comes meanwhile and concerns them waits for both. */
  async #first(ids: readonly string[], kept: Promise<void>, follow: () => Promise<void>): Promise<void> {
    for (const id of ids) this.#turns.set(id, kept);
    const followed = follow();
    await Promise.all([kept, followed]);
    for (const id of ids) if (this.#turns.get(id) === kept) this.#turns.delete(id);
  }

  /** What was refused is refused again, with the same words. */
  async #again(known: CapRecord, xml: Uint8Array): Promise<CapRecord> {
    if (known.fate === "invalid") readCap(xml);
    await this.#turns.get(known.id);
    return this.#parts.book.get(known.id) ?? known;
  }

  async #read(xml: Uint8Array, base: CapRecord): Promise<CapAlert> {
    try {
      return readCap(xml).alert;
    } catch (error) {
      const { message, context } = error as LoaError;
      const { problems = [{ path: "/", message }] } = (context ?? {}) as Pick<CapRecord, "problems">;
      await this.#parts.book.keep({ ...base, fate: "invalid", problems });
      throw error;
    }
  }

  #blank(from: CapFrom, sha256: string): CapRecord {
    const now = this.#parts.clock.now();
    return {
      ...{ id: newId("cm", now), receivedAt: now, source: from.name, scope: from.scope, sha256 },
      ...{ areaId: from.bounds.areaId, fate: "ignored", because: null, problems: [] },
      ...(from.author && { author: from.author }),
      ...{ alert: null, entry: null, alertId: null, stations: [], unknownGeocodes: [] },
    };
  }

  /** As it is kept until its effects were carried out: an alert that is to be made has its id by then. */
  #judged(read: CapRecord, key: CapKey, { effects, memory: { messages } }: CapStep): CapRecord {
    const { clock } = this.#parts;
    const own = effects.filter((effect) => effect.key === key);
    const ignored = own.find((effect) => effect.do === "ignore");
    const remembered = ignored?.because !== "duplicate" && messages.get(key);
    const entry = remembered || null;
    if (ignored) return { ...read, entry, fate: "ignored", because: ignored.because };
    const starts = own.some((effect) => effect.do === "start");
    const due = own.some((effect) => effect.do === "wait");
    if (starts || due) return { ...read, entry, fate: "due", alertId: newId("al", clock.now()) };
    return { ...read, entry, fate: "done", because: "cancel" };
  }

  /** Stations that what is to come would reach: who looks after them may decide on it. */
  #reached({ alert, entry, fate }: CapRecord, { bounds }: CapFrom): readonly StationId[] {
    const now = this.#parts.clock.now();
    const from = entry?.holds?.from ?? 0;
    if (!alert || fate !== "due" || from <= now) return [];
    const plan = planCap(alert, bounds, this.#parts.territory(), from);
    return typeof plan === "string" ? [] : plan.stations;
  }

  async #carryOut(scope: string, effects: readonly CapEffect[]): Promise<void> {
    const started = effects.filter((effect) => effect.do === "start");
    const replaced = new Set(started.flatMap(({ replaces }) => replaces));
    const works = effects.flatMap((effect): Promise<void>[] => {
      if (effect.do === "start") return [this.#start(scope, effect.key, effect.replaces)];
      if (effect.do !== "end" || effect.because === "expired") return [];
      if (effect.because === "cancelled") return [this.#cancel(scope, effect.key, effect.by)];
      return replaced.has(effect.key) ? [] : [this.#replace(scope, effect.key)];
    });
    this.#dropCancelled(scope);
    this.#wait(scope);
    await Promise.all(works);
  }

  /** What was to come later and was called back does not come. */
  #dropCancelled(scope: string): void {
    const due = [...this.#parts.book.all()].filter((one) => one.scope === scope && one.fate === "due");
    if (due.length === 0) return;
    const ends = endingsIn(this.#memoryOf(scope));
    for (const record of due) {
      const end = ends.get(record.entry?.key ?? "");
      if (end) void this.#keep(record, "done", end.msgType === "Cancel" ? "cancelled" : "updated");
    }
  }

  #wait(scope: string): void {
    const { clock, log } = this.#parts;
    this.#timers.get(scope)?.();
    const next = nextCapChange(this.#memoryOf(scope));
    if (next === null) return;
    const due = () => {
      const step = advanceCap(this.#memoryOf(scope), clock.now());
      this.#memories.set(scope, step.memory);
      this.#carryOut(scope, step.effects).catch((error) =>
        log.error({ scope, err: error }, "a CAP alert was lost"),
      );
    };
    this.#timers.set(scope, clock.at(`cap ${scope}`, Math.max(next, clock.now()), due));
  }

  #start(scope: string, key: CapKey, replaces: readonly CapKey[]): Promise<void> {
    const { book } = this.#parts;
    const record = book.of(scope, key);
    if (!record?.alert || record.alertId === null) return Promise.resolve();
    const forerunners = replaces.flatMap((one) => book.of(scope, one) ?? []);
    // The same message of another source must see what this one comes to.
    const names = [key, record.id, ...forerunners.map(({ id }) => id)];
    return this.#after(names, () => this.#startNow(record.id, forerunners));
  }

  async #startNow(id: string, forerunners: readonly CapRecord[]): Promise<void> {
    const { log, alertBook, book } = this.#parts;
    const record = book.get(id);
    if (!record || record.fate === "ignored" || (await this.#isOver(record))) return;
    const from = this.#parts.fromOf(record);
    const standing = [...new Set(forerunners.flatMap((one) => this.#standing(one)))];
    const made = this.#plan(record, from);
    const because = typeof made === "string" ? made : await this.#adopt(record, made, from, standing);
    if (because !== null) {
      await this.#keep(record, "ignored", because);
      for (const one of forerunners) await this.#replaceNow(one, null);
      return;
    }
    // Until somebody takes up the update, what sounded before goes on; what only waited is overtaken.
    for (const one of forerunners)
      if (alertBook.held(one.alertId ?? "")?.record.issue === null)
        await this.#replaceNow(one, record.alertId);
    log.info({ id: record.id, alertId: record.alertId, source: from.name }, "a CAP alert was taken in");
  }

  /** Its alert, and what still sounds because nobody has taken that up. */
  #standing({ alertId }: CapRecord): string[] {
    if (alertId === null) return [];
    const made = this.#parts.alertBook.held(alertId)?.record;
    return [alertId, ...(made?.issue === null ? made.supersedes : [])];
  }

  /** Whether it was called back or replaced before anything was made of it. */
  async #isOver(record: CapRecord): Promise<boolean> {
    const end = record.entry && endedBy(this.#memoryOf(record.scope), record.entry.key);
    if (end) await this.#keep(record, "done", end.msgType === "Cancel" ? "cancelled" : "updated");
    return end !== null;
  }

  #plan(record: CapRecord, { bounds }: CapFrom): CapPlan | "rule" | "no-stations" {
    const { territory, clock } = this.#parts;
    const alert = record.alert as CapAlert;
    const first = planCap(alert, bounds, territory(), clock.now());
    if (typeof first === "string") return first;
    const taken = this.#taken(record, first.air);
    return taken.size === 0 ? first : planCap(alert, bounds, territory(), clock.now(), taken);
  }

  /** Stations that have the same message from another source already. */
  #taken({ entry, alertId, author }: CapRecord, air: boolean): Set<StationId> {
    // What a person posted and nobody sent yet must not stand in the way of what a source says.
    const counts = (record: AlertRecord) =>
      record.issue !== null || (!air && (author !== undefined || !isByHand(record)));
    const same = [...this.#parts.alertBook.standing()].filter(
      ({ record }) =>
        record.cap?.entry.key === entry?.key &&
        record.id !== alertId &&
        counts(record) &&
        record.dismissal === undefined,
    );
    return new Set(same.flatMap(({ record }) => record.reach.map(({ stationId }) => stationId)));
  }

  async #adopt(
    record: CapRecord,
    plan: CapPlan,
    from: CapFrom,
    supersedes: readonly string[],
  ): Promise<CapBecause | null> {
    const { alerts, recording, clock, log, rules } = this.#parts;
    const alert = record.alert as CapAlert;
    const { kind, targets, words } = plan;
    const { by, confirmedBy, takenUpBy } = airingOf(record, plan, rules);
    await this.#keep({ ...record, stations: plan.stations }, "alert", null);
    const infos = spokenInfos(alert, from.bounds.languages, clock.now());
    const incoming = {
      ...{ id: record.alertId as string, kind, air: by !== "nobody", targets, words, supersedes },
      ...{ confirmedBy, takenUpBy },
      ...{ cap: originOf(record, plan), from: personOf(from), areaId: from.bounds.areaId },
      recording: capRecording(recording, infos, from),
    };
    for (let tries = 1; ; tries++)
      try {
        await alerts.adopt(incoming);
        return null;
      } catch (error) {
        log.error({ id: record.id, tries, err: error }, "a CAP alert cannot be sounded");
        // What was spoken too late for one try is ready for the next.
        if (codeOf(error) !== "SPEECH_FAILED" || tries === MOST_TRIES)
          return codeOf(error) === "NO_TARGETS" ? "no-stations" : "not-spoken";
      }
  }

  #cancel(scope: string, key: CapKey, by: CapKey | null): Promise<void> {
    const { book } = this.#parts;
    const record = book.of(scope, key);
    const cancel = by === null ? undefined : book.of(scope, by);
    return record ? this.#after([record.id], () => this.#withdraw(record, cancel)) : Promise.resolve();
  }

  /** Also what it was to take the place of, where nobody had taken it up yet. */
  async #withdraw(record: CapRecord, cancel: CapRecord = record): Promise<void> {
    const { acts, alertBook, fromOf, book } = this.#parts;
    const made = alertBook.held(record.alertId ?? "")?.record;
    if (!made) return;
    for (const id of [made.id, ...made.supersedes])
      await acts.withdraw(actorOf(fromOf(cancel)), id, null).catch((error) => {
        if (codeOf(error) !== "CONFLICT") throw error;
      });
    await this.#keep(book.get(record.id) ?? record, "alert", "cancelled");
  }

  #replace(scope: string, key: CapKey): Promise<void> {
    const record = this.#parts.book.of(scope, key);
    return record ? this.#after([record.id], () => this.#replaceNow(record, null)) : Promise.resolve();
  }

  /** `by`: the alert that waits in its place; null: what it stood for ends with it. */
  async #replaceNow(record: CapRecord, by: string | null): Promise<void> {
    const { acts, fromOf, book } = this.#parts;
    if (record.alertId === null) return;
    const ended = by === null ? this.#standing(record) : [record.alertId];
    for (const id of ended) await acts.replace(actorOf(fromOf(record)), id, by);
    const now = book.get(record.id) ?? record;
    if (now.fate === "alert") await this.#keep(now, "alert", "updated");
  }

  async #keep(record: CapRecord, fate: CapFate, because: CapBecause | null): Promise<CapRecord> {
    const { book } = this.#parts;
    const stations = book.get(record.id)?.stations ?? record.stations;
    const next: Writable<CapRecord> = {
      ...record,
      fate,
      because,
      stations: record.stations.length > 0 ? record.stations : stations,
    };
    if (fate !== "due" && next.alert) next.alert = withoutFiles(next.alert);
    await book.keep(next);
    return next;
  }

  /** What the store did not take, but the journal of alerts did. */
  async #restore(alert: AlertRecord, { messageId, entry, ...cap }: CapOrigin): Promise<void> {
    const { book } = this.#parts;
    if (book.get(messageId)) return;
    const { source, scope, areaId, head } = cap;
    await book.keep({
      ...{ id: messageId, receivedAt: alert.createdAt, source, scope, areaId, sha256: cap.sha256 },
      ...{ fate: "alert", because: null, problems: [], alert: { ...head, infos: [] }, entry },
      ...(isByHand(alert) && { author: alert.createdBy }),
      ...{ alertId: alert.id, stations: alert.reach.map(({ stationId }) => stationId), unknownGeocodes: [] },
    });
  }

  #resume(scope: string): void {
    const { book, alertBook, log } = this.#parts;
    const memory = this.#memoryOf(scope);
    const failed = (error: unknown) => log.error({ scope, err: error }, "a CAP alert was not taken up again");
    const current = new Set(inForce(memory).map(({ key }) => key));
    for (const record of [...book.all()]) {
      const { entry, alertId, fate } = record;
      if (record.scope !== scope || !entry || alertId === null) continue;
      const made = alertBook.held(alertId)?.record;
      const open = fate === "due" || (fate === "alert" && !made);
      if (open && current.has(entry.key))
        this.#start(scope, entry.key, forerunnersOf(memory, entry)).catch(failed);
      if (fate === "due" && memory.at >= (entry.holds?.to ?? 0)) void this.#keep(record, "done", "expired");
      const end = made?.recalledAt === null ? endedBy(memory, entry.key) : null;
      if (end?.msgType === "Cancel") this.#cancel(scope, entry.key, end.key).catch(failed);
    }
    this.#dropCancelled(scope);
    this.#wait(scope);
  }

  /** What concerns a message waits for what was begun with it. */
  #after(names: readonly string[], work: () => Promise<void>): Promise<void> {
    const turn = Promise.allSettled(names.map((name) => this.#turns.get(name))).then(work);
    const settled = turn.catch(() => {});
    for (const name of names) this.#turns.set(name, settled);
    void settled.then(() => {
      for (const name of names) if (this.#turns.get(name) === settled) this.#turns.delete(name);
    });
    return turn;
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Files inside a message were worked through by then, and are large. */
const withoutFiles = (alert: CapAlert): CapAlert => ({
  ...alert,
  infos: alert.infos.map((info) => ({
    ...info,
    resources: info.resources.map((resource) => ({ ...resource, derefUri: null })),
  })),
});

const personOf = ({ name, author }: CapFrom) => author ?? { id: OTHER_SYSTEMS, name };

const actorOf = (from: CapFrom): Actor => {
  const { id: userId, name } = personOf(from);
  return { userId, name, role: "operator", areaId: from.bounds.areaId };
};

function originOf(record: CapRecord, { judgement, expiresAt: spokenTo }: CapPlan): CapOrigin {
  const { id: messageId, source, scope, areaId, sha256 } = record;
  const { infos: _, ...head } = record.alert as CapAlert;
  const entry = record.entry as CapEntry;
  const expiresAt = Math.min(entry.holds?.to ?? 0, spokenTo);
  return { ...judgement, messageId, source, scope, areaId, sha256, head, entry, expiresAt };
}
