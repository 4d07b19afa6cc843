import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type Envelope, type SignedKind, type Signer, sign } from "@loa/protocol/envelope";
import type { KeySet, KeyUse } from "@loa/protocol/key-set";

/** Who signs for the hub in tests. */
export const HUB_ID = "hub-thu";

/** A signing key of a test: the private half signs, `x` is what a key set holds. */
export interface TestKey extends Signer {
  readonly key: KeyObject;
  readonly x: string;
}

/** A fresh Ed25519 key. */
export function testKey(kid: string): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { kid, key: privateKey, x: publicKey.export({ format: "jwk" }).x ?? "" };
}

/** One key of each use, one that was revoked, and two that nobody believes. */
export const testKeys = () => ({
  root: testKey("root"),
  plan: testKey("plan-1"),
  command: testKey("command-1"),
  alert: testKey("alert-1"),
  exercise: testKey("exercise-1"),
  revoked: testKey("plan-0"),
  /** Of the attacker. */
  stranger: testKey("plan-la"),
  strangerRoot: testKey("root"),
});
export type TestKeys = ReturnType<typeof testKeys>;

/** The payload around a body, valid for an hour from now unless told otherwise. */
export function envelope(aud: readonly string[], body: unknown, more: Partial<Envelope> = {}): Envelope {
  const now = Date.now() / 1_000;
  return { iss: HUB_ID, aud: [...aud], iat: now, exp: now + 3_600, body, ...more };
}

/** A key set as the root signs it. */
export function keySetOf(
  keys: TestKeys,
  version: number,
  { root = keys.root, more = [] as readonly TestKey[], revoked = [keys.revoked.kid] } = {},
): Promise<string> {
  const entry = ({ kid, x }: TestKey, use: KeyUse) => ({ kid, x, use });
  const body: KeySet = {
    version,
    keys: [
      entry(keys.plan, "plan"),
      entry(keys.command, "command"),
      entry(keys.alert, "alert"),
      entry(keys.exercise, "exercise"),
      entry(keys.revoked, "plan"),
      ...more.map((key) => entry(key, "plan")),
    ],
    revoked: [...revoked],
    expires: Date.now() + 86_400_000,
  };
  return sign("key-set", root, envelope([HUB_ID], body));
}

/** A compact JWS with any header and signature at all: what `sign` refuses to make. */
export function forgedJws(
  header: Record<string, unknown>,
  payload: unknown,
  signature: (input: string) => Uint8Array,
): string {
  const input = [header, payload].map((part) => base64url(JSON.stringify(part))).join(".");
  return `${input}.${Buffer.from(signature(input)).toString("base64url")}`;
}

/** A signed message whose payload was changed on its way. */
export function tampered(compact: string, change: (envelope: Envelope) => unknown): string {
  const [header, payload, signature] = compact.split(".");
  const read = JSON.parse(Buffer.from(payload ?? "", "base64url").toString()) as Envelope;
  return [header, base64url(JSON.stringify(change(read))), signature].join(".");
}

/** The JWS `typ` of a kind. */
export const typOf = (kind: SignedKind): string => `loa/1+${kind}`;

const base64url = (text: string) => Buffer.from(text).toString("base64url");
