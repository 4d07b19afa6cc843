import { randomBytes } from "node:crypto";

const MANY = 2_000_000;

/** Payloads that no part may trip over: empty, binary, huge, deep, almost right. `genuine`: a signed message to spoil. */
export function garbage(genuine: string): (string | Uint8Array)[] {
  const [header = "", payload = "", signature = ""] = genuine.split(".");
  const base64url = (text: string) => Buffer.from(text).toString("base64url");
  return [
    "",
    randomBytes(1_000),
    Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]),
    "a".repeat(MANY),
    "[".repeat(MANY),
    `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
    "null",
    '"unchanged"',
    '{"__proto__":{"kid":"plan-1"},"hubEpoch":1e999}',
    '{"online":true,"at":-1,"hubEpoch":0.5}',
    '{"nonce":{},"t1":null,"t2":"now","t3":[],"mac":7}',
    ".".repeat(10_000),
    "..",
    `${header}.${payload}`,
    `${header}.${payload}.${signature}.${signature}.${signature}`,
    `${header}..${signature}`,
    `${base64url("null")}.${payload}.${signature}`,
    `${base64url('{"alg":"EdDSA","kid":7,"typ":[]}')}.${payload}.${signature}`,
    `${header}.${base64url("null")}.${signature}`,
    `${header}.${base64url('{"body":null}')}.`,
    `${header}.${base64url('{"body":{"hubEpoch":9e99,"revision":9e99}}')}.${signature}`,
    randomBytes(MANY),
  ];
}
