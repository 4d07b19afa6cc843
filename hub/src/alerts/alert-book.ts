import { setImmediate } from "node:timers/promises";
import type { Cancel, Clock, UnixMs } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { hours, seconds } from "@loa/kernel/units";
import type { Ack } from "@loa/protocol/ack";
import type { StationId, ZoneId } from "@loa/protocol/identity";
import { type AlertRecord, advance, endOf, type Progress } from "../core/alert.ts";
import type { Audit } from "../ports.ts";
import type { Database } from "../store/database.ts";
import { type AlertHead, lineAlerts, madeOf, type ProgressRow } from "../store/repositories/line-alerts.ts";
import { type LineDatabase, lineDatabase } from "../store/repositories/line-tables.ts";
import type { AlertJournal, JournalEntry } from "./alert-journal.ts";

const SAVE_EVERY_MS = seconds(1);
/** What stations say within this time goes to the disk together. */
const GATHER_MS = 10;
/** What stations say of an alert that is over still counts: receipts may come late. */
const REMEMBERED_MS = hours(24);

/** What the book lives on. */
export interface AlertBookParts {
  readonly database: Database;
  readonly audit: Audit;
  readonly journal: AlertJournal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An alert with what its stations said. */
export interface KnownAlert {
  readonly record: AlertRecord;
  readonly progress: ReadonlyMap<StationId, Progress>;
}

interface Held {
  record: AlertRecord;
  /** When it came into memory: what is told late is remembered as long as the rest. */
  readonly since: UnixMs;
  /** Its reach, to look up. */
  zones: ReadonlyMap<StationId, readonly ZoneId[]>;
  readonly progress: Map<StationId, Progress>;
}

/**
 * The alerts, in memory over the store. Each change is durable before it counts; where the store takes nothing, the journal beside it does,
 * and where even that fails, memory must serve: no fault of a disk holds up an alert. What stations say is stored in batches.
 */
export class AlertBook {
  readonly #parts: AlertBookParts;
  readonly #db: LineDatabase;
  readonly #held = new Map<string, Held>();
  #dirty = new Map<string, Held>();
  #unsaid = new Map<string, ProgressRow>();
  /** What neither the store nor the journal took, oldest first. */
  #unwritten: JournalEntry[] = [];
  #saving: Promise<void> = Promise.resolve();
  #end: Cancel = () => {};
  #gathering: Cancel | null = null;

  constructor(parts: AlertBookParts) {
    this.#parts = parts;
    this.#db = lineDatabase(parts.database);
  }

