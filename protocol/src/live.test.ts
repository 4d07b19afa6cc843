import { generateKeyPairSync } from "node:crypto";
import { codeOf } from "@loa/kernel/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeLive, encodeLive, type LivePacket, liveKey, sessionOfLive } from "./live.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519");
const session = "00112233445566778899aabbccddeeff";

const packets = fc.record({
  session: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex")),
  sequence: fc.nat({ max: 0xffffffff }),
  mediaTimeUs: fc.maxSafeNat(),
  last: fc.boolean(),
  frames: fc.array(fc.uint8Array({ maxLength: 1_275 }), { maxLength: 10 }),
});

const codeFor = (bytes: Uint8Array, key = publicKey) => {
  try {
    decodeLive(bytes, key);
    return null;
  } catch (error) {
    return codeOf(error);
  }
};

describe("live packets", () => {
  test("come out as they went in", () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const bytes = encodeLive(packet, privateKey);
        const decoded = decodeLive(bytes, publicKey);
        expect({ ...decoded, frames: decoded.frames.map((frame) => [...frame]) }).toEqual({
          ...packet,
          frames: packet.frames.map((frame) => [...frame]),
        });
        if (bytes.length < 96) expect(sessionOfLive(bytes)).toBe(null);
      }),
    );
  });

  test("have the layout of the protocol, byte by byte", () => {
    const packet = { session, sequence: 7, mediaTimeUs: 60_000, last: true, frames: [Uint8Array.of(9, 8)] };
    const bytes = encodeLive(packet, privateKey);
    expect(bytes.subarray(0, -64).toString("hex")).toBe(`0101${session}00000007000000000000ea60000100020908`);
  });

  test("of another key, or with any bit changed, are refused", () => {
    const bytes = encodeLive(
      { session, sequence: 1, mediaTimeUs: 0, last: false, frames: [Uint8Array.of(1, 2, 3)] },
      privateKey,
    );
    expect(codeFor(bytes, other.publicKey)).toBe("SIGNATURE_INVALID");
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const changed = Buffer.from(bytes);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(codeFor(changed)).toBe("SIGNATURE_INVALID");
      }),
    );
  });

  test("that are signed but do not fit are refused without reading beyond their end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const packet: LivePacket = { session, sequence: 1, mediaTimeUs: 0, last: false, frames: [bytes] };
        const short = encodeLive(packet, privateKey).subarray(0, -65);
        expect(["SIGNATURE_INVALID", "SCHEMA_INVALID"]).toContain(codeFor(short));
        expect(sessionOfLive(bytes)).toBe(bytes[0] === 1 && bytes.length >= 96 ? sessionOfLive(bytes) : null);
      }),
    );
    const many = {
      session,
      sequence: 1,
      mediaTimeUs: 0,
      last: false,
      frames: Array.from({ length: 11 }, () => new Uint8Array(1)),
    };
    expect(codeFor(encodeLive(many, privateKey))).toBe("SCHEMA_INVALID");
  });

  test("are verified by the public key that travels as a JWK's x", () => {
    const { x } = publicKey.export({ format: "jwk" });
    const bytes = encodeLive({ session, sequence: 1, mediaTimeUs: 0, last: false, frames: [] }, privateKey);
    expect(decodeLive(bytes, liveKey(x as string)).frames).toEqual([]);
  });
});
