import { expect, test } from "vitest";
import { base32, digitsOf, matchingStep, stepAt, totpUri } from "./totp.ts";

const SECRET = Buffer.from("12345678901234567890");

test.each([
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
  [20000000000, "65353130"],
])("RFC 6238, appendix B: at %i s the digits are %s", (seconds, digits) => {
  expect(digitsOf(SECRET, stepAt(seconds * 1_000), 8)).toBe(digits);
  expect(digitsOf(SECRET, stepAt(seconds * 1_000))).toBe(digits.slice(2));
});

test.each([
  [-60, false],
  [-30, true],
  [0, true],
  [30, true],
  [60, false],
])("digits of %i s from now pass: %s", (seconds, passes) => {
  const now = 1_700_000_000_000;
  const code = digitsOf(SECRET, stepAt(now + seconds * 1_000));
  expect(matchingStep(SECRET, code, now) !== null).toBe(passes);
});

test.each(["", "12345", "1234567", "12345x", "١٢٣٤٥٦"])("%j is no code", (code) => {
  expect(matchingStep(SECRET, code, 0)).toBeNull();
});

test.each([
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foo", "MZXW6"],
  ["foob", "MZXW6YQ"],
  ["fooba", "MZXW6YTB"],
  ["foobar", "MZXW6YTBOI"],
])("RFC 4648: %s is %s in base 32", (text, coded) => expect(base32(Buffer.from(text))).toBe(coded));

test("authenticators read issuer, account and secret from the address", () => {
  const url = new URL(totpUri(SECRET, "xã.a"));
  expect([url.protocol, url.host, decodeURIComponent(url.pathname)]).toEqual([
    "otpauth:",
    "totp",
    "/Loa:xã.a",
  ]);
  expect(url.searchParams.get("secret")).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
});
