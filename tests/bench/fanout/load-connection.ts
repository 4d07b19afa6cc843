import { connect, type Socket } from "node:net";
import { stationSubscriptions } from "@loa/protocol/topics";
import { plainProof } from "@loa/protocol/uplink";
import { generate } from "mqtt-packet";
import type { LoadStation } from "./load-messages.ts";

/** All sockets of the process are read into the same memory. */
const READ_BUFFER = Buffer.allocUnsafeSlow(262_144);
const PINGREQ = Buffer.from([0xc0, 0]);
const [CONNACK, PUBLISH, SUBACK] = [2, 3, 9];

/** A message of QoS 1 that arrived whole; `payload` is valid during the call. */
export interface Arrived {
  readonly topic: string;
  readonly payload: Buffer;
  readonly messageId: number;
}

/** The leanest MQTT 3.1.1 client that can be: what is measured is the broker. Plain text, clean session. */
export class LoadConnection {
  readonly station: LoadStation;
  readonly secret: Buffer;
  readonly ready: Promise<void>;
  readonly #socket: Socket;
  readonly #arrived: (message: Arrived) => void;
  #subscribed: () => void = () => {};
  #rest: Buffer[] = [];
  #held = 0;
  #wanted = 0;

  constructor(port: number, station: LoadStation, arrived: (from: LoadConnection, message: Arrived) => void) {
    this.station = station;
    this.secret = Buffer.from(station.secret, "base64url");
    this.#arrived = (message) => arrived(this, message);
    const onread = { buffer: READ_BUFFER, callback: (bytes: number) => this.#read(bytes) };
    this.#socket = connect({ host: "127.0.0.1", port, onread, noDelay: true });
    this.#socket.once("connect", () => this.#greet());
    this.ready = new Promise((resolve, reject) => {
      this.#subscribed = resolve;
      this.#socket.once("error", reject);
      this.#socket.once("close", () => reject(new Error(`${station.id} was closed`)));
    });
    this.ready.catch(() => {});
  }

  write(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  ping(): void {
    this.write(PINGREQ);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #greet(): void {
    const { id } = this.station;
    const password = Buffer.from(plainProof(this.secret, "mqtt"));
    this.#socket.write(
      generate({ cmd: "connect", clientId: id, keepalive: 60, clean: true, username: id, password }),
    );
  }

  #subscribe(): void {
    const { id, areaPath } = this.station;
    const subscriptions = stationSubscriptions(id, areaPath).map((topic) => ({ topic, qos: 1 as const }));
    this.#socket.write(generate({ cmd: "subscribe", messageId: 1, subscriptions }));
  }

  /** Whole frames are looked at where they lie; one in pieces is gathered first. */
  #read(bytes: number): boolean {
    const fresh = READ_BUFFER.subarray(0, bytes);
    if (this.#held === 0) this.#frames(fresh);
    else {
      this.#rest.push(Buffer.from(fresh));
      this.#held += bytes;
      if (this.#held >= this.#wanted) {
        const all = Buffer.concat(this.#rest);
        [this.#rest, this.#held] = [[], 0];
        this.#frames(all);
      }
    }
    return true;
  }

  #frames(bytes: Buffer): void {
    let from = 0;
    while (from < bytes.length) {
      const frame = frameAt(bytes, from);
      if (frame === null || frame.end > bytes.length) {
        this.#rest = [Buffer.from(bytes.subarray(from))];
        this.#held = bytes.length - from;
        this.#wanted = frame ? frame.end - from : this.#held + 1;
        return;
      }
      this.#take(bytes.subarray(frame.body, frame.end), bytes[from] as number);
      from = frame.end;
    }
  }

  #take(body: Buffer, first: number): void {
    const kind = first >> 4;
    if (kind === CONNACK) {
      if (body[1] === 0) this.#subscribe();
      else this.#socket.destroy(new Error(`refused: ${body[1]}`));
    } else if (kind === SUBACK) this.#subscribed();
    else if (kind === PUBLISH && (first & 6) === 2) {
      const end = 2 + body.readUInt16BE(0);
      const topic = body.toString("latin1", 2, end);
      this.#arrived({ topic, messageId: body.readUInt16BE(end), payload: body.subarray(end + 2) });
    }
  }
}

function frameAt(bytes: Buffer, from: number): { body: number; end: number } | null {
  let length = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** (i - 1);
    if (byte < 0x80) return { body: from + i + 1, end: from + i + 1 + length };
  }
  throw new Error("no MQTT packet");
}
