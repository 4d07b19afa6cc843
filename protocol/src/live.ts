import { createPublicKey, type KeyObject, sign as signBytes, verify as verifyBytes } from "node:crypto";
import { LoaError } from "@loa/kernel/errors";

/** Sound of one Opus packet, ms. */
export const LIVE_FRAME_MS = 20;
/** Most Opus packets in one live packet: 200 ms. */
const MOST_FRAMES = 10;
const LONGEST_OPUS_BYTES = 1_275;

const VERSION = 1;
const LAST = 1;
const SESSION_BYTES = 16;
const HEAD_BYTES = 1 + 1 + SESSION_BYTES + 4 + 8 + 2;
const SIGNATURE_BYTES = 64;

/**
 * One packet of live speech, in network byte order: `u8 version=1 | u8 flags (1 = last) | 16 B session | u32 sequence | u64 media time of
 * the first sample, µs since session start | u16 frames | frames × (u16 length, Opus packet 20 ms, mono, 48 kHz) | 64 B Ed25519
 * signature of all before it`. Source: docs/protocol-rules.md
 */
export interface LivePacket {
  /** 16 bytes, hexadecimal. */
  readonly session: string;
  readonly sequence: number;
  readonly mediaTimeUs: number;
  readonly last: boolean;
  /** Opus packets of 20 ms each. */
  readonly frames: readonly Uint8Array[];
}

/** Encodes and signs a packet under the session's ephemeral key. */
export function encodeLive(packet: LivePacket, key: KeyObject): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(VERSION, 0);
  head.writeUInt8(packet.last ? LAST : 0, 1);
  head.write(packet.session, 2, SESSION_BYTES, "hex");
  head.writeUInt32BE(packet.sequence, 18);
  head.writeBigUInt64BE(BigInt(Math.round(packet.mediaTimeUs)), 22);
  head.writeUInt16BE(packet.frames.length, 30);
  const frames = packet.frames.flatMap((frame) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(frame.length, 0);
    return [length, frame];
  });
  const signed = Buffer.concat([head, ...frames]);
  return Buffer.concat([signed, signBytes(null, signed, key)]);
}

/** The public half of a session's key: `x` as in RFC 8037, base64url. */
export function liveKey(x: string): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

/**
 * Verifies and decodes a packet.
 * @throws SIGNATURE_INVALID when the key did not sign it · SCHEMA_INVALID when it does not fit
 */
export function decodeLive(bytes: Uint8Array, key: KeyObject): LivePacket {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.length < HEAD_BYTES + SIGNATURE_BYTES) throw malformed("it is too short");
  const signed = all.subarray(0, all.length - SIGNATURE_BYTES);
  if (!verifyBytes(null, signed, key, all.subarray(all.length - SIGNATURE_BYTES)))
    throw new LoaError("SIGNATURE_INVALID", "a live packet is not signed by its session's key");
  if (signed.readUInt8(0) !== VERSION) throw malformed(`version ${signed.readUInt8(0)} is not spoken here`);
  return {
    session: signed.toString("hex", 2, 2 + SESSION_BYTES),
    last: (signed.readUInt8(1) & LAST) !== 0,
    sequence: signed.readUInt32BE(18),
    mediaTimeUs: Number(signed.readBigUInt64BE(22)),
    frames: readFrames(signed, signed.readUInt16BE(30)),
  };
}

/** The session that an unverified packet names; null when it is none. */
export function sessionOfLive(bytes: Uint8Array): string | null {
  if (bytes.length < HEAD_BYTES + SIGNATURE_BYTES || bytes[0] !== VERSION) return null;
  return Buffer.from(bytes.buffer, bytes.byteOffset + 2, SESSION_BYTES).toString("hex");
}

function readFrames(signed: Buffer, count: number): Uint8Array[] {
  if (count > MOST_FRAMES) throw malformed(`${count} frames are more than ${MOST_FRAMES}`);
  const frames: Uint8Array[] = [];
  let at = HEAD_BYTES;
  for (let n = 0; n < count; n++) {
    const length = at + 2 <= signed.length ? signed.readUInt16BE(at) : Number.POSITIVE_INFINITY;
    if (length > LONGEST_OPUS_BYTES || at + 2 + length > signed.length) throw malformed("a frame is cut off");
    frames.push(signed.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (at !== signed.length) throw malformed("something follows the last frame");
  return frames;
}

const malformed = (why: string) => new LoaError("SCHEMA_INVALID", `a live packet is malformed: ${why}`);
