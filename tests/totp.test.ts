import { expect, test } from "vitest";
import { totpCode } from "./harness/totp.ts";

/** "12345678901234567890" in base32; last six of the eight digits of RFC 6238, appendix B. */
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_234_567_890, "005924"],
  [20_000_000_000, "353130"],
])("at %i s the code is %s", (seconds, code) => {
  expect(totpCode(SECRET, 0, seconds * 1_000)).toBe(code);
});