  /** Takes up what stood when the hub ended: what the store has, and what only the journal has. */
  async start(): Promise<void> {
    const { clock, journal, log } = this.#parts;
    for (const record of await lineAlerts.standing(this.#db, clock.now() - REMEMBERED_MS))
      this.#hold(record, await lineAlerts.progress(this.#db, record.id));
    const waiting = await journal.entries().catch((error) => {
      log.error({ err: error }, "the journal of alerts cannot be read");
      return [];
    });
    for (const { record } of waiting) {
      const held = this.#held.get(record.id);
      if (!held || held.record.version < record.version) this.#hold(record);
    }
    this.#end = clock.every("save-alerts", SAVE_EVERY_MS, () => this.#warnIfNot(this.save()));
    await this.save().catch((error) =>
      log.error({ err: error }, "the journal of alerts waits for the store"),
    );
  }

  async close(): Promise<void> {
    this.#end();
    this.#gathering?.();
    await this.save().catch((error) =>
      this.#parts.log.error({ err: error }, "what is known of alerts was not stored"),
    );
  }

  /** Those that are not over. */
  standing(): KnownAlert[] {
    const now = this.#parts.clock.now();
    return [...this.#held.values()].filter(({ record }) => endOf(record) > now);
  }

  /** One that is held in memory: it stands, or ended lately. */
  held(id: string): KnownAlert | undefined {
    return this.#held.get(id);
  }

  async find(id: string): Promise<KnownAlert | null> {
    const held = this.#held.get(id);
    if (held) return held;
    const record = await lineAlerts.get(this.#db, id);
    return record && { record, progress: await this.progress(id) };
  }

  /** What it is, without what stations said of it. */
  async record(id: string): Promise<AlertRecord | null> {
    return this.#held.get(id)?.record ?? (await lineAlerts.get(this.#db, id));
  }

  /** What stations said of one that is not held. */
  progress(id: string): Promise<KnownAlert["progress"]> {
    return lineAlerts.progress(this.#db, id);
  }

  /** Who made it, and its stations, without its sound. */
  async head(id: string): Promise<AlertHead | null> {
    const record = this.#held.get(id)?.record;
    if (!record) return lineAlerts.head(this.#db, id);
    return { createdBy: record.createdBy.id, reach: record.reach };
  }

  /** A page of those of a kind (any: undefined), newest first: ids of those before the one of id `before`. */
  async idsBefore(before: string | undefined, limit: number, kind?: string): Promise<string[]> {
    const stored = await lineAlerts.idsBefore(this.#db, before, kind, limit);
    const last = stored.length < limit ? "" : madeOf(stored.at(-1) ?? "");
    const ids = new Set(stored);
    for (const [id, { record }] of this.#held)
      if (
        (kind === undefined || record.kind === kind) &&
        (before === undefined || madeOf(id) < madeOf(before)) &&
        madeOf(id) >= last
      )
        ids.add(id);
    const newestFirst = (a: string, b: string) => (madeOf(a) < madeOf(b) ? 1 : -1);
    return [...ids].sort(newestFirst).slice(0, limit);
  }

  /** The same with what each is. Some are large: others get their turn in between. */
  async page(before: string | undefined, limit: number): Promise<Pick<KnownAlert, "record">[]> {
    const found: Pick<KnownAlert, "record">[] = [];
    for (const id of await this.idsBefore(before, limit)) {
      await setImmediate();
      const record = await this.record(id);
      if (record) found.push({ record });
    }
    return found;
  }

  /** Makes a change durable, together with its audit entry; resolves when it may be acted upon. */
  async keep(record: AlertRecord, audit: JournalEntry["audit"]): Promise<void> {
    const { journal, log } = this.#parts;
    this.#hold(record);
    try {
      await this.#store([{ record, audit }]);
    } catch (refusal) {
      log.error({ id: record.id, err: refusal }, "the store takes no alert; it is journalled");
      await journal.append({ record, audit }).catch((error) => {
        log.error({ id: record.id, err: error }, "nothing takes the alert; memory serves");
        this.#unwritten.push({ record, audit });
      });
    }
  }

  /** A detail that a restart may forget changed: it is stored with the next batch. */
  revise(record: AlertRecord): void {
    if (this.#held.has(record.id)) this.#dirty.set(record.id, this.#hold(record));
  }

  /** The zones of a station in which an alert that is held sounds, none: all; undefined: it is not for that station. */
  zonesOf(id: string, station: StationId): readonly ZoneId[] | undefined {
    return this.#held.get(id)?.zones.get(station);
  }

  /** Takes in what a station said of an alert. False when nothing is new. */
  note(id: string, station: StationId, ack: Pick<Ack, "state" | "code" | "revision">, at: UnixMs): boolean {
    const held = this.#held.get(id);
    const issue = held?.record.issue;
    if (!held || !issue || !held.zones.has(station)) return false;
    const before = held.progress.get(station);
    const within = Math.min(Math.max(at, issue.issuedAt), this.#parts.clock.now());
    const progress = advance(before, ack, issue, within);
    if (progress === undefined || progress === before) return false;
    held.progress.set(station, progress);
    this.#unsaid.set(`${id} ${station}`, { alertId: id, stationId: station, progress });
    this.#saveSoon();
    return true;
  }

  /** Stores what waits. Calls follow each other; what fails is tried again with the next batch. */
  save(): Promise<void> {
    return this.#inTurn(() => this.#saveNow());
  }

  /** What stations said goes to the disk at once, the rest in its time: an alert holds its sound and all its stations. */
  #saveSoon(): void {
    const { clock } = this.#parts;
    this.#gathering ??= clock.at("gather-acks", clock.now() + GATHER_MS, () => {
      this.#gathering = null;
      this.#warnIfNot(this.#inTurn(() => this.#saveUnsaid()));
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#saving = this.#saving.catch(() => {}).then(work);
    return this.#saving;
  }

  #warnIfNot(saved: Promise<void>): void {
    saved.catch((error) => this.#parts.log.warn({ err: error }, "what is known of alerts was not stored"));
  }

  /** Takes a record up, in the place of an older one of the same alert. */
  #hold(record: AlertRecord, progress: Map<StationId, Progress> = new Map()): Held {
    const before = this.#held.get(record.id);
    const zones =
      before?.record.reach === record.reach
        ? before.zones
        : new Map(record.reach.map((one) => [one.stationId, one.zones]));
    const held: Held = before
      ? Object.assign(before, { record, zones })
      : { record, zones, since: this.#parts.clock.now(), progress };
    this.#held.set(record.id, held);
    return held;
  }

  async #saveNow(): Promise<void> {
    const { journal } = this.#parts;
    // A journal that cannot be read keeps nothing else from the store.
    const handed = journal.waiting ? journal.hand((entries) => this.#store(entries)) : Promise.resolve();
    await handed.catch(() => {});
    if (this.#unwritten.length > 0) await this.#storeUnwritten();
    const dirty = this.#dirty;
    this.#dirty = new Map();
    try {
      for (const { record } of dirty.values())
        await this.#db.transaction().execute((transaction) => lineAlerts.save(transaction, record));
    } catch (error) {
      this.#dirty = new Map([...dirty, ...this.#dirty]);
      throw error;
    }
    await this.#saveUnsaid();
    this.#forgetOld();
    await handed;
  }

  async #saveUnsaid(): Promise<void> {
    const unsaid = this.#unsaid;
    this.#unsaid = new Map();
    try {
      if (unsaid.size > 0) await lineAlerts.saveProgress(this.#db, [...unsaid.values()]);
    } catch (error) {
      this.#unsaid = new Map([...unsaid, ...this.#unsaid]);
      throw error;
    }
  }

  async #storeUnwritten(): Promise<void> {
    const entries = this.#unwritten;
    await this.#store(entries);
    this.#unwritten = this.#unwritten.slice(entries.length);
  }

  async #store(entries: readonly JournalEntry[]): Promise<void> {
    const { database, audit } = this.#parts;
    await database.transaction().execute(async (transaction) => {
      for (const { record, audit: entry } of entries) {
        await lineAlerts.save(lineDatabase(transaction), record);
        await audit.recordIn(transaction, entry);
      }
    });
  }

  #forgetOld(): void {
    const before = this.#parts.clock.now() - REMEMBERED_MS;
    for (const [id, { record, since }] of this.#held)
      if (Math.max(since, endOf(record)) < before) this.#held.delete(id);
  }
}
