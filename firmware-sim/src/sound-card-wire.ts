import { CARD_CAPACITY, CARD_RATE, type CardStatus } from "./card-queue.ts";

/** Message types of docs/sound-card.md. */
export const CARD_MESSAGE = {
  open: 0x01,
  pcm: 0x02,
  query: 0x03,
  drop: 0x04,
  rewind: 0x05,
  opened: 0x81,
  status: 0x82,
  error: 0x8f,
} as const;

/** Longest payload that the card takes. */
export const MAX_PAYLOAD_BYTES = 1_048_576;

const HEADER_BYTES = 5;
const VERSION = 1;
const FORMAT_S16LE = 1;

/** One message of the station. */
export interface CardMessage {
  readonly type: number;
  readonly payload: Buffer;
}

/** Cuts a stream into messages; `tooLong` once a message announces more than the card takes. */
export class CardMessageReader {
  #pending: Buffer = Buffer.alloc(0);
  tooLong = false;

  push(chunk: Buffer): CardMessage[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const messages: CardMessage[] = [];
    let at = 0;
    while (this.#pending.length - at >= HEADER_BYTES) {
      const length = this.#pending.readUInt32LE(at + 1);
      this.tooLong = length > MAX_PAYLOAD_BYTES;
      if (this.tooLong || this.#pending.length - at < HEADER_BYTES + length) break;
      const payload = this.#pending.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
      messages.push({ type: this.#pending.readUInt8(at), payload });
      at += HEADER_BYTES + length;
    }
    this.#pending = this.#pending.subarray(at);
    return messages;
  }
}

/** What is wrong with an OPEN, as text for ERROR; null when nothing is. */
export function openProblem(payload: Buffer): string | null {
  if (payload.length !== 12) return `OPEN has 12 bytes of payload, not ${payload.length}`;
  const [version, rate] = [payload.readUInt32LE(0), payload.readUInt32LE(4)];
  const [channels, format] = [payload.readUInt16LE(8), payload.readUInt16LE(10)];
  if (version !== VERSION) return `version ${version} is not spoken here, only ${VERSION}`;
  if (rate !== CARD_RATE) return `rate ${rate} is not offered, only ${CARD_RATE}`;
  if (channels !== 1) return `${channels} channels are not offered, only 1`;
  if (format !== FORMAT_S16LE) return `format ${format} is not offered, only ${FORMAT_S16LE} (s16le)`;
  return null;
}

/** Samples of a PCM payload, copied so that they are aligned; null when the payload ends within a sample. */
export function pcmSamples(payload: Buffer): Int16Array | null {
  if (payload.length % 2 !== 0) return null;
  const bytes = new Uint8Array(payload);
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}

/** OPENED. */
export function encodeOpened(): Buffer {
  const payload = Buffer.alloc(12);
  payload.writeUInt32LE(VERSION, 0);
  payload.writeUInt32LE(CARD_RATE, 4);
  payload.writeUInt32LE(CARD_CAPACITY, 8);
  return frame(CARD_MESSAGE.opened, payload);
}

/** STATUS; the underrun counter wraps at 2^32. */
export function encodeStatus(status: CardStatus): Buffer {
  const payload = Buffer.alloc(24);
  payload.writeDoubleLE(status.atUs, 0);
  payload.writeBigUInt64LE(BigInt(status.playedFrames), 8);
  payload.writeUInt32LE(status.queuedFrames, 16);
  payload.writeUInt32LE(status.underrunFrames >>> 0, 20);
  return frame(CARD_MESSAGE.status, payload);
}

/** ERROR. */
export const encodeError = (text: string): Buffer => frame(CARD_MESSAGE.error, Buffer.from(text));

function frame(type: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(type, 0);
  header.writeUInt32LE(payload.length, 1);
  return Buffer.concat([header, payload]);
}
