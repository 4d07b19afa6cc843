/** Sound of one Opus packet, ms and µs. */
export const FRAME_MS = 20;
const FRAME_US = FRAME_MS * 1_000;
/** Opus packets in one message: 60 ms. */
export const FRAMES_A_MESSAGE = 3;
export const MESSAGE_MS = FRAME_MS * FRAMES_A_MESSAGE;
const HEAD_BYTES = 4 + 8 + 2;
/** Later than this by the wall clock, even at its best, the sound has stood still and the count jumps. */
const STOOD_STILL_MS = 150;
/** Over which the least lateness is looked for: a busy page hands packets over late, but not all of them. */
const WINDOW = 16;

/** A message to the hub: contract in `@loa/protocol/http/live`. */
export function encodeMessage(
  sequence: number,
  mediaTimeUs: number,
  frames: readonly Uint8Array[],
): ArrayBuffer {
  const length = frames.reduce((sum, frame) => sum + 2 + frame.length, HEAD_BYTES);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, sequence);
  view.setBigUint64(4, BigInt(mediaTimeUs));
  view.setUint16(12, frames.length);
  let at = HEAD_BYTES;
  for (const frame of frames) {
    view.setUint16(at, frame.length);
    bytes.set(frame, at + 2);
    at += 2 + frame.length;
  }
  return bytes.buffer;
}

/**
 * Counts Opus packets into messages of three. Media time is the count of samples; where the microphone stood still (a sleeping computer, a call
 * on the phone) it jumps ahead by whole messages, so that what comes after is not late for ever.
 */
export class LivePackets {
  #sequence = 0;
  #frames: Uint8Array[] = [];
  /** Wall clock at media time 0, ms. */
  #origin: number | null = null;
  readonly #late: number[] = [];

  /** Takes a packet of 20 ms that is whole at `now`, wall clock in ms; a message each third time, else null. */
  add(packet: Uint8Array, now: number): ArrayBuffer | null {
    this.#origin ??= now - FRAME_MS;
    this.#frames.push(packet);
    if (this.#frames.length < FRAMES_A_MESSAGE) return null;
    this.#follow(now);
    const message = encodeMessage(this.#sequence, this.#sequence * FRAMES_A_MESSAGE * FRAME_US, this.#frames);
    this.#sequence += 1;
    this.#frames = [];
    return message;
  }

  #follow(now: number): void {
    this.#late.push(now - (this.#origin ?? now) - (this.#sequence + 1) * MESSAGE_MS);
    if (this.#late.length > WINDOW) this.#late.shift();
    const least = Math.min(...this.#late);
    if (this.#late.length < WINDOW || least < STOOD_STILL_MS) return;
    this.#sequence += Math.floor(least / MESSAGE_MS);
    this.#late.length = 0;
  }
}
