import type { UnixMs } from "@loa/kernel/clock";
import type { Command } from "@loa/protocol/command";
import type { StationId } from "@loa/protocol/identity";
import type { LineDatabase } from "./line-tables.ts";

/** A command that some stations have not acknowledged. */
export interface StandingCommand {
  readonly body: Command;
  readonly issuedAt: UnixMs;
  readonly expiresAt: UnixMs;
  readonly waiting: readonly StationId[];
}

/** Commands that must survive a restart of the hub while stations have not acknowledged them. */
export const lineCommands = {
  /** Those that still hold. */
  async standing(db: LineDatabase, now: UnixMs): Promise<StandingCommand[]> {
    const rows = await db
      .selectFrom("lineCommands")
      .selectAll()
      .where("expiresAt", ">", Math.round(now))
      .execute();
    return rows.map((row) => ({
      body: JSON.parse(row.bodyJson) as Command,
      issuedAt: row.issuedAt,
      expiresAt: row.expiresAt,
      waiting: JSON.parse(row.waitingJson) as StationId[],
    }));
  },

  async keep(db: LineDatabase, command: StandingCommand): Promise<void> {
    const waitingJson = JSON.stringify(command.waiting);
    await db
      .insertInto("lineCommands")
      .values({
        id: command.body.id,
        bodyJson: JSON.stringify(command.body),
        issuedAt: Math.round(command.issuedAt),
        expiresAt: Math.round(command.expiresAt),
        waitingJson,
      })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ waitingJson }))
      .execute();
  },

  async forgetExpired(db: LineDatabase, now: UnixMs): Promise<void> {
    await db.deleteFrom("lineCommands").where("expiresAt", "<=", Math.round(now)).execute();
  },

  async forget(db: LineDatabase, id: string): Promise<void> {
    await db.deleteFrom("lineCommands").where("id", "=", id).execute();
  },
};
