import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { silentLog } from "@loa/kernel/log";
import { SystemClock } from "@loa/kernel/system-clock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CueProgress } from "../ports.ts";
import { ChildAudioEngine } from "./engine.ts";
import { CARD_ERROR, OPEN, OPENED, PCM, REWIND, STATUS } from "./sound-card-wire.ts";

const clock = new SystemClock();

/** A card by docs/sound-card.md with a crystal of its own. It keeps everything it played, from `startedAt` on. */
class Card {
  readonly heard: number[] = [];
  readonly startedAt = clock.now();
  readonly #perMs: number;
  readonly #server: Server;
  readonly #timer: ReturnType<typeof setInterval>;
  #client: Socket | null = null;
  #queue: number[] = [];
  #played = 0;
  #underrun = 0;
  #at = 0;

  constructor(path: string, ppm: number) {
    this.#perMs = 48 * (1 + ppm / 1e6);
    this.#server = createServer((socket) => this.#serve(socket)).listen(path);
    this.#timer = setInterval(() => {
      this.#consume();
      this.#report();
    }, 10);
  }

  /** What sounded in the ms from Unix time `fromMs` on, resampled to whole 48 kHz by nearest frame. */
  listen(fromMs: number, durationMs: number): Float32Array {
    return Float32Array.from({ length: durationMs * 48 }, (_, i) => {
      const frame = Math.round((fromMs + i / 48 - this.startedAt) * this.#perMs);
      return (this.heard[frame] ?? 0) / 32_767;
    });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#client?.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    this.#client?.destroy();
    this.#client = socket;
    [this.#queue, this.#played, this.#underrun] = [[], 0, 0];
    let bytes = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32LE(1)) {
        const end = 5 + bytes.readUInt32LE(1);
        this.#take(socket, bytes[0]!, bytes.subarray(5, end));
        bytes = bytes.subarray(end);
      }
    });
  }

  #take(socket: Socket, type: number, payload: Buffer): void {
    if (type === OPEN) {
      const opened = Buffer.alloc(17);
      opened.writeUInt8(OPENED, 0);
      opened.writeUInt32LE(12, 1);
      opened.writeUInt32LE(1, 5);
      opened.writeUInt32LE(48_000, 9);
      opened.writeUInt32LE(24_000, 13);
      socket.write(opened);
      this.#report();
    } else if (type === PCM) {
      this.#consume();
      for (let at = 0; at < payload.length; at += 2) this.#queue.push(payload.readInt16LE(at));
      if (this.#queue.length > 24_000) socket.end(Buffer.from([CARD_ERROR, 0, 0, 0, 0]));
    } else if (type === REWIND) {
      this.#consume();
      this.#queue.length -= payload.readUInt32LE(0);
    }
  }

  /** When the last sample so far sounded that was not silent. */
  lastSoundAt(): number {
    return this.startedAt + this.heard.findLastIndex((sample) => sample !== 0) / this.#perMs;
  }

  /** When the first sample after `after` sounded that was not silent. */
  nextSoundAt(after: number): number {
    const from = Math.round((after - this.startedAt) * this.#perMs);
    return this.startedAt + (from + this.heard.slice(from).findIndex((sample) => sample !== 0)) / this.#perMs;
  }

  #consume(): void {
    this.#at = clock.now();
    const due = Math.floor((this.#at - this.startedAt) * this.#perMs);
    const taken = this.#queue.splice(0, Math.max(0, due - this.heard.length));
    for (const sample of taken) this.heard.push(sample);
    this.#played += taken.length;
    this.#underrun += due - this.heard.length;
    while (this.heard.length < due) this.heard.push(0);
  }

  #report(): void {
    if (!this.#client?.writable || this.#at === 0) return;
    const status = Buffer.alloc(29);
    status.writeUInt8(STATUS, 0);
    status.writeUInt32LE(24, 1);
    status.writeDoubleLE(this.#at * 1_000, 5);
    status.writeBigUInt64LE(BigInt(this.#played), 13);
    status.writeUInt32LE(this.#queue.length, 21);
    status.writeUInt32LE(this.#underrun, 25);
    this.#client.write(status);
  }
}

let folder: string;
let card: Card;
let engine: ChildAudioEngine;
let progress: CueProgress[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "loa-audio-"));
  card = new Card(join(folder, "card"), 80);
  engine = new ChildAudioEngine({
    config: { output: "socket", device: join(folder, "card"), outputLatencyMs: 0, bufferMs: 250 },
    clock,
    log: silentLog,
  });
  progress = [];
  engine.onProgress((report) => progress.push(report));
  engine.start();
  while (engine.health().state !== "running") await wait(20);
  await wait(1_000);
});

afterEach(async () => {
  await engine.close();
  card.close();
  rmSync(folder, { recursive: true });
});

describe("the audio engine over a socket card", () => {
  test("sounds a WAV at its time, counts it and tells how it went", async () => {
    const source = noise(2_000);
    writeFileSync(join(folder, "a.wav"), wav(source));
    const startAt = Math.ceil(clock.now()) + 400;
    engine.play(cue(startAt, "a.wav", 2_000));
    const ended = await final();
    expect(ended).toMatchObject({ state: "ended", samplesRendered: 96_000 });
    expect(Math.abs(ended.startErrorMs ?? 99)).toBeLessThan(5);
    expect(ended.rmsDb).toBeCloseTo(levelOf(source), 0);
    for (const offset of [100, 1_000, 1_800])
      expect(Math.abs(lagMs(source, offset, card.listen(startAt + offset - 30, 110)))).toBeLessThan(5);
  });

  test("joins an Opus cue that began long ago where it would be now", async () => {
    writeFileSync(join(folder, "long.wav"), wav(noise(60_000)));
    execFileSync("ffmpeg", ["-v", "error", "-i", "long.wav", "-b:a", "64k", "long.opus"], { cwd: folder });
    const reference = decoded(join(folder, "long.opus"));
    const startAt = Math.round(clock.now()) - 40_000;
    engine.play(cue(startAt, "long.opus", 60_000));
    await wait(1_500);
    engine.stop("cue-1", 100);
    const stopped = await final();
    expect(stopped.state).toBe("stopped");
    const heardFrom = progress[0] ? 40_000 + 400 : 0;
    expect(Math.abs(lagMs(reference, heardFrom, card.listen(startAt + heardFrom - 30, 110)))).toBeLessThan(5);
    await wait(200);
    expect(levelOf(card.listen(clock.now() - 150, 100))).toBe(Number.NEGATIVE_INFINITY);
  });

  test("is silent soon after a stop, although 250 ms were written ahead, and so sounds what is due at once", async () => {
    writeFileSync(join(folder, "c.wav"), wav(noise(6_000)));
    engine.play(cue(Math.ceil(clock.now()) + 300, "c.wav", 6_000));
    await wait(1_500);
    const stoppedAt = clock.now();
    engine.stop("cue-1", 0);
    await wait(500);
    const silentAt = card.lastSoundAt();
    const begunAt = clock.now();
    engine.play({ ...cue(begunAt, "c.wav", 6_000), id: "alarm" });
    await wait(600);
    engine.stop("alarm", 0);
    const soundAt = card.nextSoundAt(silentAt + 10);
    process.stdout.write(
      `silent ${Math.round(silentAt - stoppedAt)} ms after a stop, sounding ${Math.round(soundAt - begunAt)} ms after a start\n`,
    );
    expect(silentAt - stoppedAt).toBeLessThan(150);
    expect(soundAt - begunAt).toBeLessThan(200);
  });

  test("goes on at the right place after its process was killed", async () => {
    const source = noise(6_000);
    writeFileSync(join(folder, "b.wav"), wav(source));
    const startAt = Math.ceil(clock.now()) + 300;
    engine.play(cue(startAt, "b.wav", 6_000));
    await wait(1_500);
    process.kill(engine.pid!, "SIGKILL");
    const ended = await final();
    expect(engine.health().restarts).toBe(1);
    expect(ended.state).toBe("ended");
    expect(ended.samplesRendered).toBeGreaterThan(3 * 48_000);
    expect(ended.samplesRendered).toBeLessThan(6 * 48_000);
    for (const offset of [1_000, 4_500, 5_500])
      expect(Math.abs(lagMs(source, offset, card.listen(startAt + offset - 30, 110)))).toBeLessThan(5);
  });

  test.each([
    ["missing.opus", "ASSET_MISSING"],
    ["text.opus", "ASSET_CORRUPT"],
  ])("reports that %s cannot be played, and lives on", async (name, code) => {
    writeFileSync(join(folder, "text.opus"), "OggS but not really");
    engine.play(cue(clock.now() + 500, name, 1_000));
    expect(await final()).toMatchObject({ state: "failed", code, samplesRendered: 0 });
    expect(engine.health()).toMatchObject({ state: "running", restarts: 0 });
  });
});

const cue = (startAt: number, file: string, durationMs: number) => ({
  id: "cue-1",
  startAt,
  gainDb: 0,
  items: [{ kind: "file" as const, path: join(folder, file), durationMs, gainDb: 0 }],
});

async function final(): Promise<CueProgress> {
  for (;;) {
    const last = progress.at(-1);
    if (last && last.state !== "playing") return last;
    await wait(20);
  }
}

function noise(durationMs: number): Float32Array {
  let state = 1;
  let smooth = 0;
  return Float32Array.from({ length: durationMs * 48 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    smooth = 0.8 * smooth + 0.2 * (state / 1_073_741_824 - 1);
    return smooth;
  });
}

function wav(samples: Float32Array): Buffer {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(48_000, 24);
  bytes.writeUInt32LE(96_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, i) => {
    bytes.writeInt16LE(Math.round(sample * 32_767), 44 + i * 2);
  });
  return bytes;
}

function decoded(path: string): Float32Array {
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", path, "-f", "f32le", "-ac", "1", "-"], {
    maxBuffer: 1 << 28,
  });
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
}

/** Lag of 50 ms of the source at `offsetMs` within a recording that begins 30 ms before it should sound. */
function lagMs(source: Float32Array, offsetMs: number, recording: Float32Array): number {
  const piece = source.subarray(offsetMs * 48, (offsetMs + 50) * 48);
  let best = { lag: Number.NaN, score: 0.5 };
  for (let lag = 0; lag + piece.length <= recording.length; lag++) {
    let [dot, power] = [0, 1e-9];
    for (let i = 0; i < piece.length; i++) {
      dot += piece[i]! * recording[lag + i]!;
      power += recording[lag + i]! ** 2;
    }
    const score = dot / Math.sqrt(power * piece.reduce((sum, sample) => sum + sample * sample, 0));
    if (score > best.score) best = { lag, score };
  }
  return best.lag / 48 - 30;
}

function levelOf(samples: Float32Array): number {
  return 10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
