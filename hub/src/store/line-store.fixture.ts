import { afterEach, beforeEach } from "vitest";
import { type Database, openDatabase } from "./database.ts";
import { type LineDatabase, lineDatabase } from "./repositories/line-tables.ts";

export let database: Database;
export let db: LineDatabase;

/** An empty store for each test of the file. */
export function eachWithStore(): void {
  beforeEach(async () => {
    database = await openDatabase(":memory:");
    db = lineDatabase(database);
  });
  afterEach(() => database.destroy());
}
