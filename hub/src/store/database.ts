import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import Sqlite from "better-sqlite3";
import { CamelCasePlugin, Kysely, SqliteDialect, sql } from "kysely";
import { MIGRATIONS } from "./migrations/index.ts";
import type { Migration } from "./migrations/migration.ts";
import type { DeskTables } from "./tables.ts";

/**
 * The hub's database. Columns are snake_case in SQL and camelCase here. Other owners of tables see theirs through
 * `database.withTables<TheirTables>()`.
 */
export type Database = Kysely<DeskTables>;

/**
 * Opens (and makes) the database file, `:memory:` for tests, and brings its schema up to date. A commit is on the disk
 * when it resolves, so a power cut loses nothing that was answered.
 * @throws INTERNAL when the file was written by a newer release.
 */
export async function openDatabase(
  path: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Database> {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const sqlite = new Sqlite(path, { timeout: 5_000 });
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"])
    sqlite.pragma(pragma);
  if (path !== ":memory:") chmodSync(path, 0o600);
  const database: Database = new Kysely<DeskTables>({
    dialect: new SqliteDialect({ database: sqlite }),
    plugins: [new CamelCasePlugin()],
  });
  await migrate(database, migrations);
  return database;
}

async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  await sql`CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) STRICT`.execute(database);
  const { rows } = await sql<{ name: string }>`SELECT name FROM migrations`.execute(database);
  const done = new Set(rows.map((row) => row.name));
  const unknown = [...done].find((name) => !migrations.some((migration) => migration.name === name));
  if (unknown !== undefined)
    throw new LoaError("INTERNAL", `the database holds step ${unknown}, which this release does not know`, {
      unknown,
    });
  for (const migration of migrations.filter((step) => !done.has(step.name)))
    await database.transaction().execute(async (transaction) => {
      await migration.up(transaction as unknown as Kysely<unknown>);
      await sql`INSERT INTO migrations (name) VALUES (${migration.name})`.execute(transaction);
    });
}
