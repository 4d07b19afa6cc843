import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { LoaError } from "@loa/kernel/errors";
import { weakness } from "../core/password-strength.ts";

const derive = promisify(argon2);

/** OWASP's second setting for argon2id: 19 MiB, 2 passes. Kept in each hash, so that it can be raised later. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };

/** The PHC string of a password: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await digest(password, salt, COST);
  return `$argon2id$v=19$${costOf(COST)}$${encode(salt)}$${encode(hash)}`;
}

/**
 * Whether the password belongs to the hash. `null` (no such account) takes as long as a wrong password, so that names cannot be
 * found out by time.
 */
export async function verifyPassword(password: string, phc: string | null): Promise<boolean> {
  const parsed = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(phc ?? "");
  if (!parsed) {
    await digest(password, Buffer.alloc(16), COST);
    return false;
  }
  const [, memory, passes, parallelism, salt, hash] = parsed as unknown as [string, ...string[]];
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const expected = Buffer.from(hash as string, "base64");
  return timingSafeEqual(await digest(password, Buffer.from(salt as string, "base64"), cost), expected);
}

/** Whether the hash was made at another cost than new ones are. */
export function needsRehash(phc: string): boolean {
  return !phc.startsWith(`$argon2id$v=19$${costOf(COST)}$`);
}

/** @throws PASSWORD_WEAK */
export function refuseWeak(password: string, owner: { username: string; name: string }): void {
  const why = weakness(password, owner);
  if (why !== null) throw new LoaError("PASSWORD_WEAK", `the password is too easy to guess: ${why}`);
}

function digest(password: string, nonce: Buffer, cost: typeof COST): Promise<Buffer> {
  return derive("argon2id", {
    message: Buffer.from(password.normalize("NFC")),
    nonce,
    tagLength: 32,
    ...cost,
  });
}

const costOf = ({ memory, passes, parallelism }: typeof COST) => `m=${memory},t=${passes},p=${parallelism}`;

const encode = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
