/** Message types and codec of docs/sound-card.md, the station's side. Everything is little-endian. */
export const OPEN = 0x01;
export const PCM = 0x02;
export const REWIND = 0x05;
export const OPENED = 0x81;
export const STATUS = 0x82;
export const CARD_ERROR = 0x8f;

const VERSION = 1;
const S16LE = 1;
const HEADER = 5;
const LONGEST = 1 << 20;

/** What the card says of itself. `atMs` is Unix time on the machine's monotonic scale. */
export type CardMessage =
  | { readonly type: "opened"; readonly rate: number; readonly capacity: number }
  | {
      readonly type: "status";
      readonly atMs: number;
      readonly played: number;
      readonly queued: number;
      readonly underrun: number;
    }
  | { readonly type: "error"; readonly text: string };

/** An OPEN for mono s16. `rate` in frames per second. */
export function openMessage(rate: number): Buffer {
  const payload = Buffer.alloc(12);
  payload.writeUInt32LE(VERSION, 0);
  payload.writeUInt32LE(rate, 4);
  payload.writeUInt16LE(1, 8);
  payload.writeUInt16LE(S16LE, 10);
  return message(OPEN, payload);
}

/** A PCM message; the samples are copied. */
export function pcmMessage(samples: Int16Array, frames: number): Buffer {
  return message(PCM, Buffer.from(samples.buffer, samples.byteOffset, frames * 2));
}

/** A REWIND by the newest `frames` frames. */
export function rewindMessage(frames: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32LE(frames, 0);
  return message(REWIND, payload);
}

/** Cuts a byte stream into the card's messages. */
export class CardReader {
  #bytes: Buffer = Buffer.alloc(0);

  /** Takes bytes in, returns the messages they complete. Throws RangeError for what no card would send. */
  push(bytes: Buffer): CardMessage[] {
    this.#bytes = this.#bytes.length ? Buffer.concat([this.#bytes, bytes]) : bytes;
    const messages: CardMessage[] = [];
    let at = 0;
    while (this.#bytes.length - at >= HEADER) {
      const length = this.#bytes.readUInt32LE(at + 1);
      if (length > LONGEST) throw new RangeError(`message of ${length} bytes`);
      if (this.#bytes.length - at < HEADER + length) break;
      const parsed = parse(this.#bytes[at]!, this.#bytes.subarray(at + HEADER, at + HEADER + length));
      if (parsed) messages.push(parsed);
      at += HEADER + length;
    }
    this.#bytes = this.#bytes.subarray(at);
    return messages;
  }
}

function message(type: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + payload.length);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt32LE(payload.length, 1);
  payload.copy(bytes, HEADER);
  return bytes;
}

function parse(type: number, payload: Buffer): CardMessage | null {
  if (type === OPENED)
    return { type: "opened", rate: payload.readUInt32LE(4), capacity: payload.readUInt32LE(8) };
  if (type === CARD_ERROR) return { type: "error", text: payload.toString("utf8") };
  if (type !== STATUS) return null;
  return {
    type: "status",
    atMs: payload.readDoubleLE(0) / 1_000,
    played: Number(payload.readBigUInt64LE(8)),
    queued: payload.readUInt32LE(16),
    underrun: payload.readUInt32LE(20),
  };
}
