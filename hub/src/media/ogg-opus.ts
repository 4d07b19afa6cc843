/** Samples of one frame of 20 ms at 48 kHz. */
export const FRAME_SAMPLES = 960;
/** What libopus puts in front of the sound at 48 kHz; decoders leave it out. */
const PRE_SKIP = 312;
/** A frame of 20 ms of silence, mono: CELT at full band with nothing in it. */
export const SILENT_FRAME = Uint8Array.of(0xf8, 0xff, 0xfe);

const HEAD_BYTES = 27;
const BEGINS = 2;
const ENDS = 4;
/** A page has at most 255 segments of 255 bytes; 50 frames of at most 1,275 bytes need no more. */
const MOST_SEGMENTS = 255;

/** Writes Opus frames of 20 ms, mono, as pages of an Ogg stream, each whole in itself. Source: RFC 3533, RFC 7845 */
export class OpusPages {
  readonly #serial: number;
  #page = 0;
  #frames = 0;

  /** `serial` tells streams apart. To go on where a file ended: its `page` and `frames`. */
  constructor(serial: number, from: { readonly page: number; readonly frames: number } = START) {
    this.#serial = serial >>> 0;
    this.#page = from.page;
    this.#frames = from.frames;
  }

  /** Frames written so far. */
  get frames(): number {
    return this.#frames;
  }

  /** The two pages that begin a stream. */
  head(title: string): Buffer {
    const head = Buffer.alloc(19);
    head.write("OpusHead", "latin1");
    head.writeUInt8(1, 8);
    head.writeUInt8(1, 9);
    head.writeUInt16LE(PRE_SKIP, 10);
    head.writeUInt32LE(48_000, 12);
    const tags = Buffer.concat([
      Buffer.from("OpusTags", "latin1"),
      text("Loa"),
      u32(1),
      text(`TITLE=${title}`),
    ]);
    return Buffer.concat([this.#write([head], 0, BEGINS), this.#write([tags], 0, 0)]);
  }

  /** As many pages as the frames need. */
  frameAll(frames: readonly Uint8Array[]): Buffer {
    const pages: Buffer[] = [];
    let taken: Uint8Array[] = [];
    let segments = 0;
    const flush = () => {
      this.#frames += taken.length;
      pages.push(this.#write(taken, this.#frames * FRAME_SAMPLES, 0));
      [taken, segments] = [[], 0];
    };
    for (const frame of frames) {
      const needs = Math.floor(frame.length / 255) + 1;
      if (segments + needs > MOST_SEGMENTS) flush();
      taken.push(frame);
      segments += needs;
    }
    if (taken.length > 0) flush();
    return Buffer.concat(pages);
  }

  /** The page that says that nothing follows. */
  end(): Buffer {
    return this.#write([], this.#frames * FRAME_SAMPLES, ENDS);
  }

  #write(packets: readonly Uint8Array[], granule: number, flags: number): Buffer {
    const lacing = packets.flatMap(({ length }) => [
      ...Array<number>(Math.floor(length / 255)).fill(255),
      length % 255,
    ]);
    const head = Buffer.alloc(HEAD_BYTES);
    head.write("OggS", "latin1");
    head.writeUInt8(flags, 5);
    head.writeBigUInt64LE(BigInt(granule), 6);
    head.writeUInt32LE(this.#serial, 14);
    head.writeUInt32LE(this.#page++, 18);
    head.writeUInt8(lacing.length, 26);
    const page = Buffer.concat([head, Buffer.from(lacing), ...packets]);
    page.writeUInt32LE(checksum(page), 22);
    return page;
  }
}

/** What of a file is whole pages of one stream, e.g. after a crash. */
export interface WholePart {
  readonly bytes: number;
  readonly page: number;
  readonly frames: number;
  readonly serial: number;
  /** The stream says itself that it ended. */
  readonly ended: boolean;
}

/** Reads pages until one is cut off or damaged. */
export function wholePart(file: Buffer): WholePart {
  let part: WholePart = { bytes: 0, page: 0, frames: 0, serial: 0, ended: false };
  for (;;) {
    const rest = file.subarray(part.bytes);
    if (rest.length < HEAD_BYTES || rest.toString("latin1", 0, 4) !== "OggS") return part;
    const segments = rest.readUInt8(26);
    const body = rest.subarray(HEAD_BYTES, HEAD_BYTES + segments).reduce((sum, length) => sum + length, 0);
    const page = Buffer.from(rest.subarray(0, HEAD_BYTES + segments + body));
    const claimed = page.length >= HEAD_BYTES ? page.readUInt32LE(22) : 0;
    page.writeUInt32LE(0, 22);
    if (page.length < HEAD_BYTES + segments + body || checksum(page) !== claimed) return part;
    part = {
      bytes: part.bytes + page.length,
      page: page.readUInt32LE(18) + 1,
      frames: Number(page.readBigUInt64LE(6)) / FRAME_SAMPLES,
      serial: page.readUInt32LE(14),
      ended: (page.readUInt8(5) & ENDS) !== 0,
    };
  }
}

const START = { page: 0, frames: 0 };

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u32(bytes.length), bytes]);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc >>> 0;
});

/** CRC-32 as Ogg has it: polynomial 0x04c11db7, not reflected, its own field taken as 0. */
function checksum(page: Uint8Array): number {
  let crc = 0;
  for (const byte of page) crc = ((crc << 8) ^ TABLE[((crc >>> 24) ^ byte) & 0xff]!) >>> 0;
  return crc;
}
