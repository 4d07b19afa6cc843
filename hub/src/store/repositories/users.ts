import type { User } from "@loa/protocol/http/session";
import type { Insertable, Updateable } from "kysely";
import type { Database } from "../database.ts";
import type { DeskTables } from "../tables.ts";

/** An account as admins see it. */
export type Account = User & { disabled: boolean };

/** Columns that make a user. */
export const USER = [
  "users.id",
  "users.name",
  "users.username",
  "users.role",
  "users.areaId",
  "users.totpSealed",
] as const;

type UserRow = Omit<User, "totp"> & { totpSealed: string | null };

/** A user from its columns. */
export const userOf = ({ totpSealed, ...user }: UserRow): User => ({ ...user, totp: totpSealed !== null });

/** Rows of accounts. */
export const users = {
  async insert(database: Database, user: Insertable<DeskTables["users"]>): Promise<void> {
    await database
      .insertInto("users")
      .values({ ...user, createdAt: Math.round(user.createdAt) })
      .execute();
  },

  /** An account that may log in, with its password's hash. */
  async byUsername(
    database: Database,
    username: string,
  ): Promise<{ user: User; passwordHash: string } | null> {
    const row = await database
      .selectFrom("users")
      .select([...USER, "passwordHash"])
      .where("username", "=", username)
      .where("disabled", "=", 0)
      .executeTakeFirst();
    if (!row) return null;
    const { passwordHash, ...user } = row;
    return { user: userOf(user), passwordHash };
  },

  /** Whether the user name belongs to an account, also to one that may not log in. */
  async taken(database: Database, username: string): Promise<boolean> {
    const row = await database
      .selectFrom("users")
      .select("id")
      .where("username", "=", username)
      .executeTakeFirst();
    return row !== undefined;
  },

  /** Whether demo accounts exist. */
  async hasDemo(database: Database): Promise<boolean> {
    const row = await database.selectFrom("users").select("id").where("demo", "=", 1).executeTakeFirst();
    return row !== undefined;
  },

  /** Accounts whose area is one of these, by user name. */
  async within(database: Database, areaIds: readonly string[]): Promise<Account[]> {
    const rows = await database
      .selectFrom("users")
      .select([...USER, "disabled"])
      .where("areaId", "in", areaIds)
      .orderBy("username")
      .execute();
    return rows.map(account);
  },

  async find(database: Database, id: string): Promise<Account | null> {
    const row = await database
      .selectFrom("users")
      .select([...USER, "disabled"])
      .where("id", "=", id)
      .executeTakeFirst();
    return row ? account(row) : null;
  },

  /** Writes what is given, and ends the account's sessions. */
  async update(database: Database, id: string, change: Updateable<DeskTables["users"]>): Promise<void> {
    await database.updateTable("users").set(change).where("id", "=", id).execute();
    await database.deleteFrom("sessions").where("userId", "=", id).execute();
  },

  /** Puts a dearer hash of the same password in the place of `before`, unless the password has changed meanwhile. */
  async rehash(database: Database, before: string, passwordHash: string): Promise<void> {
    await database.updateTable("users").set({ passwordHash }).where("passwordHash", "=", before).execute();
  },

  async setPassword(database: Database, username: string, passwordHash: string): Promise<void> {
    await database.updateTable("users").set({ passwordHash }).where("username", "=", username).execute();
  },

  async count(database: Database): Promise<number> {
    const { n } = await database
      .selectFrom("users")
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    return n;
  },
};

function account({ disabled, ...user }: UserRow & { disabled: 0 | 1 }): Account {
  return { ...userOf(user), disabled: disabled === 1 };
}
