import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EventLog } from "./event-log.ts";
import { SoundCard } from "./sound-card.ts";
import { World } from "./world.ts";

const START = Date.UTC(2026, 0, 1);
const OPEN = 0x01;
const PCM = 0x02;
const QUERY = 0x03;
const DROP = 0x04;
const REWIND = 0x05;
const OPENED = 0x81;
const STATUS = 0x82;
const ERROR = 0x8f;

let folder: string;
let card: SoundCard;
let now: number;
const clients: Client[] = [];

/** Speaks the protocol by hand, byte by byte, so that the card's own codec is not trusted. */
class Client {
  readonly socket: Socket;
  #pending = Buffer.alloc(0);
  #waiting: (() => void)[] = [];
  closed = false;

  constructor(path: string) {
    this.socket = connect(path);
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk: Buffer) => {
      this.#pending = Buffer.concat([this.#pending, chunk]);
      this.#wake();
    });
    this.socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
    clients.push(this);
  }

  send(type: number, payload: Buffer = Buffer.alloc(0)): void {
    const header = Buffer.alloc(5);
    header[0] = type;
    header.writeUInt32LE(payload.length, 1);
    this.socket.write(Buffer.concat([header, payload]));
  }

  open({ version = 1, rate = 48_000, channels = 1, format = 1 } = {}): void {
    const payload = Buffer.alloc(12);
    payload.writeUInt32LE(version, 0);
    payload.writeUInt32LE(rate, 4);
    payload.writeUInt16LE(channels, 8);
    payload.writeUInt16LE(format, 10);
    this.send(OPEN, payload);
  }

  async next(): Promise<{ type: number; payload: Buffer }> {
    for (;;) {
      if (this.#pending.length >= 5) {
        const end = 5 + this.#pending.readUInt32LE(1);
        if (this.#pending.length >= end) {
          const message = { type: this.#pending[0] ?? 0, payload: this.#pending.subarray(5, end) };
          this.#pending = this.#pending.subarray(end);
          return message;
        }
      }
      if (this.closed) throw new Error("the card closed the socket");
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  async status() {
    const { type, payload } = await this.next();
    expect(type).toBe(STATUS);
    return {
      atUs: payload.readDoubleLE(0),
      played: Number(payload.readBigUInt64LE(8)),
      queued: payload.readUInt32LE(16),
      underrun: payload.readUInt32LE(20),
    };
  }

  async gone(): Promise<void> {
    while (!this.closed) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "loa-card-"));
  now = START;
  const events = new EventLog();
  const world = new World(
    { startMs: START, zones: [{ id: "z1", horns: 4 }], crystalPpm: 0, warmUpMs: 0, holdMs: 2_200 },
    { begin: () => ({ write() {}, finish() {} }) },
    events,
  );
  card = new SoundCard({ path: join(folder, "card.sock"), world, events, now: () => now });
  await card.listen();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  await card.close();
  rmSync(folder, { recursive: true, force: true });
});

async function opened(): Promise<Client> {
  const client = new Client(join(folder, "card.sock"));
  client.open();
  expect((await client.next()).type).toBe(OPENED);
  await client.status();
  return client;
}

test("an opened card names its version, rate and capacity, and its status follows", async () => {
  const client = new Client(join(folder, "card.sock"));
  client.open();
  const { payload } = await client.next();
  expect([payload.readUInt32LE(0), payload.readUInt32LE(4), payload.readUInt32LE(8)]).toEqual([
    1, 48_000, 96_000,
  ]);
  expect(await client.status()).toEqual({ atUs: START * 1_000, played: 0, queued: 0, underrun: 0 });
});

test("frames play at the crystal's pace, then silence is counted as underrun", async () => {
  const client = await opened();
  client.send(PCM, Buffer.alloc(960 * 2));
  client.send(QUERY);
  expect(await client.status()).toMatchObject({ queued: 960, played: 0 });
  now += 30;
  client.send(QUERY);
  expect(await client.status()).toEqual({
    atUs: (START + 30) * 1_000,
    played: 960,
    queued: 0,
    underrun: 480,
  });
});

test("DROP discards the queue and is answered", async () => {
  const client = await opened();
  client.send(PCM, Buffer.alloc(960 * 2));
  client.send(DROP);
  expect(await client.status()).toMatchObject({ queued: 0, played: 0 });
});

test("REWIND takes back the newest frames and is answered; what came before them still plays", async () => {
  const client = await opened();
  client.send(PCM, Buffer.alloc(960 * 2));
  client.send(REWIND, Buffer.from([0x84, 0x03, 0, 0]));
  expect(await client.status()).toMatchObject({ queued: 60, played: 0 });
  now += 10;
  client.send(QUERY);
  expect(await client.status()).toMatchObject({ queued: 0, played: 60 });
});

test("a REWIND beyond what is queued is refused", async () => {
  const client = await opened();
  client.send(REWIND, Buffer.from([1, 0, 0, 0]));
  expect((await client.next()).payload.toString()).toContain("beyond what is queued");
});

test("a tick sends a status", async () => {
  const client = await opened();
  now += 10;
  card.tick();
  expect(await client.status()).toMatchObject({ underrun: 480 });
});

test("a new client replaces the old one and counts from zero", async () => {
  const first = await opened();
  first.send(PCM, Buffer.alloc(960));
  now += 100;
  const second = new Client(join(folder, "card.sock"));
  second.open();
  await second.next();
  expect(await second.status()).toMatchObject({ played: 0, queued: 0, underrun: 0 });
  await first.gone();
});

test.each<[string, (client: Client) => void]>([
  ["a second OPEN", (client) => client.open()],
  ["an unknown type", (client) => client.send(0x55)],
  ["frames beyond the capacity", (client) => client.send(PCM, Buffer.alloc(96_001 * 2))],
  ["half a sample", (client) => client.send(PCM, Buffer.alloc(3))],
  ["a message over 1 MiB", (client) => client.socket.write(Buffer.from([PCM, 1, 0, 16, 0]))],
])("%s ends in ERROR and the card closes the socket", async (_name, offend) => {
  const client = await opened();
  offend(client);
  expect((await client.next()).type).toBe(ERROR);
  await client.gone();
});

test.each([
  ["another version", { version: 2 }],
  ["another rate", { rate: 44_100 }],
  ["two channels", { channels: 2 }],
  ["another format", { format: 2 }],
])("OPEN with %s ends in ERROR", async (_name, wish) => {
  const client = new Client(join(folder, "card.sock"));
  client.open(wish);
  expect((await client.next()).type).toBe(ERROR);
  await client.gone();
});

test("anything before OPEN ends in ERROR", async () => {
  const client = new Client(join(folder, "card.sock"));
  client.send(QUERY);
  expect((await client.next()).type).toBe(ERROR);
});
