import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { MIGRATIONS } from "./migrations/index.ts";

const folder = mkdtempSync(join(tmpdir(), "loa-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a commit survives a power cut, and foreign keys hold", async () => {
  const database = await openDatabase(join(folder, "a.db"));
  const pragma = async (name: string) =>
    Object.values((await sql.raw(`PRAGMA ${name}`).execute(database)).rows[0] as object)[0];
  expect([await pragma("journal_mode"), await pragma("synchronous"), await pragma("foreign_keys")]).toEqual([
    "wal",
    2,
    1,
  ]);
  expect(await pragma("busy_timeout")).toBe(5_000);
  await database.destroy();
  expect(statSync(join(folder, "a.db")).mode & 0o077).toBe(0);
});

test("all tables are strict", async () => {
  const database = await openDatabase(":memory:");
  const { rows } = await sql<{ name: string; strict: number }>`SELECT name, strict FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'`.execute(database);
  expect(rows.filter((row) => row.strict !== 1)).toEqual([]);
  await database.destroy();
});

test("steps run once, in order, and a step that fails leaves nothing of itself", async () => {
  const file = join(folder, "b.db");
  const bad = {
    name: "9999-bad",
    async up(db: Parameters<(typeof MIGRATIONS)[0]["up"]>[0]) {
      await sql`CREATE TABLE half (id TEXT) STRICT`.execute(db);
      throw new Error("power");
    },
  };
  await expect(openDatabase(file, [...MIGRATIONS, bad])).rejects.toThrow("power");
  const database = await openDatabase(file);
  const { rows } = await sql`SELECT name FROM sqlite_schema WHERE name = 'half'`.execute(database);
  expect(rows).toEqual([]);
  await database.destroy();
});

test("a database of a newer release is refused", async () => {
  const file = join(folder, "c.db");
  const newer = { name: "9999-newer", up: async () => {} };
  await (await openDatabase(file, [...MIGRATIONS, newer])).destroy();
  await expect(openDatabase(file)).rejects.toThrow(/9999-newer/);
  expect(existsSync(file)).toBe(true);
});
