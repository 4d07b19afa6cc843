import { LoaError } from "@loa/kernel/errors";
import {
  base64url,
  CompactSign,
  type CryptoKey,
  compactVerify,
  decodeProtectedHeader,
  importJWK,
  type KeyObject,
} from "jose";
import { type Static, type TSchema, Type } from "typebox";
import type { KeySet, KeyUse, PublicKey } from "./key-set.ts";
import { check, parseJson } from "./parse.ts";

/** What travels signed, and by a key of which use. `key-set` is signed by the root alone. */
export const SIGNED_KINDS = {
  plan: "plan",
  command: "command",
  alert: "alert",
  exercise: "exercise",
  "key-set": "root",
} as const;
export type SignedKind = keyof typeof SIGNED_KINDS;

/** Payload of a signed message. Times in Unix seconds as JWT has them. Source: docs/protocol-rules.md */
export const Envelope = Type.Object({
  iss: Type.String({ description: "id of the hub" }),
  aud: Type.Array(Type.String(), {
    minItems: 1,
    description: "area ids or station ids that it is meant for",
  }),
  iat: Type.Number({ description: "signed at, Unix s" }),
  exp: Type.Number({ description: "valid until, Unix s" }),
  body: Type.Unknown(),
});
export type Envelope = Static<typeof Envelope>;

/** A private key with the id it signs under. */
export interface Signer {
  readonly kid: string;
  readonly key: CryptoKey | KeyObject;
}

/** Signs `envelope` as JWS compact, EdDSA, `typ: loa/1+<kind>`. */
export async function sign(kind: SignedKind, signer: Signer, envelope: Envelope): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(envelope)))
    .setProtectedHeader({ alg: "EdDSA", kid: signer.kid, typ: `loa/1+${kind}` })
    .sign(signer.key);
}

/** Against what a station judges a signed message. */
export interface Trust {
  readonly root: PublicKey;
  readonly keySet: KeySet | null;
  /** The station's id and its area path: the message must name one of them. */
  readonly audience: readonly string[];
  /** Station time, Unix ms, and the bound of its error. */
  readonly now: number;
  readonly clockErrorMs: number;
}

/** A message whose signature, use, audience and validity hold. */
export interface Verified<Body> {
  readonly kid: string;
  readonly iat: number;
  readonly exp: number;
  readonly body: Body;
}

/**
 * Verifies a compact JWS of one kind and checks its body.
 * @throws SIGNATURE_INVALID · KEY_UNKNOWN (unknown or revoked kid) · KEY_USE_WRONG · AUDIENCE_WRONG · EXPIRED · SCHEMA_INVALID
 */
export async function verify<Body extends TSchema>(
  kind: SignedKind,
  schema: Body,
  compact: string,
  trust: Trust,
): Promise<Verified<Static<Body>>> {
  const { kid, typ } = header(compact);
  if (typ !== `loa/1+${kind}`)
    throw new LoaError("KEY_USE_WRONG", `a ${typ} came where a ${kind} belongs`, { typ, kind });
  const key = await importKey(believedKey(kind, kid, trust));
  const payload = await compactVerify(compact, key, { algorithms: ["EdDSA"] }).catch((cause: unknown) => {
    throw new LoaError("SIGNATURE_INVALID", `the signature of a ${kind} does not hold`, { kid }, { cause });
  });
  const envelope = parseJson(Envelope, payload.payload, `${kind} envelope`);
  if (!envelope.aud.some((one) => trust.audience.includes(one)))
    throw new LoaError("AUDIENCE_WRONG", `a ${kind} is meant for ${envelope.aud.join(", ")}`, {
      aud: envelope.aud,
    });
  if (trust.now - trust.clockErrorMs > envelope.exp * 1_000)
    throw new LoaError("EXPIRED", `a ${kind} expired`, { exp: envelope.exp });
  return { kid, iat: envelope.iat, exp: envelope.exp, body: check(schema, envelope.body, kind) };
}

/** What an unbelieved message says of itself, so that its sender can be told which one was refused. Proves nothing. */
export function claimedBody(compact: string): Partial<Record<string, unknown>> {
  try {
    return (claimedEnvelope(compact) as { body: object | null }).body ?? {};
  } catch {
    return {};
  }
}

/** The payload of a compact JWS, its signature not looked at. @throws when it is none */
export function claimedEnvelope(compact: string): unknown {
  return JSON.parse(new TextDecoder().decode(base64url.decode(compact.split(".")[1] ?? "")));
}

/** What a message claims to be, before anything about it is believed; null when it is no signed message. */
export function kindOf(compact: string): string | null {
  try {
    const { typ } = decodeProtectedHeader(compact);
    return typ?.startsWith("loa/1+") ? typ.slice("loa/1+".length) : null;
  } catch {
    return null;
  }
}

function header(compact: string): { kid: string; typ: string } {
  try {
    const { alg, kid, typ } = decodeProtectedHeader(compact);
    if (alg === "EdDSA" && typeof kid === "string" && typeof typ === "string") return { kid, typ };
  } catch (cause) {
    throw new LoaError("SIGNATURE_INVALID", "not a signed message", {}, { cause });
  }
  throw new LoaError("SIGNATURE_INVALID", "a signed message lacks alg EdDSA, kid or typ");
}

function believedKey(kind: SignedKind, kid: string, { root, keySet }: Trust): PublicKey {
  const use: KeyUse | "root" = SIGNED_KINDS[kind];
  if (use === "root") {
    if (kid === root.kid) return root;
    throw new LoaError("KEY_UNKNOWN", `a ${kind} is not signed by the pinned root`, { kid });
  }
  const key = keySet?.keys.find((one) => one.kid === kid);
  if (!key || keySet?.revoked.includes(kid))
    throw new LoaError("KEY_UNKNOWN", `key ${kid} is unknown or revoked`, { kid });
  if (key.use !== use)
    throw new LoaError("KEY_USE_WRONG", `key ${kid} may sign ${key.use}, not ${kind}`, { kid });
  return key;
}

const imported = new Map<string, Promise<CryptoKey>>();

function importKey({ x }: PublicKey): Promise<CryptoKey> {
  let key = imported.get(x);
  if (!key) {
    key = importJWK({ kty: "OKP", crv: "Ed25519", x }, "EdDSA") as Promise<CryptoKey>;
    imported.set(x, key);
  }
  return key.catch((cause: unknown) => {
    throw new LoaError("KEY_UNKNOWN", "the key set holds a key that is no Ed25519 key", {}, { cause });
  });
}
