import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { Clock } from "@loa/kernel/clock";
import type { Selectable } from "kysely";
import type { Audit } from "../ports.ts";
import type { Database } from "./database.ts";
import type { DeskTables } from "./tables.ts";

type AuditEntry = Parameters<Audit["record"]>[0];
type Row = Selectable<DeskTables["audit"]>;
const START = "0".repeat(64);
const VERIFY_BATCH = 1_000;
/** SQLite binds at most 32,766 values. */
const ROWS_PER_STATEMENT = 1_000;

/** Where a broken chain was found. */
export type AuditVerdict =
  | { intact: true; entries: number }
  | { intact: false; entries: number; brokenAt: number };

/** The audit over the store. Each entry's hash covers the one before it, so that no entry can be changed or taken out unseen. */
export class ChainedAudit implements Audit {
  readonly #database: Database;
  readonly #clock: Clock;
  #waiting: Required<AuditEntry>[] = [];
  #next: Promise<void> | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Entries that come while others are being written share the next transaction. */
  record(entry: AuditEntry): Promise<void> {
    this.#waiting.push(stamped(entry));
    this.#next ??= this.#turn.then(() => {
      const entries = this.#waiting;
      [this.#waiting, this.#next] = [[], null];
      return this.#database.transaction().execute((transaction) => this.#write(transaction, entries));
    });
    this.#turn = this.#next.catch(() => {});
    return this.#next;
  }

  /** Records many in one transaction. */
  async recordAll(entries: readonly AuditEntry[]): Promise<void> {
    await this.#database.transaction().execute((transaction) => this.recordAllIn(transaction, entries));
  }

  /** Records inside a transaction, together with what it is about. */
  recordIn(transaction: Database, entry: AuditEntry): Promise<void> {
    return this.recordAllIn(transaction, [entry]);
  }

  /** As `recordIn`, for many. */
  recordAllIn(transaction: Database, entries: readonly AuditEntry[]): Promise<void> {
    return this.#write(transaction, entries.map(stamped));
  }

  async #write(transaction: Database, entries: readonly Required<AuditEntry>[]): Promise<void> {
    const last = await transaction
      .selectFrom("audit")
      .select(["sequence", "hash"])
      .orderBy("sequence", "desc")
      .limit(1)
      .executeTakeFirst();
    const at = Math.round(this.#clock.now());
    const rows: Row[] = [];
    for (const { actor, action, subject, detail } of entries) {
      const { sequence, hash: previousHash } = rows.at(-1) ?? last ?? { sequence: 0, hash: START };
      const entry = {
        ...{ sequence: sequence + 1, at, actor, action, subject },
        ...{ detailJson: JSON.stringify(detail), previousHash },
      };
      rows.push({ ...entry, hash: hashOf(entry) });
    }
    for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
      await transaction
        .insertInto("audit")
        .values(rows.slice(from, from + ROWS_PER_STATEMENT))
        .execute();
  }

  /** Entries below `before` (or the newest), newest first. */
  page(before: number | undefined, limit: number): Promise<Row[]> {
    let query = this.#database.selectFrom("audit").selectAll();
    if (before !== undefined) query = query.where("sequence", "<", before);
    return query.orderBy("sequence", "desc").limit(limit).execute();
  }

  /** Walks the whole chain. */
  async verify(): Promise<AuditVerdict> {
    let previous = { sequence: 0, hash: START };
    for (;;) {
      const rows = await this.#database
        .selectFrom("audit")
        .selectAll()
        .where("sequence", ">", previous.sequence)
        .orderBy("sequence")
        .limit(VERIFY_BATCH)
        .execute();
      for (const row of rows) {
        const follows = row.sequence === previous.sequence + 1 && row.previousHash === previous.hash;
        if (!follows || hashOf(row) !== row.hash)
          return { intact: false, entries: previous.sequence, brokenAt: row.sequence };
        previous = row;
      }
      if (rows.length < VERIFY_BATCH) return { intact: true, entries: previous.sequence };
    }
  }
}

const tokens = new AsyncLocalStorage<string>();

/** Whatever `run` leads to is audited as done by this token of its actor. */
export function actingBy(tokenId: string, run: () => void): void {
  tokens.run(tokenId, run);
}

/** With the token of whoever asks now; what is written together may have been asked for by others. */
function stamped({ detail = {}, ...entry }: AuditEntry): Required<AuditEntry> {
  const token = tokens.getStore();
  return { ...entry, detail: token === undefined ? detail : { ...detail, token } };
}

function hashOf(entry: Omit<Row, "hash">): string {
  const { sequence, at, actor, action, subject, detailJson, previousHash } = entry;
  const text = JSON.stringify([sequence, at, actor, action, subject, detailJson, previousHash]);
  return createHash("sha256").update(text).digest("hex");
}
