import { expect, test } from "vitest";
import { byteRange } from "./byte-range.ts";

test.each([
  [undefined, null],
  ["bytes=0-99", [0, 99]],
  ["bytes=990-", [990, 999]],
  ["bytes=990-5000", [990, 999]],
  ["bytes=-10", [990, 999]],
  ["bytes=-5000", [0, 999]],
  ["bytes=1000-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-2", null],
  ["bytes=-", null],
  ["bytes=0-1,5-6", null],
  ["lines=1-2", null],
])("%s of 1000 bytes", (header, expected) => expect(byteRange(header, 1_000)).toEqual(expected));
