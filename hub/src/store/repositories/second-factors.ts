import type { Database } from "../database.ts";

/** A second factor as stored: secrets are sealed. */
export interface SecondFactorRow {
  readonly sealed: string | null;
  readonly offerSealed: string | null;
  /** The newest that was used. */
  readonly step: number;
}

/** Second factors: columns of `users`, and recovery codes as hashes. */
export const secondFactors = {
  async find(database: Database, userId: string): Promise<SecondFactorRow> {
    const row = await database
      .selectFrom("users")
      .select(["totpSealed as sealed", "totpOfferSealed as offerSealed", "totpStep as step"])
      .where("id", "=", userId)
      .executeTakeFirst();
    return row ?? { sealed: null, offerSealed: null, step: 0 };
  },

  async offer(database: Database, userId: string, totpOfferSealed: string): Promise<void> {
    await database.updateTable("users").set({ totpOfferSealed }).where("id", "=", userId).execute();
  },

  /** Puts the offered secret in force, with fresh recovery codes. `step` is used up. */
  async confirm(
    database: Database,
    userId: string,
    totpSealed: string,
    step: number,
    codeHashes: readonly string[],
  ): Promise<void> {
    await database
      .updateTable("users")
      .set({ totpSealed, totpOfferSealed: null, totpStep: step })
      .where("id", "=", userId)
      .execute();
    await database.deleteFrom("recoveryCodes").where("userId", "=", userId).execute();
    await database
      .insertInto("recoveryCodes")
      .values(codeHashes.map((hash) => ({ userId, hash })))
      .execute();
  },

  async remove(database: Database, userId: string): Promise<void> {
    const nothing = { totpSealed: null, totpOfferSealed: null };
    await database.updateTable("users").set(nothing).where("id", "=", userId).execute();
    await database.deleteFrom("recoveryCodes").where("userId", "=", userId).execute();
  },

  /** Uses up a step: false when it, or a later one, was used before. */
  async useStep(database: Database, userId: string, step: number): Promise<boolean> {
    const { numUpdatedRows } = await database
      .updateTable("users")
      .set({ totpStep: step })
      .where("id", "=", userId)
      .where("totpStep", "<", step)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  },

  /** Uses up a recovery code: false when there is none of this hash. */
  async useRecoveryCode(database: Database, userId: string, hash: string): Promise<boolean> {
    const { numDeletedRows } = await database
      .deleteFrom("recoveryCodes")
      .where("userId", "=", userId)
      .where("hash", "=", hash)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  },
};
