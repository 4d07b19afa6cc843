const HEADER_BYTES = 44;

/** Mono samples as a WAV file of 16 bits, for browsers that cannot record a compressed format. */
export function encodeWav(blocks: readonly Float32Array[], sampleRate: number): Uint8Array<ArrayBuffer> {
  const frames = blocks.reduce((sum, block) => sum + block.length, 0);
  const file = new DataView(new ArrayBuffer(HEADER_BYTES + frames * 2));
  writeHeader(file, frames * 2, sampleRate);
  let at = HEADER_BYTES;
  for (const block of blocks)
    for (const sample of block) {
      file.setInt16(at, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true);
      at += 2;
    }
  return new Uint8Array(file.buffer);
}

/** RIFF/WAVE, PCM, one channel. */
function writeHeader(file: DataView, dataBytes: number, sampleRate: number): void {
  const word = (at: number, text: string) => {
    for (let i = 0; i < text.length; i++) file.setUint8(at + i, text.charCodeAt(i));
  };
  word(0, "RIFF");
  file.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  word(8, "WAVEfmt ");
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, sampleRate, true);
  file.setUint32(28, sampleRate * 2, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  word(36, "data");
  file.setUint32(40, dataBytes, true);
}
