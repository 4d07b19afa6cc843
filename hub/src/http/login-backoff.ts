import { LoaError } from "@loa/kernel/errors";
import { minutes, seconds } from "@loa/kernel/units";
import type { Database } from "../store/database.ts";
import { type LoginFailures, loginFailures } from "../store/repositories/login-failures.ts";

const FREE_FAILURES = 5;
const FIRST_WAIT_MS = seconds(15);
const LONGEST_WAIT_MS = minutes(15);
const FORGET_AFTER_MS = minutes(30);
/** An address that tries many accounts waits as well, later. */
const FREE_FAILURES_OF_ADDRESS = 30;
/** So many are remembered while the store takes none. */
const MOST_UNSTORED = 10_000;

/** `password`: what anybody can get wrong. `code`: the second factor, which only who has the password can get wrong. */
export type Attempt = "password" | "code";

interface Key {
  readonly key: string;
  readonly username: string | null;
  readonly free: number;
}

/**
 * Makes guessing slow: after some failures of an account from one address (so that nobody locks out others), or of an address over
 * all accounts, each further one doubles the wait. Wrong codes of a second factor count from all addresses together. Kept in the
 * store: a restart forgives nobody. What the store does not take counts until this process ends.
 */
export class LoginBackoff {
  readonly #database: Database;
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #unstored = new Map<string, LoginFailures>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Attempts at one account follow each other, so that many at once are not all judged before the first has failed. */
  inTurn<Result>(username: string, attempt: () => Promise<Result>): Promise<Result> {
    const name = username.toLowerCase();
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(attempt);
    const settled = turn.catch(() => {});
    this.#turns.set(name, settled);
    settled.finally(() => {
      if (this.#turns.get(name) === settled) this.#turns.delete(name);
    });
    return turn;
  }

  /** @throws TOO_MANY_REQUESTS with `retryAfterSeconds` while the wait lasts */
  async check(username: string, address: string, now: number): Promise<void> {
    const keys = [...keysOf("password", username, address), ...keysOf("code", username, address)];
    const rows = await this.#find(this.#database, keys);
    const until = Math.max(0, ...rows.map(({ lockedUntil }) => lockedUntil));
    if (until <= now) return;
    const retryAfterSeconds = Math.ceil((until - now) / 1_000);
    throw new LoaError("TOO_MANY_REQUESTS", `too many failed attempts; wait ${retryAfterSeconds} s`, {
      retryAfterSeconds,
    });
  }

  async failed(attempt: Attempt, username: string, address: string, now: number): Promise<void> {
    const keys = keysOf(attempt, username, address);
    let counted: LoginFailures[] = [];
    try {
      await this.#database.transaction().execute(async (transaction) => {
        const rows = await this.#find(transaction, keys);
        const known = (key: string) => rows.findLast((row) => row.key === key);
        counted = keys.map((one) => next(one, known(one.key), Math.round(now)));
        for (const row of counted) await loginFailures.save(transaction, row);
      });
      for (const { key } of keys) this.#unstored.delete(key);
    } catch {
      if (this.#unstored.size >= MOST_UNSTORED) this.#unstored.clear();
      for (const row of counted) this.#unstored.set(row.key, row);
    }
  }

  /** In the order of age: what the store did not take is newer than what it has. */
  async #find(database: Database, keys: readonly Key[]): Promise<LoginFailures[]> {
    const names = keys.map(({ key }) => key);
    const stored = await loginFailures.find(database, names);
    return [...stored, ...names.flatMap((name) => this.#unstored.get(name) ?? [])];
  }

  async succeeded(username: string, address: string): Promise<void> {
    const [password] = keysOf("password", username, address);
    const [code] = keysOf("code", username, address);
    for (const { key } of [password, code]) this.#unstored.delete(key);
    await loginFailures.forget(this.#database, [password.key, code.key]);
  }

  /** Ends an account's waits. */
  async unlock(database: Database, username: string): Promise<void> {
    for (const [key, row] of this.#unstored)
      if (row.username === username.toLowerCase()) this.#unstored.delete(key);
    await loginFailures.forgetAccount(database, username.toLowerCase());
  }

  /** Until when accounts are locked, by user name in lower case. */
  locked(now: number): Promise<Map<string, number>> {
    return loginFailures.locked(this.#database, now);
  }

  async prune(now: number): Promise<void> {
    for (const [key, { lastAt, lockedUntil }] of this.#unstored)
      if (lastAt < now - FORGET_AFTER_MS && lockedUntil <= now) this.#unstored.delete(key);
    await loginFailures.prune(this.#database, now - FORGET_AFTER_MS, now);
  }
}

function keysOf(attempt: Attempt, name: string, address: string): [Key, ...Key[]] {
  const username = name.toLowerCase();
  const ofAddress = { key: `from ${address}`, username: null, free: FREE_FAILURES_OF_ADDRESS };
  const key = attempt === "code" ? `code ${username}` : `password ${username} from ${address}`;
  return [{ key, username, free: FREE_FAILURES }, ofAddress];
}

function next({ key, username, free }: Key, known: LoginFailures | undefined, now: number): LoginFailures {
  const count = known && now - known.lastAt < FORGET_AFTER_MS ? known.count + 1 : 1;
  const wait = count < free ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - free));
  return { key, username, count, lastAt: now, lockedUntil: now + wait };
}
