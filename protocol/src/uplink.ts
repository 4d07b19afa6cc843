import { createHmac, timingSafeEqual } from "node:crypto";
import { LoaError } from "@loa/kernel/errors";
import { type Static, Type } from "typebox";
import { parseJson } from "./parse.ts";

/**
 * What wraps every message a station sends. `body` is the message's JSON as a string, so that `mac` covers exactly the
 * bytes the reader parses. Source: docs/protocol-rules.md
 */
export const Uplink = Type.Object({
  session: Type.Integer({ minimum: 1, description: "rises with every start of the station" }),
  counter: Type.Integer({ minimum: 1, description: "rises by at least one with every message of a session" }),
  body: Type.String({ maxLength: 1_000_000, description: "the message, JSON as text" }),
  mac: Type.String({
    description:
      "base64url HMAC-SHA256 under the station secret over topic, session, counter, body, joined by line feeds",
  }),
});
export type Uplink = Static<typeof Uplink>;

/** A message that was proven to come from the station whose secret it carries. */
export interface Opened {
  readonly session: number;
  readonly counter: number;
  readonly body: unknown;
}

/** HMAC-SHA256 over the parts joined by line feeds, base64url. */
export function macOf(secret: Uint8Array, ...parts: readonly (string | number)[]): string {
  return createHmac("sha256", secret).update(parts.join("\n")).digest("base64url");
}

/** Compares two MACs in constant time. */
export function sameMac(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** How a station proves itself where TLS is off (loopback only): hexadecimal HMAC-SHA256 of `purpose` under its secret. */
export function plainProof(secret: Uint8Array, purpose: "mqtt" | "assets"): string {
  return createHmac("sha256", secret).update(purpose).digest("hex");
}

/** Wraps a message for its topic. */
export function wrapUplink(
  secret: Uint8Array,
  topic: string,
  session: number,
  counter: number,
  message: unknown,
): string {
  const body = JSON.stringify(message);
  return JSON.stringify({
    session,
    counter,
    body,
    mac: macOf(secret, topic, session, counter, body),
  } satisfies Uplink);
}

/**
 * Proves and opens a wrapped message. The caller guards against replays by `(session, counter)`.
 * @throws SCHEMA_INVALID malformed · MAC_INVALID not from the holder of `secret`
 */
export function openUplink(secret: Uint8Array, topic: string, payload: string | Uint8Array): Opened {
  const { session, counter, body, mac } = parseJson(Uplink, payload, "uplink");
  if (!sameMac(mac, macOf(secret, topic, session, counter, body)))
    throw new LoaError("MAC_INVALID", `a message on ${topic} is not from its station`, { topic });
  try {
    return { session, counter, body: JSON.parse(body) };
  } catch (cause) {
    throw new LoaError("SCHEMA_INVALID", `the body on ${topic} is not JSON`, { topic }, { cause });
  }
}
