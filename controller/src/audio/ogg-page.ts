/** One page of an Ogg stream (RFC 3533, section 6). */
export interface OggPage {
  /** Bytes of the whole page, header included. */
  readonly size: number;
  readonly granule: number;
  readonly continued: boolean;
  readonly last: boolean;
  readonly serial: number;
  /** Packets and parts of packets, in order. The first goes on from the page before if `continued`. */
  readonly parts: readonly Uint8Array[];
  /** Whether the last part goes on in the next page. */
  readonly open: boolean;
}

/** The longest page: header, 255 lacing values, 255 segments of 255 bytes. */
export const MAX_PAGE = 27 + 255 + 255 * 255;

const CAPTURE = [0x4f, 0x67, 0x67, 0x53];
const HEADER = 27;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc;
});

/** The page at `offset`: `short` if the bytes end within it, `bad` if there is none or its checksum is wrong. */
export function pageAt(bytes: Uint8Array, offset: number): OggPage | "short" | "bad" {
  for (let i = 0; i < 4 && offset + i < bytes.length; i++) if (bytes[offset + i] !== CAPTURE[i]) return "bad";
  if (bytes.length - offset < HEADER) return "short";
  const segments = bytes[offset + 26]!;
  const body = offset + HEADER + segments;
  if (bytes.length < body) return "short";
  const lacing = bytes.subarray(offset + HEADER, body);
  const end = body + lacing.reduce((sum, length) => sum + length, 0);
  if (bytes.length < end) return "short";
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, end - offset);
  if (view.getUint32(22, true) !== checksum(bytes.subarray(offset, end))) return "bad";
  const flags = view.getUint8(5);
  return {
    size: end - offset,
    granule: Number(view.getBigInt64(6, true)),
    continued: (flags & 1) !== 0,
    last: (flags & 4) !== 0,
    serial: view.getUint32(14, true),
    parts: cut(bytes.subarray(body, end), lacing),
    open: lacing.at(-1) === 255,
  };
}

/** Offset of the next place at or after `from` where a page is, or may begin; the end of the bytes if there is none. */
export function findPage(bytes: Uint8Array, from: number): number {
  for (let offset = from; offset < bytes.length; offset++)
    if (bytes[offset] === CAPTURE[0] && pageAt(bytes, offset) !== "bad") return offset;
  return bytes.length;
}

function cut(body: Uint8Array, lacing: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  for (let i = 0; i < lacing.length; i++) {
    end += lacing[i]!;
    if (lacing[i] === 255 && i < lacing.length - 1) continue;
    parts.push(body.subarray(start, end));
    start = end;
  }
  return parts;
}

/** CRC-32 of the page with its checksum field taken as 0; polynomial 0x04c11db7, not reflected. */
function checksum(page: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : page[i]!;
    crc = (crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ byte) & 0xff]!;
  }
  return crc >>> 0;
}
