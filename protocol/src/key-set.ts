import { type Static, Type } from "typebox";
import { Instant } from "./identity.ts";

/** What a signing key may sign. A station refuses a message whose kind does not fit. */
export const KEY_USES = ["plan", "alert", "exercise", "command"] as const;
export type KeyUse = (typeof KEY_USES)[number];

/** The public half of an Ed25519 key: `x` as in RFC 8037. */
export const PublicKey = Type.Object({
  kid: Type.String({ minLength: 1, maxLength: 64, description: "key id" }),
  x: Type.String({ minLength: 43, maxLength: 43, description: "Ed25519 public key, base64url" }),
});
export type PublicKey = Static<typeof PublicKey>;

/** A signing key and the one use it has. */
export const SigningKey = Type.Object({ ...PublicKey.properties, use: Type.Enum([...KEY_USES]) });
export type SigningKey = Static<typeof SigningKey>;

/** The keys a station believes. Signed by the root that was pinned at enrolment; versions only rise. */
export const KeySet = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  keys: Type.Array(SigningKey, { maxItems: 64 }),
  revoked: Type.Array(Type.String(), { description: "kids that are never believed again" }),
  expires: Instant,
});
export type KeySet = Static<typeof KeySet>;
