import { setTimeout as wait } from "node:timers/promises";
import type { Answer, Person } from "./api.ts";
import { PACKET_MS } from "./live-speaker.ts";
import { until } from "./until.ts";

/** A speaker's browser at the hub: sends Opus frames as they are spoken, and keeps what it is told. */
export class DeskSpeaker {
  readonly told: Answer[] = [];
  readonly #socket: WebSocket;
  #sequence = 0;
  /** Unix ms at which the browser's media time is 0; null: nothing was said yet. */
  begunAt: number | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.told.push(JSON.parse(String(data))));
  }

  static async at(person: Person, id: string): Promise<DeskSpeaker> {
    const socket = person.socket(`/live/${id}`);
    const speaker = new DeskSpeaker(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error("the hub refused the speaker")));
    });
    return speaker;
  }

  /** The last state that it was told. */
  get state(): Answer {
    return this.told.findLast(({ kind }) => kind === "state");
  }

  /**
   * Speaks whole packets in real time, until it is told that speech has ended; each leaves when its last sample was said. Goes on where the
   * last speech ended, in its count.
   */
  async says(frames: readonly Uint8Array[]): Promise<void> {
    this.begunAt ??= Date.now();
    for (let n = 0; n < frames.length; n += 3) {
      const mediaMs = this.#sequence * PACKET_MS;
      const early = this.begunAt + mediaMs + PACKET_MS - Date.now();
      if (early > 0) await wait(early);
      if (this.told.some(({ kind }) => kind === "ended")) return;
      this.#socket.send(message(this.#sequence++, mediaMs * 1_000, frames.slice(n, n + 3)));
    }
  }

  /** Says that this was all; resolves with why it ended. */
  async ends(): Promise<string> {
    this.#socket.send(JSON.stringify({ kind: "end" }));
    const { end } = await until("the end of live speech", 5_000, () =>
      this.told.find(({ kind }) => kind === "ended"),
    );
    return end;
  }

  close(): void {
    this.#socket.close();
  }
}

/** Source: protocol/src/http/live.ts */
function message(sequence: number, mediaUs: number, frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(14);
  head.writeUInt32BE(sequence, 0);
  head.writeBigUInt64BE(BigInt(mediaUs), 4);
  head.writeUInt16BE(frames.length, 12);
  const body = frames.flatMap((frame) => [Buffer.from([frame.length >> 8, frame.length & 255]), frame]);
  return Uint8Array.from(Buffer.concat([head, ...body]));
}
