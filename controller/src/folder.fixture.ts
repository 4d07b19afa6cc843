import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";

/** A folder of its own, gone when the test is over. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "loa-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const TABLES = ["fact", "playout", "command", "stopped"];

/** Makes the journal in `folder` take nothing any more, as on a full disk; returns what frees the disk. */
export function fillDisk(folder: string): () => void {
  const trigger = (table: string, on: string) => `full_${table}_${on}`;
  const pairs = TABLES.flatMap((table) => ["INSERT", "UPDATE"].map((on) => [table, on] as const));
  const run = (sql: (table: string, on: string) => string) => {
    const db = new Database(join(folder, "journal.db"));
    for (const [table, on] of pairs) db.exec(sql(table, on));
    db.close();
  };
  run(
    (table, on) => `CREATE TRIGGER ${trigger(table, on)} BEFORE ${on} ON ${table}
    BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END`,
  );
  return () => run((table, on) => `DROP TRIGGER ${trigger(table, on)}`);
}
