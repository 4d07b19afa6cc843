import type { FileHandle } from "node:fs/promises";
import { LoaError } from "@loa/kernel/errors";
import { OpusDecoder } from "opus-decoder";
import { OggFile, type OpusPacket } from "./ogg-file.ts";
import { type OpusHead, parseOpusHead } from "./opus-packet.ts";
import type { Chunk, SoundFile } from "./sound-file.ts";

/** Decoded before a place that is sought, so that the decoder has converged there (RFC 7845, section 4.6). */
const PRE_ROLL = 3_840;
const CHUNK_FRAMES = 7_680;

/**
 * An Ogg/Opus file, decoded in small pieces by libopus in WebAssembly: a whole file at once takes 200 MB.
 * Frame 0 is the first frame after the pre-skip, the header's gain is applied, and stereo is averaged to mono.
 */
export class OpusFile implements SoundFile {
  readonly #ogg: OggFile;
  readonly #head: OpusHead;
  #decoder: OpusDecoder;

  private constructor(ogg: OggFile, head: OpusHead, decoder: OpusDecoder) {
    this.#ogg = ogg;
    this.#head = head;
    this.#decoder = decoder;
  }

  /** Reads the headers. Throws ASSET_CORRUPT for what is not mono or stereo Opus. The file is closed by `close`. */
  static async open(file: FileHandle): Promise<OpusFile> {
    const ogg = await OggFile.open(file);
    const head = parseOpusHead(ogg.head);
    if (!head) throw new LoaError("ASSET_CORRUPT", "the Ogg file is not mono or stereo Opus");
    return new OpusFile(ogg, head, await decoderFor(head));
  }

  async seek(frame: number): Promise<void> {
    await this.#ogg.seek(Math.max(0, frame + this.#head.preSkip - PRE_ROLL));
    this.#decoder.free();
    this.#decoder = await decoderFor(this.#head);
  }

  async next(): Promise<Chunk | null> {
    for (;;) {
      const packets: OpusPacket[] = [];
      for (let frames = 0; frames < CHUNK_FRAMES; ) {
        const packet = await this.#ogg.next();
        if (!packet) break;
        if (packets.length > 0 && packet.gapBefore) {
          this.#ogg.unread(packet);
          break;
        }
        packets.push(packet);
        frames += packet.samples;
      }
      if (packets.length === 0) return null;
      const chunk = this.#decode(packets);
      if (chunk) return chunk;
    }
  }

  async close(): Promise<void> {
    this.#decoder.free();
    await this.#ogg.close();
  }

  /** A packet that cannot be decoded leaves silence of its length. Null: everything lies in the pre-skip. */
  #decode(packets: readonly OpusPacket[]): Chunk | null {
    const first = packets[0]!.at - this.#head.preSkip;
    const samples = new Float32Array(packets.reduce((sum, packet) => sum + packet.samples, 0));
    let filled = 0;
    for (const packet of packets) {
      const { channelData } = this.#decoder.decodeFrame(packet.bytes);
      mixDown(channelData, this.#head.gain, samples.subarray(filled, filled + packet.samples));
      filled += packet.samples;
    }
    const last = packets.at(-1)!;
    const end = Math.min(filled, last.endsAt - packets[0]!.at);
    const start = Math.max(0, -first);
    return start >= end ? null : { frame: first + start, samples: samples.subarray(start, end) };
  }
}

async function decoderFor(head: OpusHead): Promise<OpusDecoder> {
  const decoder = new OpusDecoder({ channels: head.channels, preSkip: 0 });
  await decoder.ready;
  return decoder;
}

function mixDown(channels: readonly Float32Array[], gain: number, into: Float32Array): void {
  const share = gain / Math.max(1, channels.length);
  for (const channel of channels)
    for (let i = 0; i < into.length && i < channel.length; i++) into[i] = into[i]! + channel[i]! * share;
}
