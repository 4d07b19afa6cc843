import { Duplex } from "node:stream";
import { silentLog } from "@loa/kernel/log";
import { Aedes } from "aedes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { limitPackets, MAX_PACKET_BYTES } from "./packet-limit.ts";

let aedes: Aedes;
beforeEach(async () => {
  aedes = new Aedes();
  await aedes.listen();
});
afterEach(() => new Promise<void>((resolve) => aedes.close(resolve)));

const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
const packet = (first: number, body: Buffer) => Buffer.concat([Buffer.from([first, body.length]), body]);
const CONNECT = packet(0x10, Buffer.concat([text("MQTT"), Buffer.from([4, 2, 0, 20]), text("station-1")]));
const publish = (n: number) => packet(0x30, Buffer.concat([text("up"), Buffer.from(String(n))]));

/** A connection that gives its next piece whenever it is asked, as a TLS socket does with records that wait. */
const connection = (pieces: Buffer[]) =>
  new Duplex({
    read() {
      const piece = pieces.shift();
      if (piece) this.push(piece);
    },
    write: (_bytes, _encoding, done) => done(),
  });

test("messages that come while one is handled are each taken once and in order", async () => {
  const heard: string[] = [];
  const all = new Promise<void>((resolve) => {
    aedes.on("publish", ({ topic, payload }) => {
      if (topic !== "up") return;
      heard.push(payload.toString());
      if (heard.length >= 50) resolve();
    });
  });
  const stream = connection([CONNECT, ...Array.from({ length: 50 }, (_, n) => publish(n))]);
  const broken = new Promise<void>((_, reject) => stream.once("close", () => reject(new Error("closed"))));
  limitPackets(aedes.handle(stream), silentLog);
  await Promise.race([all, broken]);
  expect(heard).toEqual(Array.from({ length: 50 }, (_, n) => String(n)));
});

test("a connection that announces more than a packet's worth and gathers it is closed", async () => {
  const announced = Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]);
  const stream = connection([CONNECT, announced, Buffer.alloc(MAX_PACKET_BYTES + 1)]);
  const closed = new Promise((resolve) => stream.once("close", resolve));
  limitPackets(aedes.handle(stream), silentLog);
  await closed;
});
