import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { speakerMessage } from "./live.fixture.ts";
import { readSpeakerPacket } from "./speaker-packet.ts";

const read = (bytes: Uint8Array) => readSpeakerPacket(Buffer.from(bytes));
const frame = (bytes = 60, toc = 0xf8) => Uint8Array.from({ length: bytes }, (_, n) => (n === 0 ? toc : n));

describe("a speaker's packet", () => {
  test("is read as it was written", () => {
    const packet = {
      sequence: 4_000_000_000,
      mediaUs: 3_600_000_000,
      frames: [frame(), frame(1_275), frame(1)],
    };
    const { sequence, mediaUs, frames } = packet;
    expect(read(speakerMessage(sequence, mediaUs, frames))).toEqual({
      ...packet,
      frames: frames.map((one) => Buffer.from(one)),
    });
  });

  test.each([
    ["without frames", speakerMessage(1, 0, [])],
    ["of more than ten frames", speakerMessage(1, 0, Array(11).fill(frame()))],
    ["with an empty frame", speakerMessage(1, 0, [new Uint8Array(0)])],
    ["with a frame too long for Opus", speakerMessage(1, 0, [frame(1_276)])],
    ["in stereo", speakerMessage(1, 0, [frame(60, 0xfc)])],
    ["of frames of 10 ms", speakerMessage(1, 0, [frame(60, 0xf0)])],
    ["of two frames in one", speakerMessage(1, 0, [frame(60, 0xf9)])],
    ["that is cut off", speakerMessage(1, 0, [frame()]).subarray(0, 40)],
    ["with more behind it", Uint8Array.of(...speakerMessage(1, 0, [frame()]), 0)],
    ["with a media time beyond counting", speakerMessage(1, 2 ** 60, [frame()])],
  ])("%s is refused", (_, bytes) =>
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: "SCHEMA_INVALID" })),
  );

  test("of any bytes is read or refused, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(read(bytes).frames.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: "SCHEMA_INVALID" });
        }
      }),
    );
  });
});
