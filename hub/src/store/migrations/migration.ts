import type { Kysely } from "kysely";

/**
 * One step of the schema. Names sort in the order of the steps and never change once released. `up` runs inside a
 * transaction together with the note that it ran.
 */
export interface Migration {
  readonly name: string;
  up(db: Kysely<unknown>): Promise<void>;
}
