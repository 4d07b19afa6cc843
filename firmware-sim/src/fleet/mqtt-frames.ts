/** Nobody sends a station more; a length beyond it is an attack or an error. */
const LONGEST = 1_048_576;

/** What a broker sends a station. The payload is good until the next one is taken. */
export type Packet =
  | { readonly cmd: "connack"; readonly returnCode: number }
  | { readonly cmd: "puback"; readonly messageId: number }
  | {
      readonly cmd: "publish";
      readonly topic: string;
      readonly payload: Buffer;
      readonly messageId: number | null;
    }
  | { readonly cmd: "suback" | "pingresp" };

/** Cuts a connection's bytes into packets. What is left over waits here. Thousands of connections of one process do it at little cost. */
export class MqttFrames {
  #rest: Buffer | null = null;

  /** Takes bytes in and hands out the packets they complete. `bytes` is not kept. @throws on what no MQTT 3.1.1 broker sends here */
  take(bytes: Buffer, found: (packet: Packet) => void): void {
    const all = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    let from = 0;
    while (from < all.length) {
      const frame = frameAt(all, from);
      if (!frame || frame.end > all.length) break;
      found(packetOf(all.readUInt8(from), all.subarray(frame.begin, frame.end)));
      from = frame.end;
    }
    this.#rest = from === all.length ? null : Buffer.from(all.subarray(from));
  }
}

/** Where what follows a frame's length begins and ends; null while the length is not known. */
function frameAt(bytes: Buffer, from: number): { begin: number; end: number } | null {
  let length = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** (i - 1);
    if (length > LONGEST) break;
    if (byte < 0x80) return { begin: from + i + 1, end: from + i + 1 + length };
  }
  throw new Error("no MQTT packet, or one that is too long");
}

function packetOf(first: number, body: Buffer): Packet {
  if (first >> 4 === 3) return publishOf(first, body);
  switch (first) {
    case 0x20:
      return { cmd: "connack", returnCode: body.readUInt8(1) };
    case 0x40:
      return { cmd: "puback", messageId: body.readUInt16BE(0) };
    case 0x90:
      return { cmd: "suback" };
    case 0xd0:
      return { cmd: "pingresp" };
    default:
      throw new Error(`an unexpected packet ${first}`);
  }
}

function publishOf(first: number, body: Buffer): Packet {
  const ends = 2 + body.readUInt16BE(0);
  const topic = body.toString("utf8", 2, ends);
  const qos = (first >> 1) & 3;
  if (qos > 1) throw new Error(`a message with QoS ${qos}`);
  if (ends > body.length) throw new Error("a topic that is cut off");
  return qos === 0
    ? { cmd: "publish", topic, payload: body.subarray(ends), messageId: null }
    : { cmd: "publish", topic, payload: body.subarray(ends + 2), messageId: body.readUInt16BE(ends) };
}
