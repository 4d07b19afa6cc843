/** Size of the header below, bytes. */
export const WAV_HEADER_BYTES = 44;

/** What the format's 32-bit length can say; past it (12 h) players read up to the end of the file. */
const MAX_DATA_BYTES = 0xffff_ffff - 36;

/** Header of a mono 16-bit PCM file with that many samples. */
export function wavHeader(samples: number, sampleRate: number): Uint8Array {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  const dataBytes = Math.min(samples * 2, MAX_DATA_BYTES);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
