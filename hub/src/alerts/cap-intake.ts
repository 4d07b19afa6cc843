// long because: whatever follows from a message takes the same turns, whichever message it is.
import { createHash } from "node:crypto";
import type { Cancel, Clock } from "@loa/kernel/clock";
import { codeOf, type LoaError } from "@loa/kernel/errors";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import type { CapBecause } from "@loa/protocol/http/cap";
import type { StationId } from "@loa/protocol/identity";
import type { AlertRecord } from "../core/alert.ts";
import { type CapAlert, type CapKey, keyOf } from "../core/cap-alert.ts";
import {
  advanceCap,
  type CapEffect,
  type CapEntry,
  type CapMemory,
  EMPTY_CAP_MEMORY,
  endedBy,
  inForce,
  nextCapChange,
  receiveCap,
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
  readonly fromOf: (record: Pick<CapRecord, "scope" | "source" | "areaId">) => CapFrom;
  /** Sender of this hub's own messages: what comes back is not aired again. */
  readonly self: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Of speaking what must not go out unspoken: exercises and tests. */
const MOST_TRIES = 3;

/** Who acts for other systems, whichever they are. */
const SYSTEM = "cap";

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
   * Takes a message. Resolves when what follows from it was done; the same bytes again change nothing.
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
    const step = receiveCap(this.#memories.get(from.scope) ?? EMPTY_CAP_MEMORY, alert, now);
    this.#memories.set(from.scope, step.memory);
    const record = this.#judged(read, step.effects, step.memory);
    await this.#first(record, book.keep(record), () => this.#carryOut(from.scope, step.effects));
    return book.get(record.id) ?? record;
  }

  /** What follows waits until the message is kept; what comes meanwhile and concerns it waits for both. */
  async #first({ id }: CapRecord, kept: Promise<void>, follow: () => Promise<void>): Promise<void> {
    this.#turns.set(id, kept);
    const followed = follow();
    await Promise.all([kept, followed]);
    if (this.#turns.get(id) === kept) this.#turns.delete(id);
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
      ...{ alert: null, entry: null, alertId: null, stations: [], unknownGeocodes: [] },
    };
  }

  /** As it is kept until its effects were carried out: an alert that is to be made has its id by then. */
  #judged(read: CapRecord, effects: readonly CapEffect[], { messages }: CapMemory): CapRecord {
    const { clock } = this.#parts;
    const key = keyOf(read.alert as CapAlert);
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

  async #carryOut(scope: string, effects: readonly CapEffect[]): Promise<void> {
    const started = effects.filter((effect) => effect.do === "start");
    const replaced = new Set(started.flatMap(({ replaces }) => replaces));
    const works = effects.flatMap((effect): Promise<void>[] => {
      if (effect.do === "start") return [this.#start(scope, effect.key, effect.replaces)];
      if (effect.do !== "end" || effect.because === "expired") return [];
      if (effect.because === "cancelled") return [this.#cancel(scope, effect.key)];
      return replaced.has(effect.key) ? [] : [this.#replace(scope, effect.key)];
    });
    this.#dropCancelled(scope);
    this.#wait(scope);
    await Promise.all(works);
  }

  /** What was to come later and was called back does not come. */
  #dropCancelled(scope: string): void {
    const memory = this.#memories.get(scope) ?? EMPTY_CAP_MEMORY;
    for (const record of this.#parts.book.all()) {
      const end =
        record.scope === scope && record.fate === "due" && record.entry && endedBy(memory, record.entry.key);
      if (end) void this.#keep(record, "done", end.msgType === "Cancel" ? "cancelled" : "updated");
    }
  }

  #wait(scope: string): void {
    const { clock, log } = this.#parts;
    this.#timers.get(scope)?.();
    const next = nextCapChange(this.#memories.get(scope) ?? EMPTY_CAP_MEMORY);
    if (next === null) return;
    const due = () => {
      const step = advanceCap(this.#memories.get(scope) ?? EMPTY_CAP_MEMORY, clock.now());
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
    return this.#after(names, () => this.#startNow(record, forerunners));
  }

  async #startNow(record: CapRecord, forerunners: readonly CapRecord[]): Promise<void> {
    const { log, alertBook } = this.#parts;
    const from = this.#parts.fromOf(record);
    if (await this.#isOver(record)) return;
    const standing = forerunners.flatMap(({ alertId }) => (alertId !== null ? [alertId] : []));
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

  /** Whether it was called back or replaced before anything was made of it. */
  async #isOver(record: CapRecord): Promise<boolean> {
    const memory = this.#memories.get(record.scope) ?? EMPTY_CAP_MEMORY;
    const end = record.entry && endedBy(memory, record.entry.key);
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
  #taken({ alert, alertId }: CapRecord, air: boolean): Set<StationId> {
    const key = keyOf(alert as CapAlert);
    const same = [...this.#parts.alertBook.standing()].filter(
      ({ record }) =>
        record.cap?.entry.key === key &&
        record.id !== alertId &&
        (record.issue !== null || !air) &&
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
    const { alerts, recording, clock, log } = this.#parts;
    const alert = record.alert as CapAlert;
    const { kind, air, targets, words } = plan;
    await this.#keep({ ...record, stations: plan.stations }, "alert", null);
    const infos = spokenInfos(alert, from.bounds.languages, clock.now());
    const incoming = {
      ...{ id: record.alertId as string, kind, air, targets, words, supersedes },
      ...{ cap: originOf(record, plan), from: personOf(from), areaId: from.bounds.areaId },
      recording: capRecording(recording, infos, from.allowPrivate),
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

  #cancel(scope: string, key: CapKey): Promise<void> {
    const record = this.#parts.book.of(scope, key);
    return record ? this.#after([record.id], () => this.#withdraw(record)) : Promise.resolve();
  }

  /** Also what it was to take the place of, where nobody had taken it up yet. */
  async #withdraw(record: CapRecord): Promise<void> {
    const { acts, alertBook, fromOf, book } = this.#parts;
    const made = alertBook.held(record.alertId ?? "")?.record;
    if (!made) return;
    for (const id of [made.id, ...made.supersedes])
      await acts.withdraw(actorOf(fromOf(record)), id, null).catch((error) => {
        if (codeOf(error) !== "CONFLICT") throw error;
      });
    await this.#keep(book.get(record.id) ?? record, "alert", "cancelled");
  }

  #replace(scope: string, key: CapKey): Promise<void> {
    const record = this.#parts.book.of(scope, key);
    return record ? this.#after([record.id], () => this.#replaceNow(record, null)) : Promise.resolve();
  }

  async #replaceNow(record: CapRecord, by: string | null): Promise<void> {
    const { acts, fromOf, book } = this.#parts;
    if (record.alertId === null) return;
    await acts.replace(actorOf(fromOf(record)), record.alertId, by);
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
      ...{ alertId: alert.id, stations: alert.reach.map(({ stationId }) => stationId), unknownGeocodes: [] },
    });
  }

  #resume(scope: string): void {
    const { book, alertBook, log } = this.#parts;
    const memory = this.#memories.get(scope) ?? EMPTY_CAP_MEMORY;
    const failed = (error: unknown) => log.error({ scope, err: error }, "a CAP alert was not taken up again");
    const current = new Set(inForce(memory).map(({ key }) => key));
    for (const record of [...book.all()]) {
      const { entry, alertId, fate } = record;
      if (record.scope !== scope || !entry || alertId === null) continue;
      const made = alertBook.held(alertId)?.record;
      const open = fate === "due" || (fate === "alert" && !made);
      if (open && current.has(entry.key)) this.#start(scope, entry.key, entry.references).catch(failed);
      const end = made?.recalledAt === null ? endedBy(memory, entry.key) : null;
      if (end?.msgType === "Cancel") this.#cancel(scope, entry.key).catch(failed);
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

const personOf = ({ name }: CapFrom) => ({ id: SYSTEM, name });

const actorOf = ({ name, bounds }: CapFrom): Actor => ({
  ...{ userId: SYSTEM, name, role: "operator", areaId: bounds.areaId },
});

function originOf(record: CapRecord, { judgement, expiresAt: spokenTo }: CapPlan): CapOrigin {
  const { id: messageId, source, scope, areaId, sha256 } = record;
  const { infos: _, ...head } = record.alert as CapAlert;
  const entry = record.entry as CapEntry;
  const expiresAt = Math.min(entry.holds?.to ?? 0, spokenTo);
  return { ...judgement, messageId, source, scope, areaId, sha256, head, entry, expiresAt };
}
