import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { provesTime, timeReply } from "./time.ts";

const secret = randomBytes(32);
const reply = timeReply(secret, { nonce: "n".repeat(16), t1: 1, t2: 2.5, t3: 3 });

test("a time reply proves itself to the holder of the secret alone", () => {
  expect(provesTime(secret, reply)).toBe(true);
  expect(provesTime(randomBytes(32), reply)).toBe(false);
});

test.each([{ nonce: "m".repeat(16) }, { t1: 1.1 }, { t2: 2 }, { t3: 4 }, { t1: 12, t2: 0.5 }, { mac: "" }])(
  "a time reply changed to %o proves nothing",
  (change) => expect(provesTime(secret, { ...reply, ...change })).toBe(false),
);
