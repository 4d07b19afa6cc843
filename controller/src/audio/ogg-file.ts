import type { FileHandle } from "node:fs/promises";
import { LoaError } from "@loa/kernel/errors";
import { findPage, MAX_PAGE, type OggPage, pageAt } from "./ogg-page.ts";
import { packetSamples } from "./opus-packet.ts";

/** A packet with its place in the stream, counted in samples at 48 kHz from the stream's first. */
export interface OpusPacket {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly samples: number;
  /** Where the stream ends, if that lies within this packet (RFC 7845, section 4.4), else where the packet does. */
  readonly endsAt: number;
  /** Whether damaged or missing pages lie before it. */
  readonly gapBefore: boolean;
}

const READ_BYTES = 32_768;

/** Packets of the first logical stream of an Ogg file, from any place, over damage. Reads as it goes along. */
export class OggFile {
  /** The first packet: the codec's identification header. */
  readonly head: Uint8Array;
  readonly #file: FileHandle;
  readonly #size: number;
  readonly #serial: number;
  readonly #audioStart: number;
  #origin = 0;
  #bytes: Uint8Array = new Uint8Array();
  #offset = 0;
  #readAt: number;
  #partial: Uint8Array[] | null = null;
  #at: number | null = null;
  #queue: OpusPacket[] = [];

  private constructor(file: FileHandle, size: number, head: OggPage, audioStart: number) {
    this.#file = file;
    this.#size = size;
    this.head = head.parts[0]!;
    this.#serial = head.serial;
    this.#audioStart = audioStart;
    this.#readAt = audioStart;
  }

  /** Reads up to the first page of sound. Throws ASSET_CORRUPT if there is none. */
  static async open(file: FileHandle): Promise<OggFile> {
    const { size } = await file.stat();
    const head = await pageOf(file, 0);
    let at = head.size;
    // The comment header may span pages; the first page of sound begins a new packet.
    for (let open = true; open; ) {
      const tags = await pageOf(file, at);
      at += tags.size;
      open = tags.open;
    }
    const ogg = new OggFile(file, size, head, at);
    const first = await ogg.#page();
    if (!first) throw new LoaError("ASSET_CORRUPT", "the Ogg file has no sound");
    ogg.#origin = first.last ? 0 : Math.max(0, first.granule - samplesOf(first));
    ogg.#rewind(at);
    ogg.#at = 0;
    return ogg;
  }

  /** Goes to the last page that begins at or before sample `target`, by bisection over the pages' granules. */
  async seek(target: number): Promise<void> {
    let low = { byte: this.#audioStart, at: 0 };
    let high = this.#size;
    while (high - low.byte > 2 * READ_BYTES) {
      const middle = Math.floor((low.byte + high) / 2);
      this.#rewind(middle);
      const end = await this.#pageEnd();
      if (end && end.at <= target) low = end;
      else high = middle;
    }
    this.#rewind(low.byte);
    this.#at = low.at;
    await this.#skipTo(target);
  }

  /** The next packet; null at the end of the stream. */
  async next(): Promise<OpusPacket | null> {
    while (this.#queue.length === 0) {
      const page = await this.#page();
      if (!page) return null;
      this.#unpack(page);
    }
    return this.#queue.shift()!;
  }

  /** Puts a packet back. */
  unread(packet: OpusPacket): void {
    this.#queue.unshift(packet);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #skipTo(target: number): Promise<void> {
    for (;;) {
      const packet = await this.next();
      if (!packet) return;
      if (packet.at + packet.samples <= target) continue;
      this.unread(packet);
      return;
    }
  }

  #rewind(at: number): void {
    this.#bytes = new Uint8Array();
    this.#offset = 0;
    this.#readAt = at;
    this.#partial = null;
    this.#at = null;
    this.#queue = [];
  }

  /** Where the next page ends on which a packet ends (others have granule −1): its byte and its sample. */
  async #pageEnd(): Promise<{ byte: number; at: number } | null> {
    let page = await this.#page();
    while (page && page.granule < 0) page = await this.#page();
    return (
      page && { byte: this.#readAt - this.#bytes.length + this.#offset, at: page.granule - this.#origin }
    );
  }

  /** The next intact page of the stream with sound that ends in it; null at the end of the file. */
  async #page(): Promise<OggPage | null> {
    for (;;) {
      const page = pageAt(this.#bytes, this.#offset);
      if (page === "bad") this.#resync();
      else if (page === "short") {
        if (await this.#readMore()) continue;
        if (this.#offset >= this.#bytes.length) return null;
        this.#resync();
      } else {
        this.#offset += page.size;
        if (page.serial === this.#serial) return page;
      }
    }
  }

  /** Looks for the next page after damage; what lay between is a gap. */
  #resync(): void {
    this.#offset = findPage(this.#bytes, this.#offset + 1);
    this.#partial = null;
    this.#at = null;
  }

  async #readMore(): Promise<boolean> {
    const { buffer, bytesRead } = await this.#file.read({
      buffer: Buffer.alloc(READ_BYTES),
      position: this.#readAt,
    });
    if (bytesRead === 0) return false;
    this.#readAt += bytesRead;
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#offset), buffer.subarray(0, bytesRead)]);
    this.#offset = 0;
    return true;
  }

  #unpack(page: OggPage): void {
    const packets = this.#packetsOf(page);
    const total = packets.reduce((sum, bytes) => sum + packetSamples(bytes), 0);
    const gapBefore = this.#at === null;
    // The last page's granule says where the sound ends, not where its packets do: count on from the page before.
    let at = this.#at ?? page.granule - this.#origin - total;
    const end = page.last ? page.granule - this.#origin : Number.POSITIVE_INFINITY;
    for (const [index, bytes] of packets.entries()) {
      const samples = packetSamples(bytes);
      if (samples > 0 && at < end)
        this.#queue.push({
          bytes,
          at,
          samples,
          endsAt: Math.min(at + samples, end),
          gapBefore: gapBefore && index === 0,
        });
      at += samples;
    }
    this.#at = at;
  }

  /** Whole packets that end on this page; a packet whose beginning was lost is dropped. */
  #packetsOf(page: OggPage): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (const [index, part] of page.parts.entries()) {
      const goesOn = index === 0 && page.continued;
      if (goesOn && !this.#partial) this.#at = null;
      const before = goesOn ? this.#partial : [];
      const open = page.open && index === page.parts.length - 1;
      if (open) this.#partial = before ? [...before, part] : null;
      else {
        if (before) packets.push(before.length > 0 ? Buffer.concat([...before, part]) : part);
        this.#partial = null;
      }
    }
    return packets;
  }
}

async function pageOf(file: FileHandle, position: number): Promise<OggPage> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MAX_PAGE), position });
  const page = pageAt(buffer.subarray(0, bytesRead), 0);
  if (typeof page === "string") throw new LoaError("ASSET_CORRUPT", "the Ogg file's headers are damaged");
  return page;
}

function samplesOf(page: OggPage): number {
  const whole = page.open ? page.parts.slice(0, -1) : page.parts;
  return whole.reduce((sum, part) => sum + packetSamples(part), 0);
}
