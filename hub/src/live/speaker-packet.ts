import { LoaError } from "@loa/kernel/errors";

const HEAD_BYTES = 4 + 8 + 2;
const MOST_FRAMES = 10;
const LONGEST_OPUS_BYTES = 1_275;
/** The configurations of RFC 6716 §3.1 whose frames have 20 ms. */
const CONFIGURATIONS_OF_20_MS = new Set([1, 5, 9, 13, 15, 19, 23, 27, 31]);

/** Longest message that a speaker may send, bytes. */
export const LONGEST_MESSAGE_BYTES = HEAD_BYTES + MOST_FRAMES * (2 + LONGEST_OPUS_BYTES);

/** A message of the speaker's browser: protocol/src/http/live.ts. */
export interface SpeakerPacket {
  readonly sequence: number;
  /** Of the first sample, µs on the browser's own count. */
  readonly mediaUs: number;
  readonly frames: readonly Uint8Array[];
}

/** @throws SCHEMA_INVALID */
export function readSpeakerPacket(bytes: Buffer): SpeakerPacket {
  if (bytes.length < HEAD_BYTES || bytes.length > LONGEST_MESSAGE_BYTES) throw malformed("its length");
  const count = bytes.readUInt16BE(12);
  if (count === 0 || count > MOST_FRAMES) throw malformed(`${count} frames`);
  const mediaUs = bytes.readBigUInt64BE(4);
  if (mediaUs > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed("its media time");
  const frames: Uint8Array[] = [];
  let at = HEAD_BYTES;
  for (let n = 0; n < count; n++) {
    if (at + 2 > bytes.length) throw malformed("a frame is cut off");
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) throw malformed("a frame is cut off");
    frames.push(frameOf(bytes.subarray(at + 2, end)));
    at = end;
  }
  if (at !== bytes.length) throw malformed("something follows the last frame");
  return { sequence: bytes.readUInt32BE(0), mediaUs: Number(mediaUs), frames };
}

function frameOf(frame: Uint8Array): Uint8Array {
  if (frame.length === 0 || frame.length > LONGEST_OPUS_BYTES) throw malformed("a frame's length");
  const toc = frame[0] as number;
  const stereo = (toc & 4) !== 0;
  const code = toc & 3;
  // Code 3 with one frame is how encoders pad.
  const single = code === 0 || (code === 3 && ((frame[1] ?? 0) & 0x3f) === 1);
  if (!CONFIGURATIONS_OF_20_MS.has(toc >> 3) || stereo || !single)
    throw malformed("a frame is not 20 ms, mono");
  return frame;
}

const malformed = (why: string) =>
  new LoaError("SCHEMA_INVALID", `a packet of the speaker is malformed: ${why}`);
