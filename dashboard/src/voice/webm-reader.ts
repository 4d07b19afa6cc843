/** Elements of a WebM file that matter here. Source: RFC 9559. */
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const BLOCK_GROUP = 0xa0;
const SIMPLE_BLOCK = 0xa3;
const BLOCK = 0xa1;
/** They hold elements; everything else is one value. */
const HOLDERS = new Set([SEGMENT, CLUSTER, BLOCK_GROUP]);
/** Track and time in ms before a block's flags. */
const BLOCK_TIME_BYTES = 2;
const LACED = 0x06;

/** Takes a WebM file with one track as it grows, in parts cut anywhere, and gives the frames in it. */
export class WebmReader {
  #left = new Uint8Array(0);
  /** Bytes of an element of no interest that are still to come. */
  #skip = 0;

  /** Frames that are whole now, in their order. @throws Error where it is no WebM, or holds several frames in a block */
  take(part: Uint8Array): Uint8Array[] {
    this.#join(part);
    const frames: Uint8Array[] = [];
    for (let step = this.#step(); step !== null; step = this.#step()) if (step.length > 0) frames.push(step);
    return frames;
  }

  #join(part: Uint8Array): void {
    const joined = new Uint8Array(this.#left.length + part.length);
    joined.set(this.#left);
    joined.set(part, this.#left.length);
    this.#left = joined;
  }

  /** The next element: a frame, nothing (an empty one), or null when it is not whole yet. */
  #step(): Uint8Array | null {
    const skipped = Math.min(this.#skip, this.#left.length);
    this.#skip -= skipped;
    this.#left = this.#left.subarray(skipped);
    const id = vint(this.#left, 0, true);
    const size = id === null ? null : vint(this.#left, id.next, false);
    if (id === null || size === null) return null;
    if (HOLDERS.has(id.value)) return this.#pass(size.next);
    if (size.unknown) throw new Error("an element of unknown size that holds no others");
    if (id.value !== SIMPLE_BLOCK && id.value !== BLOCK) {
      this.#skip = size.value;
      return this.#pass(size.next);
    }
    if (this.#left.length < size.next + size.value) return null;
    const block = this.#left.subarray(size.next, size.next + size.value);
    this.#pass(size.next + size.value);
    return frameOf(block);
  }

  #pass(bytes: number): Uint8Array {
    this.#left = this.#left.subarray(bytes);
    return new Uint8Array(0);
  }
}

function frameOf(block: Uint8Array): Uint8Array {
  const track = vint(block, 0, false);
  const flagsAt = (track?.next ?? 0) + BLOCK_TIME_BYTES;
  if (track === null || ((block[flagsAt] ?? LACED) & LACED) !== 0)
    throw new Error("a block with several frames");
  return block.slice(flagsAt + 1);
}

/** A number of 1 to 8 bytes whose first byte tells its length; ids keep that mark. Source: RFC 8794, 4. */
function vint(
  bytes: Uint8Array,
  at: number,
  marked: boolean,
): { value: number; next: number; unknown: boolean } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first === 0) throw new Error("a number of more than eight bytes");
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) return null;
  let value = marked ? first : first & (0xff >> length);
  let unknown = value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    value = value * 256 + (bytes[at + i] as number);
    unknown &&= bytes[at + i] === 0xff;
  }
  return { value, next: at + length, unknown };
}
