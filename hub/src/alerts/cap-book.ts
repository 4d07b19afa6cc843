import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { days, seconds } from "@loa/kernel/units";
import type { CapKey } from "../core/cap-alert.ts";
import { OLDEST_MS } from "../core/cap-life.ts";
import type { CapFate, CapRecord } from "../core/cap-record.ts";
import { capMessages } from "../store/repositories/cap-messages.ts";
import type { LineDatabase } from "../store/repositories/line-tables.ts";

const SAVE_EVERY_MS = seconds(5);
const FORGET_EVERY_MS = days(1);
const KEPT_MS = days(90);

/** What the book lives on. */
export interface CapBookParts {
  readonly db: LineDatabase;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Messages of other systems, in memory over the store. What the store does not take is offered again; nothing waits for it. */
export class CapBook {
  readonly #parts: CapBookParts;
  readonly #records = new Map<string, CapRecord>();
  readonly #byKey = new Map<string, string>();
  readonly #bySha = new Map<string, string>();
  readonly #unsaved = new Map<string, CapRecord>();
  #ends: Cancel[] = [];

  constructor(parts: CapBookParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { db, clock, log } = this.#parts;
    const found = await capMessages.since(db, clock.now() - OLDEST_MS - days(1)).catch((error) => {
      log.error({ err: error }, "messages of other systems cannot be read");
      return [];
    });
    for (const record of found) this.#hold(record);
    const forget = () => {
      this.#forgetOver();
      return capMessages
        .forgetBefore(db, clock.now() - KEPT_MS)
        .catch((error) => log.warn({ err: error }, "old messages were not forgotten"));
    };
    this.#ends = [
      clock.every("save-cap-messages", SAVE_EVERY_MS, () => void this.save()),
      clock.every("forget-cap-messages", FORGET_EVERY_MS, () => void forget()),
    ];
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end();
    await this.save();
  }

  all(): Iterable<CapRecord> {
    return this.#records.values();
  }

  get(id: string): CapRecord | undefined {
    return this.#records.get(id);
  }

  /** The message of a key that counts in its scope. */
  of(scope: string, key: CapKey): CapRecord | undefined {
    return this.#records.get(this.#byKey.get(`${scope} ${key}`) ?? "");
  }

  /** The message that came before, byte for byte. */
  same(scope: string, sha256: string): CapRecord | undefined {
    return this.#records.get(this.#bySha.get(`${scope} ${sha256}`) ?? "");
  }

  /** Those of one call are stored together or not at all. */
  async keep(...records: readonly CapRecord[]): Promise<void> {
    for (const record of records) {
      this.#hold(record);
      this.#unsaved.set(record.id, record);
    }
    await this.save();
  }

  /** A page of all, newest first. */
  async page(
    before: string | undefined,
    fates: readonly CapFate[] | undefined,
    limit: number,
  ): Promise<CapRecord[]> {
    const stored = await capMessages.before(this.#parts.db, before, fates, limit);
    const fits = ({ id, fate }: CapRecord) =>
      (before === undefined || id < before) && (fates === undefined || fates.includes(fate));
    const found = new Map([...stored, ...this.#unsaved.values()].filter(fits).map((one) => [one.id, one]));
    return [...found.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
  }

  /** Offers the store what it lacks. */
  async save(): Promise<void> {
    const { db, log } = this.#parts;
    const records = [...this.#unsaved.values()];
    if (records.length === 0) return;
    try {
      await capMessages.save(db, records);
    } catch (error) {
      log.warn({ n: records.length, err: error }, "the store takes no message of another system; it waits");
      return;
    }
    for (const record of records)
      if (this.#unsaved.get(record.id) === record) this.#unsaved.delete(record.id);
  }

  /** From memory goes what is over, and so old that it would be refused as such if it came again. */
  #forgetOver(): void {
    const now = this.#parts.clock.now();
    const before = now - OLDEST_MS - days(1);
    for (const [id, { receivedAt, entry, scope, sha256 }] of this.#records) {
      const last = Math.max(receivedAt, entry?.sentAt ?? 0, (entry?.holds?.to ?? 0) - OLDEST_MS);
      if (last >= before || this.#unsaved.has(id)) continue;
      this.#records.delete(id);
      if (this.#bySha.get(`${scope} ${sha256}`) === id) this.#bySha.delete(`${scope} ${sha256}`);
      if (entry && this.#byKey.get(`${scope} ${entry.key}`) === id)
        this.#byKey.delete(`${scope} ${entry.key}`);
    }
  }

  #hold(record: CapRecord): void {
    this.#records.set(record.id, record);
    const { id, scope, sha256, alert, entry } = record;
    const bytes = `${scope} ${sha256}`;
    // Of the stages of a message the first stands for its bytes.
    if (!this.#bySha.has(bytes)) this.#bySha.set(bytes, id);
    if (alert && entry) this.#byKey.set(`${scope} ${entry.key}`, id);
  }
}
