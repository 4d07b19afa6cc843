import { createHash, randomBytes } from "node:crypto";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** A one-time code of 128 bits of chance: 26 letters of RFC 4648 base 32 in lower case. */
export function newEnrolmentCode(): string {
  let bits = 0n;
  for (const byte of randomBytes(16)) bits = (bits << 8n) | BigInt(byte);
  let code = "";
  for (let rest = bits << 2n, i = 0; i < 26; i++, rest >>= 5n)
    code = BASE32.charAt(Number(rest & 31n)) + code;
  return code;
}

/** What is stored of a code. The code has 128 bits, so a fast hash without salt is enough. */
export function enrolmentCodeHash(code: string): string {
  return createHash("sha256").update(code.trim().toLowerCase()).digest("hex");
}
