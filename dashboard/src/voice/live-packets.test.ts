import { expect, test } from "vitest";
import { encodeMessage, LivePackets } from "./live-packets.ts";

const packet = (fill: number, length = 3) => new Uint8Array(length).fill(fill);
const read = (message: ArrayBuffer) => {
  const view = new DataView(message);
  return {
    sequence: view.getUint32(0),
    mediaTimeUs: Number(view.getBigUint64(4)),
    frames: view.getUint16(12),
  };
};

/** Feeds packets that are whole at these times, ms; what was sent. */
const sent = (packets: LivePackets, times: readonly number[]) =>
  times.flatMap((at) => {
    const message = packets.add(packet(1), at);
    return message === null ? [] : [read(message)];
  });

const steadily = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i * 20);

test("a message is laid out as the contract says", () => {
  const message = encodeMessage(7, 1_260_000, [packet(1, 2), packet(2, 1), packet(3, 0)]);
  expect([...new Uint8Array(message)]).toEqual([
    ...[0, 0, 0, 7],
    ...[0, 0, 0, 0, 0, 0x13, 0x39, 0xe0],
    ...[0, 3],
    ...[0, 2, 1, 1],
    ...[0, 1, 2],
    ...[0, 0],
  ]);
});

test("three packets make a message of 60 ms; sequence and media time rise by one and 60 ms", () => {
  expect(sent(new LivePackets(), steadily(5_000, 9))).toEqual([
    { sequence: 0, mediaTimeUs: 0, frames: 3 },
    { sequence: 1, mediaTimeUs: 60_000, frames: 3 },
    { sequence: 2, mediaTimeUs: 120_000, frames: 3 },
  ]);
});

test("a page that hands packets over late in bursts changes no count", () => {
  const bursts = Array.from({ length: 60 }, (_, i) => 1_000 + Math.ceil(i / 12) * 240);
  const messages = sent(new LivePackets(), bursts);
  expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, i) => i));
});

test("after the microphone stood still for two seconds the count jumps ahead by them", () => {
  const before = steadily(0, 60);
  const messages = sent(new LivePackets(), [...before, ...steadily(60 * 20 + 2_000, 150)]);
  const gaps = messages.slice(1).map(({ sequence }, i) => sequence - (messages[i]?.sequence ?? 0));
  expect(gaps.filter((gap) => gap !== 1)).toEqual([34]);
  const last = messages.at(-1);
  expect(last?.mediaTimeUs).toBe((last?.sequence ?? 0) * 60_000);
});
