import { expect, test } from "vitest";
import { encodeWav } from "./wav.ts";

test("blocks become one WAV file, samples beyond full scale are held at it", () => {
  const file = encodeWav([Float32Array.of(0, 0.5), Float32Array.of(-2)], 48_000);
  const view = new DataView(file.buffer);
  const text = new TextDecoder("latin1");
  expect(text.decode(file.subarray(0, 4)) + text.decode(file.subarray(8, 16))).toBe("RIFFWAVEfmt ");
  expect([view.getUint32(4, true), view.getUint32(24, true), view.getUint32(40, true)]).toEqual([
    42, 48_000, 6,
  ]);
  expect([44, 46, 48].map((at) => view.getInt16(at, true))).toEqual([0, 16_384, -32_767]);
});
