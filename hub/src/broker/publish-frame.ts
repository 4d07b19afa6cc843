/** What the hub says to whoever is subscribed: encoded once, and the same bytes go to every socket. */
export class PublishFrame {
  readonly qos: 0 | 1;
  /** The packet id inside, unless a receiver needs another. */
  readonly id: number;
  /** Live sound: worth nothing when it is late. */
  readonly perishable: boolean;
  /** Where it may be sent again: what it says, which stands for every copy of it. */
  readonly about: string | undefined;
  readonly #topic: string;
  readonly #payload: Uint8Array;
  #certain: Buffer | null = null;
  #fleeting: Buffer | null = null;

  /** `id` 1–65535 is used where it is sent with QoS 1. */
  constructor(topic: string, payload: string | Uint8Array, qos: 0 | 1, id: number, about?: string) {
    this.qos = qos;
    this.id = id;
    this.about = about;
    this.perishable = topic.endsWith("/live");
    this.#topic = topic;
    this.#payload = typeof payload === "string" ? Buffer.from(payload) : payload;
  }

  /** For one that asked for QoS 0, or where the message is worth no more. */
  get fleeting(): Buffer {
    this.#fleeting ??= encode(this.#topic, this.#payload, null);
    return this.#fleeting;
  }

  /** To be acknowledged. A packet id of a receiver's own costs it a copy. */
  certain(id: number): Buffer {
    this.#certain ??= encode(this.#topic, this.#payload, this.id);
    if (id === this.id) return this.#certain;
    const own = Buffer.from(this.#certain);
    own.writeUInt16BE(id, own.length - this.#payload.length - 2);
    return own;
  }
}

/** A PUBLISH packet; `id` null: QoS 0. Source: MQTT 3.1.1, section 3.3 */
function encode(topic: string, payload: Uint8Array, id: number | null): Buffer {
  const name = Buffer.from(topic);
  const rest = 2 + name.length + (id === null ? 0 : 2) + payload.length;
  const parts = [Buffer.from([id === null ? 0x30 : 0x32, ...remainingLength(rest)]), twoBytes(name.length)];
  return Buffer.concat([...parts, name, ...(id === null ? [] : [twoBytes(id)]), payload]);
}

/** Source: MQTT 3.1.1, section 2.2.3 */
export function remainingLength(length: number): number[] {
  return length < 128 ? [length] : [(length % 128) | 128, ...remainingLength(Math.floor(length / 128))];
}

export const twoBytes = (value: number) => Buffer.from([value >> 8, value & 0xff]);
