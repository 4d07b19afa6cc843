import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { UnixMs } from "@loa/kernel/clock";
import { days } from "@loa/kernel/units";
import { type Signer, sign, verify } from "@loa/protocol/envelope";
import { KeySet, type PublicKey, type SigningKey } from "@loa/protocol/key-set";

const KEY_SET_LIFE_MS = days(5 * 365);
const RENEW_BEFORE_MS = days(365);

/** A fresh Ed25519 private key, PKCS #8 PEM. */
export function newSigningKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Signer and public half of a private key; its id is drawn from the public key, so it never names another. */
export function openSigningKey(pem: string, name: string): { signer: Signer; public: PublicKey } {
  const { x } = createPublicKey(pem).export({ format: "jwk" });
  const kid = `${name}-${createHash("sha256").update(x!).digest("base64url").slice(0, 12)}`;
  return { signer: { kid, key: createPrivateKey(pem) }, public: { kid, x: x! } };
}

/** A key set together with its signed form. */
export interface SignedKeySet {
  readonly keySet: KeySet;
  readonly compact: string;
}

/**
 * The kept key set where it still says what it should; else a new one of the next version, signed by the root. It is
 * renewed a year before it expires. A key that is no longer used is revoked for good.
 */
export async function currentKeySet(
  kept: string | null,
  hubId: string,
  root: { signer: Signer; public: PublicKey },
  keys: readonly SigningKey[],
  now: UnixMs,
): Promise<SignedKeySet> {
  const trust = { root: root.public, keySet: null, audience: [hubId], now, clockErrorMs: KEY_SET_LIFE_MS };
  const old = kept ? (await verify("key-set", KeySet, kept.trim(), trust)).body : null;
  if (old && kept && old.expires - now > RENEW_BEFORE_MS && sameKeys(old.keys, keys))
    return { keySet: old, compact: kept.trim() };
  const gone = (old?.keys ?? []).map((key) => key.kid).filter((kid) => !keys.some((key) => key.kid === kid));
  const keySet: KeySet = {
    version: (old?.version ?? 0) + 1,
    keys: [...keys],
    revoked: [...(old?.revoked ?? []), ...gone],
    expires: Math.floor(now + KEY_SET_LIFE_MS),
  };
  const envelope = { iss: hubId, aud: [hubId], iat: now / 1_000, exp: keySet.expires / 1_000, body: keySet };
  return { keySet, compact: await sign("key-set", root.signer, envelope) };
}

function sameKeys(a: readonly SigningKey[], b: readonly SigningKey[]): boolean {
  return a.length === b.length && a.every((key, i) => key.kid === b[i]?.kid && key.use === b[i]?.use);
}
