import type { UnixMs } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import type { Receipt } from "@loa/protocol/receipt";
import type Database from "better-sqlite3";
import { type Candidate, idOf, type SegmentKey } from "../core/candidate.ts";
import { openJournal } from "./journal-file.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS playout (
    key TEXT PRIMARY KEY, broadcast TEXT NOT NULL, ends REAL NOT NULL, day TEXT NOT NULL, minutes REAL NOT NULL,
    opened TEXT, receipt TEXT, receipt_id TEXT UNIQUE, sent INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE INDEX IF NOT EXISTS playout_unsent ON playout (sent) WHERE receipt IS NOT NULL AND sent = 0;
  CREATE TABLE IF NOT EXISTS command (id TEXT PRIMARY KEY, exp REAL NOT NULL, state TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS stopped (broadcast TEXT PRIMARY KEY, until REAL NOT NULL) STRICT;`;

/** How long a closed segment is remembered after its end: longer than any plan lives. */
const MEMORY_MS = 30 * 86_400_000;

/** A playout that began: what its receipt needs if the process ends before it does. */
export interface OpenPlayout {
  readonly key: SegmentKey;
  readonly segment: Candidate;
  readonly startedAt: UnixMs | null;
  readonly samplesRendered: number;
  readonly startErrorMs: number | null;
  readonly interrupted: boolean;
  /** It began anew after an interruption: where it was planned, and what had sounded before. */
  readonly anew?: {
    readonly scheduledAt: UnixMs;
    readonly plannedMs: number;
    readonly samplesBefore: number;
  };
}

/**
 * What the station must not forget when the power goes: plan, replay memory, playouts and receipts. SQLite with `synchronous=FULL`;
 * every method is one transaction. A damaged file is put aside and a new one begins.
 */
export class Journal {
  readonly #db: Database.Database;
  /** Whether the file was damaged and a new one begun. */
  readonly renewed: boolean;

  constructor(folder: string, log: Logger) {
    const { db, renewed } = openJournal(folder, SCHEMA, log);
    this.#db = db;
    this.renewed = renewed;
  }

  close(): void {
    this.#db.close();
  }

  fact(name: string): string | null {
    const row = this.#db.prepare("SELECT value FROM fact WHERE name = ?").get(name) as
      | { value: string }
      | undefined;
    return row?.value ?? null;
  }

  setFact(name: string, value: string): void {
    this.#db
      .prepare("INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value")
      .run(name, value);
  }

  /** Sets several facts at once, all or none. */
  setFacts(facts: Readonly<Record<string, string>>): void {
    this.#db.transaction(() => {
      for (const [name, value] of Object.entries(facts)) this.setFact(name, value);
    })();
  }

  /** Adds to a number kept under `name` and returns it; it begins at 0. */
  next(name: string, by = 1): number {
    return this.#db.transaction(() => {
      const value = Number(this.fact(name) ?? 0) + by;
      this.setFact(name, String(value));
      return value;
    })();
  }

  // — playouts and receipts —

  /** Remembers that a playout begins, before any relay moves. */
  open(playout: OpenPlayout, day: string): void {
    const { key, segment } = playout;
    this.#db
      .prepare(
        `INSERT INTO playout (key, broadcast, ends, day, minutes, opened) VALUES (?, ?, ?, ?, 0, ?)
         ON CONFLICT DO UPDATE SET opened = excluded.opened WHERE receipt IS NULL`,
      )
      .run(
        key,
        idOf(segment),
        segment.startAt + segment.staggerMs + segment.durationMs,
        day,
        JSON.stringify(playout),
      );
  }

  /**
   * Ends a playout (or settles one that never began) with its receipt; one that has a receipt keeps it. `samplesBefore`: what sounded of it
   * before it began anew. Returns whether it was written.
   */
  settle(key: SegmentKey, receipt: Receipt, ends: UnixMs, day: string, samplesBefore = 0): boolean {
    // What an alert sounds is not taken from the day's airtime.
    const minutes =
      receipt.alertId === undefined ? (receipt.samplesRendered + samplesBefore) / 48_000 / 60 : 0;
    const { changes } = this.#db
      .prepare(
        `INSERT INTO playout (key, broadcast, ends, day, minutes, receipt, receipt_id) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET receipt = excluded.receipt, receipt_id = excluded.receipt_id, minutes = excluded.minutes,
           opened = NULL WHERE receipt IS NULL`,
      )
      .run(
        key,
        receipt.broadcastId ?? receipt.alertId ?? receipt.sessionId,
        ends,
        day,
        minutes,
        JSON.stringify(receipt),
        receipt.receiptId,
      );
    return changes > 0;
  }

  openPlayouts(): OpenPlayout[] {
    const rows = this.#db
      .prepare("SELECT opened FROM playout WHERE receipt IS NULL AND opened IS NOT NULL")
      .all();
    return (rows as { opened: string }[]).map(({ opened }) => JSON.parse(opened) as OpenPlayout);
  }

  closedKeys(): SegmentKey[] {
    const rows = this.#db.prepare("SELECT key FROM playout WHERE receipt IS NOT NULL").all() as {
      key: string;
    }[];
    return rows.map(({ key }) => key);
  }

  /** Minutes sounded by local day. */
  airtime(): Record<string, number> {
    const rows = this.#db.prepare("SELECT day, sum(minutes) AS minutes FROM playout GROUP BY day").all();
    return Object.fromEntries(
      (rows as { day: string; minutes: number }[]).map(({ day, minutes }) => [day, minutes]),
    );
  }

  unsentReceipts(limit: number): Receipt[] {
    const rows = this.#db
      .prepare("SELECT receipt FROM playout WHERE receipt IS NOT NULL AND sent = 0 ORDER BY rowid LIMIT ?")
      .all(limit) as { receipt: string }[];
    return rows.map(({ receipt }) => JSON.parse(receipt) as Receipt);
  }

  countUnsent(): number {
    const row = this.#db
      .prepare("SELECT count(*) AS n FROM playout WHERE receipt IS NOT NULL AND sent = 0")
      .get();
    return (row as { n: number }).n;
  }

  /** The hub has them for good: only the memory that the segment was settled remains. */
  forgetReceipts(ids: readonly string[]): void {
    const mark = this.#db.prepare("UPDATE playout SET sent = 1, receipt = '' WHERE receipt_id = ?");
    this.#db.transaction(() => {
      for (const id of ids) mark.run(id);
    })();
  }

  // — replay memory —

  /** Remembers a command until it expires; false when it is known already. */
  takeCommand(id: string, exp: UnixMs, state: string): boolean {
    return (
      this.#db.prepare("INSERT INTO command VALUES (?, ?, ?) ON CONFLICT DO NOTHING").run(id, exp, state)
        .changes > 0
    );
  }

  commandState(id: string): string | null {
    const row = this.#db.prepare("SELECT state FROM command WHERE id = ?").get(id) as
      | { state: string }
      | undefined;
    return row?.state ?? null;
  }

  stop(broadcast: string, until: UnixMs): void {
    this.#db
      .prepare(
        "INSERT INTO stopped VALUES (?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
      )
      .run(broadcast, until);
  }

  stoppedBroadcasts(): string[] {
    return (this.#db.prepare("SELECT broadcast FROM stopped").all() as { broadcast: string }[]).map(
      (row) => row.broadcast,
    );
  }

  /** Drops what nothing can ask for any more. */
  prune(now: UnixMs): void {
    this.#db.transaction(() => {
      this.#db.prepare("DELETE FROM command WHERE exp < ?").run(now - 86_400_000);
      this.#db.prepare("DELETE FROM stopped WHERE until < ?").run(now);
      this.#db.prepare("DELETE FROM playout WHERE sent = 1 AND ends < ?").run(now - MEMORY_MS);
    })();
  }
}
