import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { codeOf } from "@loa/kernel/errors";
import { CompactSign } from "jose";
import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { SIGNED_KINDS, type SignedKind, type Signer, sign, type Trust, verify } from "./envelope.ts";
import { KEY_USES, type KeySet } from "./key-set.ts";

const Body = Type.Object({ text: Type.String() });
const NOW = Date.UTC(2026, 4, 4, 8);
const second = (offset: number) => NOW / 1_000 + offset;

function keyPair(kid: string): { signer: Signer; x: string; publicKey: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { signer: { kid, key: privateKey }, x: String(publicKey.export({ format: "jwk" }).x), publicKey };
}

const root = keyPair("root");
const keys = Object.fromEntries(KEY_USES.map((use) => [use, keyPair(`${use}-1`)]));
const signerOf = (kind: SignedKind): Signer =>
  kind === "key-set" ? root.signer : keys[SIGNED_KINDS[kind]]!.signer;
const keySet: KeySet = {
  version: 1,
  keys: KEY_USES.map((use) => ({ kid: `${use}-1`, x: keys[use]!.x, use })),
  revoked: [],
  expires: NOW * 2,
};
const trust: Trust = {
  root: { kid: "root", x: root.x },
  keySet,
  audience: ["station-01", "commune"],
  now: NOW,
  clockErrorMs: 50,
};
const envelope = { iss: "hub", aud: ["commune"], iat: second(-1), exp: second(60), body: { text: "tin" } };

/** The code with which a message is refused; null when it is believed. */
async function refusal(kind: SignedKind, compact: string, against: Partial<Trust> = {}) {
  return verify(kind, Body, compact, { ...trust, ...against }).then(() => null, codeOf);
}

