import { desk } from "./0001-desk.ts";
import { line } from "./0002-line.ts";
import { people } from "./0005-people.ts";
import type { Migration } from "./migration.ts";

/** Every step of the schema, oldest first. */
export const MIGRATIONS: readonly Migration[] = [desk, line, people];
