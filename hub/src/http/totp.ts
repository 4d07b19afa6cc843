import { createHmac, timingSafeEqual } from "node:crypto";
import type { UnixMs } from "@loa/kernel/clock";

/** Digits change at this pace. Source: RFC 6238, 4.1 */
const STEP_MS = 30_000;
const DIGITS = 6;
/** Steps that a person's clock may lie off, either way. Source: RFC 6238, 5.2 */
const DRIFT_STEPS = 1;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The step that `now` lies in. */
export const stepAt = (now: UnixMs): number => Math.floor(now / STEP_MS);

/** The digits of a step. SHA-1, as authenticators have it. Source: RFC 4226, 5.3 and RFC 6238 */
export function digitsOf(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = (mac.at(-1) as number) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** The step near `now` whose digits these are, null for none. All are compared, each in constant time. */
export function matchingStep(secret: Uint8Array, code: string, now: UnixMs): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const middle = stepAt(now);
  let found: number | null = null;
  for (let step = middle - DRIFT_STEPS; step <= middle + DRIFT_STEPS; step++)
    if (timingSafeEqual(Buffer.from(digitsOf(secret, step)), Buffer.from(code))) found = step;
  return found;
}

/** Base 32 without padding, as authenticators take it. Source: RFC 4648, 6 */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => BASE32[Number.parseInt(five.padEnd(5, "0"), 2)])
    .join("");
}

/** What a QR code tells an authenticator. Source: the Key Uri Format of Google Authenticator */
export function totpUri(secret: Uint8Array, username: string): string {
  const parameters = new URLSearchParams({ secret: base32(secret), issuer: "Loa", digits: `${DIGITS}` });
  return `otpauth://totp/Loa:${encodeURIComponent(username)}?${parameters}`;
}
