/** Length of an Opus frame by the configuration number of its packet, ms. Source: RFC 6716, 3.1, table 2. */
function frameMs(configuration: number): number {
  if (configuration < 12) return [10, 20, 40, 60][configuration % 4] as number;
  if (configuration < 16) return [10, 20][configuration % 2] as number;
  return [2.5, 5, 10, 20][configuration % 4] as number;
}

/** What every packet of live speech holds, ms. */
const WANTED_MS = 20;
const MOST_FRAMES = 48;

/** Frames of a packet, without their lengths and padding. */
interface Opened {
  readonly toc: number;
  readonly ms: number;
  readonly frames: readonly Uint8Array[];
}

/**
 * Opus packets of 20 ms from one of any length; null when it is malformed, or holds frames longer than 20 ms, which nobody can divide.
 * Source: RFC 6716, 3.2.
 */
export function packetsOf20Ms(packet: Uint8Array): Uint8Array[] | null {
  const opened = open(packet);
  if (opened === null || opened.ms > WANTED_MS || (opened.frames.length * opened.ms) % WANTED_MS !== 0)
    return null;
  if (opened.frames.length * opened.ms === WANTED_MS) return [packet];
  const each = WANTED_MS / opened.ms;
  return Array.from({ length: opened.frames.length / each }, (_, i) =>
    packed(opened.toc, opened.frames.slice(i * each, (i + 1) * each)),
  );
}

function open(packet: Uint8Array): Opened | null {
  const toc = packet[0];
  if (toc === undefined) return null;
  const body = packet.subarray(1);
  const frames = [alone, equal, twoOf, many][toc & 3]?.(body) ?? null;
  return frames === null ? null : { toc, ms: frameMs(toc >> 3), frames };
}

/** Code 0. */
const alone = (body: Uint8Array): Uint8Array[] => [body];

/** Code 1: two frames of one length. */
function equal(body: Uint8Array): Uint8Array[] | null {
  return body.length % 2 === 0 ? cut(body, [body.length / 2, body.length / 2]) : null;
}

/** Code 2: two frames, the first one's length before them. */
function twoOf(body: Uint8Array): Uint8Array[] | null {
  const first = lengthAt(body, 0);
  if (first === null || first.next + first.length > body.length) return null;
  return cut(body.subarray(first.next), [first.length, body.length - first.next - first.length]);
}

/** Code 3: any number of frames, of one length or each with its own, with padding behind them. */
function many(body: Uint8Array): Uint8Array[] | null {
  const head = body[0];
  const count = (head ?? 0) & 63;
  if (head === undefined || count === 0 || count > MOST_FRAMES) return null;
  const padding = (head & 64) === 0 ? { bytes: 0, next: 1 } : paddingAt(body, 1);
  if (padding === null || padding.next + padding.bytes > body.length) return null;
  const rest = body.subarray(padding.next, body.length - padding.bytes);
  return (head & 128) === 0 ? alike(rest, count) : own(rest, count);
}

function alike(rest: Uint8Array, count: number): Uint8Array[] | null {
  if (rest.length % count !== 0) return null;
  return cut(rest, new Array<number>(count).fill(rest.length / count));
}

function own(rest: Uint8Array, count: number): Uint8Array[] | null {
  const lengths: number[] = [];
  let at = 0;
  for (let n = 1; n < count; n++) {
    const read = lengthAt(rest, at);
    if (read === null) return null;
    lengths.push(read.length);
    at = read.next;
  }
  const last = rest.length - at - lengths.reduce((sum, length) => sum + length, 0);
  return last < 0 ? null : cut(rest.subarray(at), [...lengths, last]);
}

/** A length of one byte, or of two from 252 on. */
function lengthAt(bytes: Uint8Array, at: number): { length: number; next: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 252) return { length: first, next: at + 1 };
  const second = bytes[at + 1];
  return second === undefined ? null : { length: second * 4 + first, next: at + 2 };
}

/** 255 stands for 254 bytes of padding and another number behind it. */
function paddingAt(bytes: Uint8Array, at: number): { bytes: number; next: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 255) return { bytes: first, next: at + 1 };
  const more = paddingAt(bytes, at + 1);
  return more === null ? null : { bytes: 254 + more.bytes, next: more.next };
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return bytes.subarray(at - length, at);
  });
}

const written = (length: number): number[] =>
  length < 252 ? [length] : [252 + (length & 3), (length - 252 - (length & 3)) / 4];

/** One frame by code 0, more by code 3 with a length each. */
function packed(toc: number, frames: readonly Uint8Array[]): Uint8Array {
  const alone = frames.length === 1;
  const head = alone
    ? [toc & 0xfc]
    : [
        (toc & 0xfc) | 3,
        128 | frames.length,
        ...frames.slice(0, -1).flatMap(({ length }) => written(length)),
      ];
  const packet = new Uint8Array(head.length + frames.reduce((sum, { length }) => sum + length, 0));
  packet.set(head);
  let at = head.length;
  for (const frame of frames) {
    packet.set(frame, at);
    at += frame.length;
  }
  return packet;
}
