import type { LiveToSpeaker } from "@loa/protocol/http/live";
import { Backlog } from "../voice/backlog.ts";
import { API } from "./api.ts";

/** The hub waits three seconds for a speaker who is gone: first try at once, then ever a little later. */
const RETRY_MS = [50, 200, 400, 800] as const;
const PING_EVERY_MS = 2_000;
/** The hub says something each second. A connection that is silent for longer is dead, though a browser may take it for open for minutes. */
const SILENT_MS = 2_500;
const LOOK_EVERY_MS = 250;

/** What the line tells. */
export interface LineListener {
  message(message: Exclude<LiveToSpeaker, { kind: "pong" }>): void;
  /** Whether the hub can hear the speaker. */
  joined(joined: boolean): void;
  /** There and back, ms. */
  roundTrip(ms: number): void;
}

/** The speaker's WebSocket: sends now or never, and comes back by itself. Contract: `@loa/protocol/http/live`. */
export class LiveLine {
  /** Messages since the first connection that were left out because too many waited, or nobody was there to take them. */
  dropped = 0;
  readonly #address: string;
  readonly #listener: LineListener;
  readonly #backlog = new Backlog();
  #socket: WebSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #joined = false;
  #closed = false;
  #heardAt = 0;
  readonly #pings: ReturnType<typeof setInterval>;
  readonly #looks: ReturnType<typeof setInterval>;

  constructor(id: string, listener: LineListener) {
    this.#address = `${location.origin.replace(/^http/, "ws")}${API}/live/${id}`;
    this.#listener = listener;
    this.#pings = setInterval(() => this.#say({ kind: "ping", t: performance.now() }), PING_EVERY_MS);
    this.#looks = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#open();
  }

  /** Sends a message of speech, or leaves it out. */
  send(message: ArrayBuffer): void {
    const socket = this.#socket;
    const admitted =
      socket?.readyState === WebSocket.OPEN &&
      this.#backlog.admits(message.byteLength, socket.bufferedAmount);
    if (admitted) socket.send(message);
    else if (this.#joined) this.dropped += 1;
  }

  /** Says that the speaker is done. False when nobody was there to hear it. */
  end(): boolean {
    return this.#say({ kind: "end" });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#pings);
    clearInterval(this.#looks);
    this.#socket?.close();
  }

  #say(message: object): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #open(): void {
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.onopen = () => {
      this.#tries = 0;
      this.#joined = true;
      this.#listener.joined(true);
      this.#say({ kind: "ping", t: performance.now() });
    };
    socket.onmessage = ({ data }) => {
      this.#heardAt = performance.now();
      this.#take(JSON.parse(String(data)) as LiveToSpeaker);
    };
    socket.onclose = () => this.#lost();
  }

  /** Leaves a connection that is dead, or does not come about. */
  #look(): void {
    const socket = this.#socket;
    if (socket === null || performance.now() - this.#heardAt < SILENT_MS) return;
    [socket.onopen, socket.onmessage, socket.onclose] = [null, null, null];
    socket.close();
    this.#lost();
  }

  #take(message: LiveToSpeaker): void {
    if (message.kind === "pong") this.#listener.roundTrip(performance.now() - message.t);
    else this.#listener.message(message);
  }

  #lost(): void {
    if (this.#closed) return;
    this.#socket = null;
    this.#listener.joined(false);
    const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)] as number;
    this.#retry = setTimeout(() => this.#open(), wait);
  }
}
