import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packetsOf20Ms } from "./opus-frames.ts";
import { seeded } from "./speech.fixture.ts";
import { WebmReader } from "./webm-reader.ts";

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
const join = (...parts: (readonly number[] | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
/** CELT, fullband, 20 ms, mono; SILK, wideband, 60 ms; CELT 10 ms; hybrid 20 ms. */
const [CELT_20, SILK_60, CELT_10, HYBRID_20] = [31 << 3, 11 << 3, 30 << 3, 15 << 3];

describe("packets of Opus", () => {
  test.each<[string, Uint8Array, Uint8Array[]]>([
    ["one frame of 20 ms stays", join([CELT_20], bytes(9, 1)), [join([CELT_20], bytes(9, 1))]],
    [
      "two equal frames become two packets",
      join([CELT_20 | 1], bytes(5, 1), bytes(5, 2)),
      [join([CELT_20], bytes(5, 1)), join([CELT_20], bytes(5, 2))],
    ],
    [
      "two frames of their own lengths become two packets",
      join([HYBRID_20 | 2, 3], bytes(3, 1), bytes(7, 2)),
      [join([HYBRID_20], bytes(3, 1)), join([HYBRID_20], bytes(7, 2))],
    ],
    [
      "three frames, one over 251 bytes, become three packets",
      join([CELT_20 | 3, 0x80 | 3, 252, 12, 2], bytes(300, 1), bytes(2, 2), bytes(4, 3)),
      [join([CELT_20], bytes(300, 1)), join([CELT_20], bytes(2, 2)), join([CELT_20], bytes(4, 3))],
    ],
    [
      "padding is left out",
      join([CELT_20 | 3, 0x40 | 3, 255, 1], bytes(2, 1), bytes(2, 2), bytes(2, 3), bytes(255, 0)),
      [join([CELT_20], bytes(2, 1)), join([CELT_20], bytes(2, 2)), join([CELT_20], bytes(2, 3))],
    ],
    [
      "frames of 10 ms are put together by two",
      join([CELT_10 | 3, 4], bytes(3, 1), bytes(3, 2), bytes(3, 3), bytes(3, 4)),
      [
        join([CELT_10 | 3, 0x82, 3], bytes(3, 1), bytes(3, 2)),
        join([CELT_10 | 3, 0x82, 3], bytes(3, 3), bytes(3, 4)),
      ],
    ],
  ])("%s", (_, packet, packets) => {
    expect(packetsOf20Ms(packet)).toEqual(packets);
  });

  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["a frame of 60 ms, which is one", join([SILK_60], bytes(50, 1))],
    ["two equal frames of an odd length", join([CELT_20 | 1], bytes(5, 1))],
    ["a length beyond the end", join([CELT_20 | 2, 200], bytes(5, 1))],
    ["no frames", join([CELT_20 | 3, 0x80])],
    ["padding beyond the end", join([CELT_20 | 3, 0x43, 200], bytes(3, 1))],
  ])("%s is refused", (_, packet) => {
    expect(packetsOf20Ms(packet)).toBeNull();
  });

  test("any bytes are taken or refused, never read past their end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), (packet) => {
        const packets = packetsOf20Ms(packet);
        return packets === null || packets.every((one) => packetsOf20Ms(one)?.length === 1);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Speech in WebM by an encoder that is not ours, live: clusters without a size, several frames a packet. */
const webm = (packetMs: number): Uint8Array =>
  execFileSync("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-i", "sine=frequency=300:duration=3:sample_rate=48000"],
    ...["-ac", "1", "-c:a", "libopus", "-b:a", "48k", "-frame_duration", String(packetMs)],
    ...["-f", "webm", "-live", "1", "-cluster_time_limit", "400", "pipe:1"],
  ]);

describe.each([20, 60])("a WebM file with packets of %i ms", (packetMs) => {
  const file = webm(packetMs);
  const whole = new WebmReader().take(file);

  test("gives all of its frames", () => {
    const packets = whole.flatMap((frame) => packetsOf20Ms(frame) ?? []);
    expect(whole.length).toBeGreaterThanOrEqual(3_000 / packetMs);
    expect(packets.length).toBe(whole.length * (packetMs / 20));
  });

  test("gives the same frames in whatever parts it comes", () => {
    const random = seeded(packetMs);
    const reader = new WebmReader();
    const frames: Uint8Array[] = [];
    for (let at = 0; at < file.length; ) {
      const length = 1 + Math.floor(random() * 90);
      frames.push(...reader.take(file.subarray(at, at + length)));
      at += length;
    }
    expect(frames).toEqual(whole);
  });
});

test("what is no WebM is refused", () => {
  expect(() => new WebmReader().take(Uint8Array.of(0, 1, 2, 3))).toThrow();
});
