import type { EpochState } from "../../trust/epoch.ts";
import type { LineDatabase } from "./line-tables.ts";

/** Single values of the line: the epoch's state, and up to when broadcasts were written down. */
export const lineState = {
  async epoch(db: LineDatabase): Promise<EpochState | null> {
    const text = await read(db, "epoch");
    return text === null ? null : (JSON.parse(text) as EpochState);
  },

  async keepEpoch(db: LineDatabase, state: EpochState): Promise<void> {
    await write(db, "epoch", JSON.stringify(state));
  },

  async frozenUntil(db: LineDatabase): Promise<number | null> {
    const text = await read(db, "frozen-until");
    return text === null ? null : Number(text);
  },

  async keepFrozenUntil(db: LineDatabase, at: number): Promise<void> {
    await write(db, "frozen-until", String(at));
  },
};

async function read(db: LineDatabase, key: string): Promise<string | null> {
  const row = await db.selectFrom("lineState").select("value").where("key", "=", key).executeTakeFirst();
  return row?.value ?? null;
}

async function write(db: LineDatabase, key: string, value: string): Promise<void> {
  await db
    .insertInto("lineState")
    .values({ key, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
}
