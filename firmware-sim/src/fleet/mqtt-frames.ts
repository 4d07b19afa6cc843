import { type Packet, parser } from "mqtt-packet";

/** Nobody sends a station more; a length beyond it is an attack or an error. */
const LONGEST = 1_048_576;

let onPacket: (packet: Packet) => void = () => {};
const shared = parser({ protocolVersion: 4 });
shared.on("packet", (packet) => onPacket(packet));
shared.on("error", (error) => {
  throw error;
});

/**
 * Cuts a connection's bytes into packets. What is left over waits here; whole packets go through one parser that all
 * connections share, because a parser of its own would be the largest thing a light station has.
 */
export class MqttFrames {
  #rest: Buffer | null = null;

  /** Takes bytes in and hands out the packets they complete. `bytes` is not kept. @throws on what is no MQTT 3.1.1 */
  take(bytes: Buffer, found: (packet: Packet) => void): void {
    const all = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    let from = 0;
    for (let end = frameEnd(all, from); end !== null && end <= all.length; end = frameEnd(all, from)) {
      onPacket = found;
      shared.parse(Buffer.from(all.subarray(from, end)));
      from = end;
    }
    this.#rest = from === all.length ? null : Buffer.from(all.subarray(from));
  }
}

/** Where the frame that begins at `from` ends; null while its length is not known. */
function frameEnd(bytes: Buffer, from: number): number | null {
  let length = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** (i - 1);
    if (length > LONGEST) break;
    if (byte < 0x80) return from + i + 1 + length;
  }
  throw new Error("no MQTT packet, or one that is too long");
}
