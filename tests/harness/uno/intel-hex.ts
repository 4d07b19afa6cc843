/** A 32 KiB flash filled from the text of an Intel HEX file. Throws on a broken line: a damaged program must not run. */
export function readIntelHex(text: string, flashBytes: number): Uint8Array {
  const flash = new Uint8Array(flashBytes).fill(0xff);
  for (const line of text.split(/\r?\n/).filter(Boolean)) {
    const record = Buffer.from(line.slice(1), "hex");
    const [length = 0, , , type] = record;
    const sum = record.reduce((total, byte) => total + byte, 0) & 0xff;
    if (line[0] !== ":" || record.length !== length + 5 || sum !== 0)
      throw new Error(`no Intel HEX: ${line}`);
    if (type === DATA) flash.set(record.subarray(4, 4 + length), record.readUInt16BE(1));
    else if (type !== END) throw new Error(`a record of type ${type} is not expected in 32 KiB`);
  }
  return flash;
}

const DATA = 0;
const END = 1;
