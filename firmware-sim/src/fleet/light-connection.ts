import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { MqttFrames, type Packet } from "./mqtt-frames.ts";
import { connectFrame, DISCONNECT, PING, pubackFrame, publishFrame, subscribeFrame } from "./mqtt-write.ts";

/** Who gives up sooner makes a hub that is short of processor time do its work in vain: thousands then come again and again. */
const CONNECT_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_S = 20;
/** All sockets of a process are read into the same memory. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

/** What a connection tells its station. `lost` comes once, and not after the station itself closed it. */
export interface ConnectionListener {
  online(): void;
  lost(reason: string): void;
  /** `payload` is good for the call. */
  message(topic: string, payload: Buffer): void;
  /** The broker took a message this long after it was sent. */
  taken(afterMs: number): void;
}

/** Where to, and as whom. */
export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly station: string;
  /** null: plain text, on loopback alone; the password proves the station. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | null;
  readonly password: string | null;
  readonly will: { readonly topic: string; readonly payload: string };
  readonly subscriptions: readonly string[];
}

/**
 * A lean MQTT 3.1.1 client for one clean session: connects, subscribes, publishes with QoS 0 and 1, answers QoS 1. It queues
 * nothing and repeats nothing; what must arrive is sent again by the station.
 */
export class LightConnection {
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  readonly #now: () => number;
  readonly #frames = new MqttFrames();
  readonly #socket: Socket;
  #state: "connecting" | "online" | "closed" = "connecting";
  #nextId = 1;
  /** The message that is timed on its way; one at a time says enough. */
  #timedId = 0;
  #timedAt = 0;
  #pingOpen = false;
  /** What is said in one turn goes out in one write. */
  #unsent: Buffer[] = [];

  constructor(options: ConnectionOptions, listener: ConnectionListener, now: () => number) {
    this.#options = options;
    this.#listener = listener;
    this.#now = now;
    const onread = { buffer: READ_BUFFER, callback: (bytes: number) => this.#read(bytes) };
    const { host, port, tls } = options;
    const to = { host, port, onread, noDelay: true };
    this.#socket = tls ? connectTls({ ...to, ...tls }) : connectTcp(to);
    this.#socket.once(tls ? "secureConnect" : "connect", () => this.#greet());
    this.#socket.setTimeout(CONNECT_TIMEOUT_MS, () => this.#fail("time-out"));
    this.#socket.on("error", (error) => this.#fail(error.message));
    this.#socket.once("close", () => this.#fail("closed"));
    this.#socket.once("end", () => this.#fail("ended"));
  }

  /** Publishes; false when there is no connection to do it on. */
  publish(topic: string, payload: string, qos: 0 | 1): boolean {
    if (this.#state !== "online") return false;
    const id = qos === 1 ? this.#id() : null;
    if (id !== null && this.#timedId === 0) [this.#timedId, this.#timedAt] = [id, this.#now()];
    this.#send(publishFrame(topic, payload, id));
    return true;
  }

  /** Keeps the connection alive; one whose last ping was not answered is lost. */
  ping(): void {
    if (this.#state !== "online") return;
    if (this.#pingOpen) {
      this.#fail("no answer to a ping");
      return;
    }
    this.#pingOpen = true;
    this.#send(PING);
  }

  /** Reads no more; what the broker sends piles up at its side. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#pingOpen = false;
    this.#socket.resume();
  }

  /** Ends it: with a DISCONNECT, or as a cut wire would. */
  close(politely: boolean): void {
    if (this.#state === "closed") return;
    const wasOnline = this.#state === "online";
    this.#state = "closed";
    if (politely && wasOnline) this.#socket.end(Buffer.concat([...this.#unsent, DISCONNECT]));
    else this.#socket.destroy();
    this.#unsent = [];
  }

  #greet(): void {
    const { station, password, will } = this.#options;
    this.#send(connectFrame({ station, password, will, keepAliveS: KEEP_ALIVE_S }));
  }

  #read(bytes: number): boolean {
    try {
      this.#frames.take(READ_BUFFER.subarray(0, bytes), (packet) => this.#take(packet));
    } catch (error) {
      this.#fail(String(error));
    }
    return true;
  }

  #take(packet: Packet): void {
    if (this.#state === "closed") return;
    switch (packet.cmd) {
      case "connack":
        if (packet.returnCode === 0) this.#subscribe();
        else this.#fail(`refused: ${packet.returnCode}`);
        break;
      case "suback":
        this.#subscribed();
        break;
      case "publish":
        this.#arrived(packet);
        break;
      case "puback":
        if (packet.messageId === this.#timedId) this.#timedPassed();
        break;
      case "pingresp":
        this.#pingOpen = false;
        break;
    }
  }

  #timedPassed(): void {
    this.#timedId = 0;
    this.#listener.taken(this.#now() - this.#timedAt);
  }

  #subscribe(): void {
    this.#send(subscribeFrame(this.#id(), this.#options.subscriptions));
  }

  #subscribed(): void {
    if (this.#state !== "connecting") return;
    this.#state = "online";
    this.#socket.setTimeout(0);
    this.#listener.online();
  }

  #arrived({ topic, payload, messageId }: Extract<Packet, { cmd: "publish" }>): void {
    if (messageId !== null) this.#send(pubackFrame(messageId));
    this.#listener.message(topic, payload);
  }

  #fail(reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#unsent = [];
    this.#socket.destroy();
    this.#listener.lost(reason);
  }

  #send(frame: Buffer): void {
    if (this.#unsent.push(frame) === 1) process.nextTick(flush, this);
  }

  /** To be called at the end of the turn. */
  flush(): void {
    const frames = this.#unsent;
    if (frames.length === 0) return;
    this.#unsent = [];
    this.#socket.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
  }

  #id(): number {
    this.#nextId = this.#nextId === 65_535 ? 1 : this.#nextId + 1;
    return this.#nextId;
  }
}

const flush = (connection: LightConnection): void => connection.flush();
