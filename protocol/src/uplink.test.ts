import { randomBytes } from "node:crypto";
import { codeOf } from "@loa/kernel/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openUplink, wrapUplink } from "./uplink.ts";

const secret = randomBytes(32);
const topic = "loa/1/up/station-01/health";
const wrapped = wrapUplink(secret, topic, 7, 42, { rssBytes: 5 });

/** The code with which opening fails; null when it succeeds. */
function refusal(payload: string | Uint8Array, onTopic = topic, by: Uint8Array = secret): string | null {
  try {
    openUplink(by, onTopic, payload);
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

const changed = (change: Record<string, unknown>) => JSON.stringify({ ...JSON.parse(wrapped), ...change });

describe("a wrapped message", () => {
  test("opens to what was wrapped, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 1e9 }), (message, counter) => {
        const opened = openUplink(secret, topic, Buffer.from(wrapUplink(secret, topic, 3, counter, message)));
        expect(opened).toEqual({ session: 3, counter, body: JSON.parse(JSON.stringify(message)) });
      }),
    );
  });

  test("is refused on another topic and under another secret", () => {
    expect(refusal(wrapped)).toBeNull();
    expect(refusal(wrapped, "loa/1/up/station-02/health")).toBe("MAC_INVALID");
    expect(refusal(wrapped, topic, randomBytes(32))).toBe("MAC_INVALID");
  });

  test.each([
    ["another session", { session: 8 }],
    ["another counter", { counter: 43 }],
    ["a changed body", { body: '{"rssBytes":6}' }],
    ["the same body with a blank", { body: '{"rssBytes": 5}' }],
    ["an empty mac", { mac: "" }],
    ["a longer mac", { mac: `${(JSON.parse(wrapped) as { mac: string }).mac}A` }],
  ])("is refused with %s", (_, change) => {
    expect(refusal(changed(change))).toBe("MAC_INVALID");
  });

  test.each([
    ["no session", { session: undefined }],
    ["session 0", { session: 0 }],
    ["half a counter", { counter: 1.5 }],
    ["a body that is no text", { body: { rssBytes: 5 } }],
    ["a mac that is no text", { mac: 5 }],
  ])("is malformed with %s", (_, change) => {
    expect(refusal(changed(change))).toBe("SCHEMA_INVALID");
  });

  test.each(["", "null", "[]", "{", "\u0000"])("is malformed when it is %j", (payload) => {
    expect(refusal(payload)).toBe("SCHEMA_INVALID");
  });

  test("is malformed when it is no UTF-8", () => {
    expect(refusal(Uint8Array.of(0x22, 0xff, 0x22))).toBe("SCHEMA_INVALID");
  });
});