describe("a signed message", () => {
  test.each(Object.keys(SIGNED_KINDS) as SignedKind[])("of kind %s is believed", async (kind) => {
    const verified = await verify(kind, Body, await sign(kind, signerOf(kind), envelope), trust);
    expect(verified).toEqual({
      kid: signerOf(kind).kid,
      iat: envelope.iat,
      exp: envelope.exp,
      body: { text: "tin" },
    });
  });

  test("is refused when its key is unknown, revoked, or no key set is held", async () => {
    const stranger = await sign("plan", keyPair("plan-9").signer, envelope);
    expect(await refusal("plan", stranger)).toBe("KEY_UNKNOWN");
    const plan = await sign("plan", signerOf("plan"), envelope);
    expect(await refusal("plan", plan, { keySet: { ...keySet, revoked: ["plan-1"] } })).toBe("KEY_UNKNOWN");
    expect(await refusal("plan", plan, { keySet: null })).toBe("KEY_UNKNOWN");
  });

  test("is refused when it is signed by another key under a known key's name", async () => {
    const impostor = { kid: "plan-1", key: keyPair("x").signer.key };
    expect(await refusal("plan", await sign("plan", impostor, envelope))).toBe("SIGNATURE_INVALID");
  });

  const kinds = Object.keys(SIGNED_KINDS) as SignedKind[];
  const mismatches = kinds.flatMap((is) => kinds.filter((as) => as !== is).map((as) => [is, as] as const));
  test.each(mismatches)("of kind %s is refused where a %s belongs", async (is, as) => {
    expect(await refusal(as, await sign(is, signerOf(is), envelope))).toBe("KEY_USE_WRONG");
  });

  const uses = KEY_USES.flatMap((use) =>
    KEY_USES.filter((other) => other !== use).map((kind) => [kind, use]),
  );
  test.each(uses as [SignedKind, string][])("of kind %s is refused from a key for %s", async (kind, use) => {
    expect(await refusal(kind, await sign(kind, keys[use]!.signer, envelope))).toBe("KEY_USE_WRONG");
  });

  test("that holds keys is believed from the pinned root only, and nothing else is believed from the root", async () => {
    const byPlanKey = await sign("key-set", signerOf("plan"), envelope);
    expect(await refusal("key-set", byPlanKey)).toBe("KEY_UNKNOWN");
    expect(await refusal("plan", await sign("plan", root.signer, envelope))).toBe("KEY_UNKNOWN");
  });

  test.each([0, 1, 2])("is refused when its part %i is changed", async (part) => {
    const parts = (await sign("plan", signerOf("plan"), envelope)).split(".");
    const bytes = Buffer.from(parts[part]!, "base64url");
    if (part === 0) parts[0] = Buffer.from(bytes.toString().replace("{", '{"x":1,')).toString("base64url");
    else if (part === 1) parts[1] = Buffer.from(bytes.toString().replace("tin", "tjn")).toString("base64url");
    else parts[2] = Buffer.from(bytes.map((byte, i) => (i === 5 ? byte ^ 1 : byte))).toString("base64url");
    expect(await refusal("plan", parts.join("."))).toBe("SIGNATURE_INVALID");
  });

  test.each(["", "a", "a.b.c", "..", "{}"])("is refused when it is only %j", async (compact) => {
    expect(await refusal("plan", compact)).toBe("SIGNATURE_INVALID");
  });

  test("is refused without a signature, whatever its header says", async () => {
    const [head, payload] = (await sign("plan", signerOf("plan"), envelope)).split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", kid: "plan-1", typ: "loa/1+plan" }));
    expect(await refusal("plan", `${none.toString("base64url")}.${payload}.`)).toBe("SIGNATURE_INVALID");
    expect(await refusal("plan", `${head}.${payload}.`)).toBe("SIGNATURE_INVALID");
  });

  test("is refused when it is an HMAC under the public key", async () => {
    const header = { alg: "HS256", kid: "plan-1", typ: "loa/1+plan" };
    const forged = await new CompactSign(Buffer.from(JSON.stringify(envelope)))
      .setProtectedHeader(header)
      .sign(Buffer.from(keys.plan!.x, "base64url"));
    expect(await refusal("plan", forged)).toBe("SIGNATURE_INVALID");
  });

  test.each(["kid", "typ"])("is refused without %s", async (field) => {
    const header = { alg: "EdDSA", kid: "plan-1", typ: "loa/1+plan", [field]: undefined };
    const compact = await new CompactSign(Buffer.from(JSON.stringify(envelope)))
      .setProtectedHeader(header)
      .sign(keys.plan!.signer.key);
    expect(await refusal("plan", compact)).toBe("SIGNATURE_INVALID");
  });

  test.each([
    [["station-01"], null],
    [["station-02", "commune"], null],
    [["station-02"], "AUDIENCE_WRONG"],
    [["commune-2"], "AUDIENCE_WRONG"],
    [["station-0"], "AUDIENCE_WRONG"],
  ])("for %j is judged %s", async (aud, code) => {
    expect(await refusal("plan", await sign("plan", signerOf("plan"), { ...envelope, aud }))).toBe(code);
  });

  test.each([
    ["a second before its end", -1_000, 0, null],
    ["at its end", 0, 0, null],
    ["a millisecond after its end", 1, 0, "EXPIRED"],
    ["after its end by as much as the clock may err", 500, 500, null],
    ["after its end by more than the clock may err", 501, 500, "EXPIRED"],
    ["long after its end, on a clock that knows nothing", 1e10, Number.MAX_SAFE_INTEGER, null],
  ])("%s is judged by the clock's own error", async (_, afterMs, clockErrorMs, code) => {
    const compact = await sign("plan", signerOf("plan"), { ...envelope, exp: second(0) });
    expect(await refusal("plan", compact, { now: NOW + afterMs, clockErrorMs })).toBe(code);
  });

  test("is refused when its body does not fit, or its payload is no envelope", async () => {
    const signer = signerOf("plan");
    const odd = await sign("plan", signer, { ...envelope, body: { text: 5 } });
    expect(await refusal("plan", odd)).toBe("SCHEMA_INVALID");
    const nobody = await sign("plan", signer, { ...envelope, aud: [] });
    expect(await refusal("plan", nobody)).toBe("SCHEMA_INVALID");
    const noJson = await new CompactSign(Buffer.from("tin"))
      .setProtectedHeader({ alg: "EdDSA", kid: "plan-1", typ: "loa/1+plan" })
      .sign(signer.key);
    expect(await refusal("plan", noJson)).toBe("SCHEMA_INVALID");
  });

  test("keeps fields that its reader does not know out of the way", async () => {
    const more = { ...envelope, body: { text: "tin", later: 1 } };
    expect(await refusal("plan", await sign("plan", signerOf("plan"), more))).toBeNull();
  });
});
