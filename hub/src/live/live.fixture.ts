import { spawnSync } from "node:child_process";
import { decodeLive, type LivePacket, liveKey } from "@loa/protocol/live";
import type { LiveSession } from "@loa/protocol/live-session";
import type { LineUnderTest } from "../link/line-under-test.fixture.ts";
import type { TestStation } from "../link/test-station.fixture.ts";

const OGG_HEAD_BYTES = 27;

/** A sound as Opus frames of 20 ms, mono, 48 kHz, by ffmpeg: what a browser's encoder makes. `source`: an input of lavfi, or a file. */
export function opusFrames(source: string, isFile = false): Uint8Array[] {
  const input = isFile ? ["-i", source] : ["-f", "lavfi", "-i", source];
  const output = ["-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", "24k", "-frame_duration", "20"];
  const { stdout, status, stderr } = spawnSync(
    "ffmpeg",
    ["-v", "error", ...input, ...output, "-f", "ogg", "-page_duration", "20000", "pipe:1"],
    { maxBuffer: 1e8 },
  );
  if (status !== 0) throw new Error(stderr.toString());
  return packetsOf(stdout).slice(2);
}

/** An Ogg Opus file as samples at 48 kHz, by ffmpeg. */
export function decoded(file: Uint8Array): Float32Array {
  const { stdout, status, stderr } = spawnSync(
    "ffmpeg",
    ["-v", "error", "-i", "pipe:0", "-f", "f32le", "-ac", "1", "-ar", "48000", "pipe:1"],
    { input: file, maxBuffer: 1e9 },
  );
  if (status !== 0) throw new Error(stderr.toString());
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
}

/** All packets of an Ogg stream, the two of its head first. */
export function packetsOf(ogg: Buffer): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let open: Uint8Array[] = [];
  for (let at = 0; at < ogg.length; ) {
    const lacing = ogg.subarray(at + OGG_HEAD_BYTES, at + OGG_HEAD_BYTES + ogg.readUInt8(at + 26));
    at += OGG_HEAD_BYTES + lacing.length;
    for (const length of lacing) {
      open.push(ogg.subarray(at, at + length));
      at += length;
      if (length === 255) continue;
      packets.push(Uint8Array.from(Buffer.concat(open)));
      open = [];
    }
  }
  return packets;
}

/** A message of the speaker's browser. Source: protocol/src/http/live.ts */
export function speakerMessage(
  sequence: number,
  mediaUs: number,
  frames: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(14);
  head.writeUInt32BE(sequence, 0);
  head.writeBigUInt64BE(BigInt(Math.round(mediaUs)), 4);
  head.writeUInt16BE(frames.length, 12);
  const body = frames.flatMap((frame) => [Buffer.from([frame.length >> 8, frame.length & 255]), frame]);
  return Uint8Array.from(Buffer.concat([head, ...body]));
}

type Told = { kind: string } & Record<string, unknown>;

/** A speaker's browser, as far as the hub sees one: a real WebSocket over a port of the line's own. */
export class TestSpeaker {
  readonly socket: WebSocket;
  readonly told: Told[] = [];
  #waiting: { fits: (one: Told) => boolean; resolve: (one: Told) => void }[] = [];
  sequence = 0;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.addEventListener("message", ({ data }) => {
      const one = JSON.parse(String(data)) as Told;
      this.told.push(one);
      for (const waiting of this.#waiting.filter(({ fits }) => fits(one))) waiting.resolve(one);
      this.#waiting = this.#waiting.filter(({ fits }) => !fits(one));
    });
  }

  static async to(hub: LineUnderTest, id: string): Promise<TestSpeaker> {
    if (!hub.api.server.listening) await hub.api.listen({ port: 0, host: "127.0.0.1" });
    const { port } = hub.api.server.address() as { port: number };
    const speaker = new TestSpeaker(`ws://127.0.0.1:${port}/live/${id}`);
    await new Promise<void>((resolve, reject) => {
      speaker.socket.addEventListener("open", () => resolve());
      speaker.socket.addEventListener("error", () => reject(new Error("refused")));
    });
    return speaker;
  }

  /** Sends frames as captured just before now, and waits until the hub has taken them. */
  async says(mediaUs: number, frames: readonly Uint8Array[]): Promise<void> {
    this.socket.send(speakerMessage(this.sequence++, mediaUs, frames));
    await this.heard();
  }

  /** Resolves when everything sent before has been taken. */
  async heard(): Promise<void> {
    const t = Math.random();
    this.socket.send(JSON.stringify({ kind: "ping", t }));
    await this.next((one) => one.kind === "pong" && one.t === t);
  }

  /** The next text that fits, also one that came already. */
  next(fits: (one: Told) => boolean): Promise<Told> {
    const there = this.told.find(fits);
    if (there) return Promise.resolve(there);
    return new Promise((resolve) => this.#waiting.push({ fits, resolve }));
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => this.socket.addEventListener("close", () => resolve()));
    this.socket.close();
    await closed;
  }
}

/** The packets of a session that a station got, verified under its key, with the topic of the first. */
export async function packetsAt(
  station: TestStation,
  session: Pick<LiveSession, "publicKey">,
): Promise<{ packets: LivePacket[]; topic: string | undefined }> {
  const got = (await station.inbox()).filter(({ topic }) => topic.endsWith("/live"));
  const key = liveKey(session.publicKey);
  return { packets: got.map(({ bytes }) => decodeLive(bytes, key)), topic: got[0]?.topic };
}
