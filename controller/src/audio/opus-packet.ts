/** Frame length in samples at 48 kHz by the TOC's configuration number (RFC 6716, table 2). */
const CONFIG_SAMPLES = [
  ...[480, 960, 1_920, 2_880, 480, 960, 1_920, 2_880, 480, 960, 1_920, 2_880],
  ...[480, 960, 480, 960],
  ...[120, 240, 480, 960, 120, 240, 480, 960, 120, 240, 480, 960, 120, 240, 480, 960],
];

/** Samples at 48 kHz that an Opus packet decodes to (RFC 6716, section 3.1); 0 for a malformed packet. */
export function packetSamples(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const frame = CONFIG_SAMPLES[toc >> 3]!;
  const code = toc & 3;
  if (code === 0) return frame;
  if (code < 3) return 2 * frame;
  const samples = ((packet[1] ?? 0) & 0x3f) * frame;
  return samples > 5_760 ? 0 : samples;
}

/** What an Opus stream says of itself (RFC 7845, section 5.1). */
export interface OpusHead {
  readonly channels: 1 | 2;
  /** Samples at 48 kHz to drop from the start. */
  readonly preSkip: number;
  /** Linear gain to apply to every sample. */
  readonly gain: number;
}

/** Reads an identification header; null if it is none, or of a channel mapping other than mono and stereo. */
export function parseOpusHead(packet: Uint8Array): OpusHead | null {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (packet.length < 19 || String.fromCharCode(...packet.subarray(0, 8)) !== "OpusHead") return null;
  const channels = view.getUint8(9);
  if (view.getUint8(8) >> 4 !== 0 || view.getUint8(18) !== 0 || (channels !== 1 && channels !== 2))
    return null;
  return { channels, preSkip: view.getUint16(10, true), gain: 10 ** (view.getInt16(16, true) / 256 / 20) };
}
