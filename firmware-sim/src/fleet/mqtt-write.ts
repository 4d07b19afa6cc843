/** What a station says of itself when it connects. */
export interface Greeting {
  readonly station: string;
  readonly keepAliveS: number;
  readonly password: string | null;
  /** QoS 1, not retained. */
  readonly will: { readonly topic: string; readonly payload: string };
}

/** PINGREQ and DISCONNECT. */
export const PING = Buffer.from([0xc0, 0]);
export const DISCONNECT = Buffer.from([0xe0, 0]);

const MQTT_3_1_1 = Buffer.from("00044d51545404", "hex");
const CLEAN_SESSION = 0x02;
const WILL_AT_QOS_1 = 0x0c;
const USER_NAME = 0x80;
const PASSWORD = 0x40;

/** CONNECT of a clean session; the user name is the station's. */
export function connectFrame({ station, keepAliveS, password, will }: Greeting): Buffer {
  const flags = CLEAN_SESSION | WILL_AT_QOS_1 | USER_NAME | (password === null ? 0 : PASSWORD);
  const texts = [station, will.topic, will.payload, station, ...(password === null ? [] : [password])];
  const settings = Buffer.from([flags, keepAliveS >> 8, keepAliveS & 0xff]);
  return frame(0x10, [MQTT_3_1_1, settings, ...texts.map(text)]);
}

/** SUBSCRIBE, QoS 1 each. */
export function subscribeFrame(id: number, topics: readonly string[]): Buffer {
  return frame(0x82, [two(id), ...topics.flatMap((topic) => [text(topic), QOS_1])]);
}

/** PUBLISH, not retained: QoS 1 under its id, or QoS 0 without one. */
export function publishFrame(topic: string, payload: string, id: number | null): Buffer {
  const [topicBytes, payloadBytes] = [Buffer.byteLength(topic), Buffer.byteLength(payload)];
  const length = 2 + topicBytes + (id === null ? 0 : 2) + payloadBytes;
  const bytes = Buffer.allocUnsafe(1 + lengthOf(length).length + length);
  let at = bytes.writeUInt8(id === null ? 0x30 : 0x32, 0);
  for (const part of lengthOf(length)) at = bytes.writeUInt8(part, at);
  at = bytes.writeUInt16BE(topicBytes, at);
  at += bytes.write(topic, at);
  if (id !== null) at = bytes.writeUInt16BE(id, at);
  bytes.write(payload, at);
  return bytes;
}

/** PUBACK. */
export const pubackFrame = (id: number): Buffer => Buffer.from([0x40, 2, id >> 8, id & 0xff]);

const QOS_1 = Buffer.from([1]);
const two = (value: number) => Buffer.from([value >> 8, value & 0xff]);

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([two(bytes.length), bytes]);
}

function frame(first: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([first, ...lengthOf(length)]), ...parts]);
}

/** Remaining length: seven bits a byte, the least first. */
function lengthOf(length: number): number[] {
  return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...lengthOf(length >> 7)];
}
